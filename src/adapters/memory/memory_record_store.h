#pragma once
// Records in ordered maps, with the indexes that a table would have. Everything is gone with the process.

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>

#include "adapters/memory/ids.h"
#include "model/page_cursor.h"
#include "ports/clock.h"
#include "ports/record_store.h"

namespace scalper {

class MemoryRecordStore final : public RecordStore {
 public:
  // The clock serves deadlines alone: no record's content depends on it.
  explicit MemoryRecordStore(Clock& clock, IdMode ids = IdMode::kRandom);

  // How often a record was written or removed, for whoever looks at all of them again after each change.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  [[nodiscard]] Result<std::optional<FileRecord>> get(const CallContext&, const FileId& id) override;
  [[nodiscard]] Result<void> put(const CallContext&, const FileRecord& record, const WriteGuard& guard) override;
  [[nodiscard]] Result<void> renew_lease(const CallContext&, const FileId& id, const OwnerToken& owner,
                                         WallTime until) override;
  [[nodiscard]] Result<RecordPage> list(const CallContext&, const RecordQuery& query) override;
  [[nodiscard]] Result<void> remove(const CallContext&, const FileId& id, const WriteGuard& guard) override;
  [[nodiscard]] Result<std::optional<Marker>> get_marker(const CallContext&, const std::string& name) override;
  [[nodiscard]] Result<void> put_marker(const CallContext&, const std::string& name, const std::string& value,
                                        std::uint64_t expected) override;

 private:
  // One order for all indexes: (group, newest first, id). The group is the status, nothing, the key or "open".
  using Entry = std::tuple<std::string, std::int64_t, FileId>;
  using Index = std::set<Entry>;

  // The stretch of an index that a query is about.
  struct Range {
    const Index* index = nullptr;
    Entry first;
    std::int64_t newest = INT64_MIN;
    std::int64_t oldest = INT64_MAX;
    bool by_key = false;

    [[nodiscard]] bool goes_on(const Entry& entry) const;
    [[nodiscard]] bool in_time(const Entry& entry) const;
  };
  [[nodiscard]] Range range_of(const RecordQuery& query) const;

  // Called with mutex_ held.
  void enter(const FileRecord& record);
  void withdraw(const FileRecord& record);

  Clock& clock_;
  const PageCursors cursors_;
  std::mutex mutex_;
  std::atomic<std::uint64_t> changes_{0};
  std::map<FileId, FileRecord> records_;
  Index by_status_;
  Index by_time_;
  Index by_key_;
  Index open_;
  std::map<std::string, Marker> markers_;
};

}  // namespace scalper
