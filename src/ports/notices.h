#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "model/file_record.h"
#include "ports/call_context.h"

namespace scalper {

// A final verdict, told to the outside at least once. Receivers de-duplicate by `id`.
struct Notice {
  std::string id;  // "<file id>.<epoch>", the same however often it is told
  FileRecord record;
};

// The id of the notice that tells this final record.
[[nodiscard]] inline std::string notice_id(const FileRecord& record) {
  return record.id.value() + "." + std::to_string(record.epoch);
}

class Notices {
 public:
  virtual ~Notices() = default;
  // Durable when it answers. Telling the same id twice is success.
  [[nodiscard]] virtual Result<void> publish(const CallContext&, const Notice& notice) = 0;
};

}  // namespace scalper
