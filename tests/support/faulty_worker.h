#pragma once
// One worker process on a MemoryGate whose ports are under a plan.

#include "adapters/decorators/fault_injecting_object_store.h"
#include "adapters/decorators/fault_injecting_ports.h"
#include "support/memory_gate.h"
#include "support/scripted_plan.h"

namespace scalper {

class FaultyWorker {
 public:
  FaultyWorker(MemoryGate& world, std::vector<ScriptedFault> script);

  // Receives once and processes what came. False: the process crashed.
  bool work();
  // Takes one file as the hot folder does, without a message. False: the process crashed.
  bool take(const ObjectEvent& event);
  // One sweep; what it answers is its own affair. False: the process crashed.
  bool sweep_once();

  ScriptedPlan plan;

 private:
  MemoryGate& world_;
  FaultInjectingObjectStore objects_;
  FaultInjectingRecordStore records_;
  FaultInjectingWorkQueue queue_;
  FaultInjectingNotices notices_;

 public:
  Gate gate;  // over the decorated ports
};

}  // namespace scalper
