#pragma once
// Records of files, with conditional writes. It imitates one DynamoDB table; cost never grows with history.
// Safe from many threads. Reads are strongly consistent; listings of final records may lag.
//
// Errors: kPreconditionFailed (a guard did not hold, nothing changed), kInvalidArgument (bad cursor, record too large:
// 64 KiB of JSON), kThrottled, kTimeout, kUnavailable, kNoSpace, kCorrupt, kCancelled.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/file_record.h"
#include "ports/call_context.h"

namespace scalper {

// All clauses that are set must hold, else kPreconditionFailed. All but `absent` speak of a stored record and fail
// where there is none.
struct WriteGuard {
  bool absent = false;
  std::optional<std::uint64_t> revision = std::nullopt;
  std::optional<OwnerToken> owner = std::nullopt;
  std::optional<std::uint32_t> epoch = std::nullopt;
  bool undecided = false;  // the stored record has no decision
  // The stored record's lease ended at this time or before, or it has no owner.
  std::optional<WallTime> lease_over_at = std::nullopt;

  static WriteGuard if_absent() { return {.absent = true}; }
  static WriteGuard if_revision(std::uint64_t r) { return {.revision = r}; }
  // The owner's own writes: the revision keeps a late copy of an earlier write from undoing a later one.
  static WriteGuard if_owned(OwnerToken token, std::uint32_t epoch) {
    return {.owner = std::move(token), .epoch = epoch};
  }
};

struct RecordQuery {
  enum class Index : std::uint8_t {
    kStatus,  // final records of `status`, newest first
    kTime,    // final records of any status, newest first
    kPrefix,  // final records by key below `prefix`, within a key newest first
    kOpen,    // the sparse index: everything that is not at rest, in no promised order
  };
  Index index = Index::kTime;
  FileStatus status = FileStatus::kValid;
  std::string prefix = {};
  std::optional<WallTime> since = std::nullopt;  // final_at, inclusive; not asked by kOpen
  std::optional<WallTime> until = std::nullopt;  // exclusive; not asked by kOpen
  std::size_t limit = 50;                        // 1 to 1,000
  std::string cursor = {};
};

struct RecordPage {
  std::vector<FileRecord> records;  // may be short, even empty, with a cursor
  // Records that are there and cannot be read: damaged, or written by a newer program. A store that keeps each record
  // apart passes over them, and one never keeps the others from being listed. Where the index can tell no better, they
  // may be such as do not belong here any more.
  std::vector<FileId> unreadable;
  std::string next_cursor;  // empty: the end. Opaque; altered or foreign ones are kInvalidArgument
};

// Small named values beside the records: "out#<key>", "control#pause", "control#sweep".
struct Marker {
  std::string value;
  std::uint64_t revision = 0;
};

class RecordStore {
 public:
  virtual ~RecordStore() = default;

  [[nodiscard]] virtual Result<std::optional<FileRecord>> get(const CallContext&, const FileId& id) = 0;

  // Writes the whole record. The caller sets `revision` to one more than what it read (1 for a new one).
  // The index entries follow from the record: final_at set -> status, time and prefix; `open` -> open.
  // kTimeout and kUnavailable: it may have been written, or may be written later; repeating it is harmless.
  [[nodiscard]] virtual Result<void> put(const CallContext&, const FileRecord& record, const WriteGuard& guard) = 0;

  // Only `lease_until`, only while `owner` owns the record; the revision stays.
  [[nodiscard]] virtual Result<void> renew_lease(const CallContext&, const FileId& id, const OwnerToken& owner,
                                                 WallTime until) = 0;

  [[nodiscard]] virtual Result<RecordPage> list(const CallContext&, const RecordQuery& query) = 0;

  // Absent records are success.
  [[nodiscard]] virtual Result<void> remove(const CallContext&, const FileId& id, const WriteGuard& guard) = 0;

  [[nodiscard]] virtual Result<std::optional<Marker>> get_marker(const CallContext&, const std::string& name) = 0;
  // `expected`: revision of the marker that is replaced, 0 = it must be absent. The new revision is expected + 1.
  [[nodiscard]] virtual Result<void> put_marker(const CallContext&, const std::string& name, const std::string& value,
                                                std::uint64_t expected) = 0;
};

}  // namespace scalper
