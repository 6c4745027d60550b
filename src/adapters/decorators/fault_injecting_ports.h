#pragma once
// The smaller ports under a FaultPlan. Each borrows what it decorates and the plan.

#include "adapters/decorators/fault_plan.h"
#include "ports/notices.h"
#include "ports/record_store.h"
#include "ports/work_queue.h"

namespace scalper {

class FaultInjectingRecordStore final : public RecordStore {
 public:
  FaultInjectingRecordStore(RecordStore& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

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
  RecordStore& inner_;
  FaultPlan& plan_;
};

class FaultInjectingWorkQueue final : public WorkQueue {
 public:
  FaultInjectingWorkQueue(WorkQueue& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  [[nodiscard]] Result<void> send(const CallContext&, const std::string& body, Millis delay) override;
  [[nodiscard]] Result<std::vector<Delivery>> receive(const CallContext&, std::size_t limit, Millis visibility,
                                                      Millis wait) override;
  [[nodiscard]] Result<void> extend(const CallContext&, const std::string& receipt, Millis visibility) override;
  [[nodiscard]] Result<void> acknowledge(const CallContext&, const std::string& receipt) override;
  [[nodiscard]] Result<void> give_back(const CallContext&, const std::string& receipt, Millis delay) override;
  [[nodiscard]] Result<QueueDepth> depth(const CallContext&) override;
  [[nodiscard]] Result<std::vector<DeadLetter>> dead_letters(const CallContext&, std::size_t limit) override;
  [[nodiscard]] Result<std::size_t> redrive(const CallContext&, std::size_t limit) override;

 private:
  WorkQueue& inner_;
  FaultPlan& plan_;
};

class FaultInjectingNotices final : public Notices {
 public:
  FaultInjectingNotices(Notices& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}
  [[nodiscard]] Result<void> publish(const CallContext&, const Notice& notice) override;

 private:
  Notices& inner_;
  FaultPlan& plan_;
};

}  // namespace scalper
