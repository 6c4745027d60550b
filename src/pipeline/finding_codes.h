#pragma once

#include <string>

#include "model/file_record.h"

namespace scalper {

// "csv.row_width,csv.quote": of the findings that the record holds, in their order.
[[nodiscard]] inline std::string finding_codes(const FileRecord& record) {
  std::string codes;
  if (!record.decision) return codes;
  for (const Finding& finding : record.decision->verdict.findings) codes += (codes.empty() ? "" : ",") + finding.code;
  return codes;
}

}  // namespace scalper
