#include "support/faulty_worker.h"

#include <utility>

#include "pipeline/process_object.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"

namespace scalper {
namespace {

Gate decorated(MemoryGate& world, ObjectStore& objects, RecordStore& records, WorkQueue& queue, Notices& notices) {
  const Gate inner = world.gate();
  return {objects,         records,     queue,           inner.contracts, inner.pause,   notices,
          inner.telemetry, inner.clock, inner.new_owner, inner.random,    inner.settings};
}

}  // namespace

FaultyWorker::FaultyWorker(MemoryGate& world, std::vector<ScriptedFault> script)
    : plan(std::move(script)),
      world_(world),
      objects_(world.objects, plan),
      records_(world.records, plan),
      queue_(world.queue, plan),
      notices_(world.notices, plan),
      gate(decorated(world, objects_, records_, queue_, notices_)) {}

bool FaultyWorker::work() {
  try {
    const CallContext context = world_.context().at_step(0);
    const auto deliveries = gate.queue.receive(context, 4, gate.settings.visibility, Millis{0});
    if (deliveries.ok()) process_batch(gate, world_.context(), *deliveries);
    return true;
  } catch (const ScriptedCrash&) {
    return false;
  }
}

bool FaultyWorker::take(const ObjectEvent& event) {
  try {
    [[maybe_unused]] const auto taken = process_object(gate, world_.context(), event);
    return true;
  } catch (const ScriptedCrash&) {
    return false;
  }
}

bool FaultyWorker::sweep_once() {
  try {
    [[maybe_unused]] const auto swept = sweep(gate, world_.context());
    return true;
  } catch (const ScriptedCrash&) {
    return false;
  }
}

}  // namespace scalper
