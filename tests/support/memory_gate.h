#pragma once
// A whole gate in memory, on a clock of its own.

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "adapters/memory/memory_contract_source.h"
#include "adapters/memory/memory_notices.h"
#include "adapters/memory/memory_object_store.h"
#include "adapters/memory/memory_record_store.h"
#include "adapters/memory/memory_telemetry.h"
#include "adapters/memory/memory_work_queue.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/gate.h"
#include "pipeline/pause.h"
#include "support/fake_clock.h"

namespace scalper {

class MemoryGate {
 public:
  explicit MemoryGate(MemoryObjectStoreOptions options = {});

  [[nodiscard]] Gate gate();  // over the adapters below; as many as wanted
  [[nodiscard]] const CallContext& context() const { return context_; }

  // A sender's upload: a new version in the input bucket, and its event.
  ObjectEvent upload(const std::string& key, const std::string& bytes, const Metadata& metadata = {});
  void announce(const ObjectEvent& event);
  // Receives and processes until the queue is empty, letting time pass for what is hidden.
  void run_until_idle(int rounds = 200);

  [[nodiscard]] std::optional<FileRecord> record(const FileId& id);
  [[nodiscard]] std::optional<FileRecord> record(const ObjectEvent& event);
  // Bytes of the current version of a key, if there is one.
  [[nodiscard]] std::optional<std::string> bytes(const BucketName& bucket, const std::string& key);
  // All versions (not delete markers) in a bucket.
  [[nodiscard]] std::vector<ObjectInfo> versions(const BucketName& bucket);

  FakeClock clock;
  MemoryObjectStore objects;
  MemoryRecordStore records;
  MemoryWorkQueue queue;
  MemoryContractSource contract_source;
  MemoryNotices notices;
  MemoryTelemetry telemetry;
  ContractsInUse contracts;
  PauseSwitch pause;
  GateSettings settings;

 private:
  CallContext context_;
  std::atomic<std::uint64_t> owners_{0};
  std::uint64_t sequence_ = 0;
};

}  // namespace scalper
