#include "adapters/decorators/fault_injecting_ports.h"

namespace scalper {
namespace {

PortCall asking(const char* port, const CallContext& context, const char* name) {
  return {port, name, context.step, false, false};
}
PortCall changing(const char* port, const CallContext& context, const char* name) {
  return {port, name, context.step, true, false};
}
constexpr const char* kRecords = "records";
constexpr const char* kQueue = "queue";

}  // namespace

Result<std::optional<FileRecord>> FaultInjectingRecordStore::get(const CallContext& context, const FileId& id) {
  return call_under(plan_, asking(kRecords, context, "get"), [=, &inner = inner_] { return inner.get(context, id); });
}

Result<void> FaultInjectingRecordStore::put(const CallContext& context, const FileRecord& record,
                                            const WriteGuard& guard) {
  return call_under(plan_, changing(kRecords, context, "put"),
                    [=, &inner = inner_] { return inner.put(context, record, guard); });
}

Result<void> FaultInjectingRecordStore::renew_lease(const CallContext& context, const FileId& id,
                                                    const OwnerToken& owner, WallTime until) {
  return call_under(plan_, changing(kRecords, context, "renew_lease"),
                    [=, &inner = inner_] { return inner.renew_lease(context, id, owner, until); });
}

Result<RecordPage> FaultInjectingRecordStore::list(const CallContext& context, const RecordQuery& query) {
  return call_under(plan_, asking(kRecords, context, "list"),
                    [=, &inner = inner_] { return inner.list(context, query); });
}

Result<void> FaultInjectingRecordStore::remove(const CallContext& context, const FileId& id, const WriteGuard& guard) {
  return call_under(plan_, changing(kRecords, context, "remove"),
                    [=, &inner = inner_] { return inner.remove(context, id, guard); });
}

Result<std::optional<Marker>> FaultInjectingRecordStore::get_marker(const CallContext& context,
                                                                    const std::string& name) {
  return call_under(plan_, asking(kRecords, context, "get_marker"),
                    [=, &inner = inner_] { return inner.get_marker(context, name); });
}

Result<void> FaultInjectingRecordStore::put_marker(const CallContext& context, const std::string& name,
                                                   const std::string& value, std::uint64_t expected) {
  return call_under(plan_, changing(kRecords, context, "put_marker"),
                    [=, &inner = inner_] { return inner.put_marker(context, name, value, expected); });
}

Result<void> FaultInjectingWorkQueue::send(const CallContext& context, const std::string& body, Millis delay) {
  return call_under(plan_, changing(kQueue, context, "send"),
                    [=, &inner = inner_] { return inner.send(context, body, delay); });
}

Result<std::vector<Delivery>> FaultInjectingWorkQueue::receive(const CallContext& context, std::size_t limit,
                                                               Millis visibility, Millis wait) {
  return call_under(plan_, changing(kQueue, context, "receive"),
                    [=, &inner = inner_] { return inner.receive(context, limit, visibility, wait); });
}

Result<void> FaultInjectingWorkQueue::extend(const CallContext& context, const std::string& receipt,
                                             Millis visibility) {
  return call_under(plan_, changing(kQueue, context, "extend"),
                    [=, &inner = inner_] { return inner.extend(context, receipt, visibility); });
}

Result<void> FaultInjectingWorkQueue::acknowledge(const CallContext& context, const std::string& receipt) {
  return call_under(plan_, changing(kQueue, context, "acknowledge"),
                    [=, &inner = inner_] { return inner.acknowledge(context, receipt); });
}

Result<void> FaultInjectingWorkQueue::give_back(const CallContext& context, const std::string& receipt, Millis delay) {
  return call_under(plan_, changing(kQueue, context, "give_back"),
                    [=, &inner = inner_] { return inner.give_back(context, receipt, delay); });
}

Result<QueueDepth> FaultInjectingWorkQueue::depth(const CallContext& context) {
  return call_under(plan_, asking(kQueue, context, "depth"), [=, &inner = inner_] { return inner.depth(context); });
}

Result<std::vector<DeadLetter>> FaultInjectingWorkQueue::dead_letters(const CallContext& context, std::size_t limit) {
  return call_under(plan_, asking(kQueue, context, "dead_letters"),
                    [=, &inner = inner_] { return inner.dead_letters(context, limit); });
}

Result<std::size_t> FaultInjectingWorkQueue::redrive(const CallContext& context, std::size_t limit) {
  return call_under(plan_, changing(kQueue, context, "redrive"),
                    [=, &inner = inner_] { return inner.redrive(context, limit); });
}

Result<void> FaultInjectingNotices::publish(const CallContext& context, const Notice& notice) {
  return call_under(plan_, changing("notices", context, "publish"),
                    [=, &inner = inner_] { return inner.publish(context, notice); });
}

}  // namespace scalper
