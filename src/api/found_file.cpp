#include "api/found_file.h"

#include <algorithm>

#include "api/answers.h"

namespace scalper::api {
namespace {

// An uploader is not told either that files of others are there.
bool may_see(const RequestHead& head, const FileRecord& record) {
  if (head.role != Role::kUploader || head.prefixes.empty()) return true;
  return std::ranges::any_of(
      head.prefixes, [&record](const std::string& prefix) { return record.origin.key.value().starts_with(prefix); });
}

}  // namespace

Result<FileRecord> found_file(const Call& call) {
  SCALPER_TRY_ASSIGN(const FileId id, captured_id(call));
  SCALPER_TRY_ASSIGN(auto record, call.gate().records.get(call.context, id));
  if (!record || !may_see(call.head, *record)) return Error(ErrorCode::kNotFound, "no file has the id " + id.value());
  return *std::move(record);
}

}  // namespace scalper::api
