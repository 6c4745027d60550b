#pragma once
// Uploads in pieces on a data folder. `.scalper/uploads/<id>` has the bytes, `<id>.state` what is known of them: lines
// of fields, the last of each kind counts.
//
//   upload <id> <owner> <key> <size> <sha256 or nothing> <type> <metadata ...>
//   offset <bytes> <expires, ms since 1970>
//   became <generation>            written before the bytes are moved to that version
//
// A piece is durable in two syncs, of the bytes and of the line that tells their number: what lies behind that number
// after a crash is cut off. Where a crash parts "became" from the move, the bytes are there still, and are moved later
// under another generation; that of the last line is the one.

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "adapters/local/local_object_store.h"
#include "ports/clock.h"
#include "ports/partial_uploads.h"

namespace scalper {

struct PartialUploadLimits {
  std::size_t most = 1000;
  std::size_t most_of_one = 64;             // of one owner
  Millis kept_for{std::chrono::hours{24}};  // since the last piece, or since it was complete
};

class LocalPartialUploads final : public PartialUploads {
 public:
  // Reads what an earlier run left. All outlive it. kCorrupt never: a state that cannot be read is removed with its
  // bytes, since nobody was told more than its id.
  [[nodiscard]] static Result<std::unique_ptr<LocalPartialUploads>> open(DataFolder& folder, LocalObjectStore& store,
                                                                         Clock& clock, PartialUploadLimits limits = {});

  [[nodiscard]] Result<PartialUpload> create(const CallContext&, PartialUpload upload) override;
  [[nodiscard]] Result<PartialUpload> find(const CallContext&, const std::string& id) override;
  [[nodiscard]] Result<PartialUpload> append(const CallContext&, const std::string& id, std::uint64_t offset,
                                             ByteSource& body, bool whole_only) override;
  [[nodiscard]] Result<ObjectInfo> complete(const CallContext&, const std::string& id) override;
  [[nodiscard]] Result<void> remove(const CallContext&, const std::string& id) override;

  // Removes those whose time is over; says how many.
  [[nodiscard]] Result<std::size_t> expire(const CallContext& context);
  // Bytes that lie there.
  [[nodiscard]] std::uint64_t bytes();

 private:
  class Use;  // one request's turn with an upload
  LocalPartialUploads(DataFolder& folder, LocalObjectStore& store, Clock& clock, PartialUploadLimits limits)
      : folder_(folder), store_(store), clock_(clock), limits_(limits) {}

  [[nodiscard]] Result<void> read_all();
  [[nodiscard]] Result<bool> read_one(const std::string& id);
  [[nodiscard]] Result<void> remove_files(const std::string& id);
  [[nodiscard]] Result<void> note(const std::string& id, const std::string& line);
  [[nodiscard]] Result<void> note_offset(const PartialUpload& upload);
  [[nodiscard]] Result<void> cut(int fd, std::uint64_t size);
  [[nodiscard]] Result<void> check_digest(const CallContext& context, const PartialUpload& upload);
  [[nodiscard]] Result<ObjectInfo> move_in(const CallContext& context, PartialUpload upload);
  void keep(const PartialUpload& upload);

  DataFolder& folder_;
  LocalObjectStore& store_;
  Clock& clock_;
  const PartialUploadLimits limits_;
  std::mutex mutex_;
  std::map<std::string, PartialUpload> uploads_;
  std::set<std::string> in_use_;
};

}  // namespace scalper
