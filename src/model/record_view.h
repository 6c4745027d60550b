#pragma once
// A record as callers see it. Owner tokens, leases, seals and upload ids are nobody's business outside.

#include <cstdint>
#include <string>

#include "model/file_record.h"

namespace scalper {

enum class Detail : std::uint8_t {
  kLine,  // one of a list
  kFull,  // with findings, digests, reviews and history
};

// JSON text. Bytes that are no UTF-8 appear escaped; a key then also as "key_hex".
[[nodiscard]] std::string record_view(const FileRecord& record, Detail detail);

}  // namespace scalper
