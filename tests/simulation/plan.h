#pragma once

#include "adapters/decorators/fault_plan.h"
#include "simulation/world.h"

namespace scalper {

// One worker's process: draws its faults from the world and gives the baton away at every call.
class WorldPlan final : public FaultPlan {
 public:
  explicit WorldPlan(World& world) : world_(world) {}

  Fault before(const PortCall& call) override {
    const MonoTime asked = world_.base_.clock.mono_now();
    world_.pass(call.step);
    world_.note_delay(call, world_.base_.clock.mono_now() - asked);
    const Fault fault = world_.draw_fault(call);
    world_.trace(call, fault);
    return fault;
  }
  void after(const PortCall& call) override {
    if (call.changes) world_.note_change();
  }
  void later(std::function<void()> effect) override { world_.keep_for_later(std::move(effect)); }
  [[noreturn]] void crash() override {
    dead_ = true;
    throw World::Crash{};
  }
  [[nodiscard]] bool is_dead() const override { return dead_; }

 private:
  World& world_;
  bool dead_ = false;
};

}  // namespace scalper
