#pragma once
// Faults by script: at the n-th call of a name, or at the n-th call of all.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "adapters/decorators/fault_plan.h"

namespace scalper {

// What a crash of a scripted worker throws; no std::exception, so that nothing below a host can swallow it.
struct ScriptedCrash {};

struct ScriptedFault {
  std::string call;  // "objects.copy"; empty: any call
  int nth = 1;       // among the calls of that name, from 1
  Fault fault = {};
  std::function<void()> meanwhile = nullptr;  // what the world does just before that call
  int step = -1;                              // only calls of this step; -1: of any
};

class ScriptedPlan final : public FaultPlan {
 public:
  explicit ScriptedPlan(std::vector<ScriptedFault> script = {});

  [[nodiscard]] Fault before(const PortCall& call) override;
  void after(const PortCall& /*call*/) override {}
  void later(std::function<void()> effect) override { late_.push_back(std::move(effect)); }
  [[noreturn]] void crash() override;
  [[nodiscard]] bool is_dead() const override { return dead_; }

  // Lets everything that was promised for later happen now.
  void land_late_effects();
  [[nodiscard]] int calls() const { return calls_; }
  // Every scripted fault came to pass.
  [[nodiscard]] bool is_played_out() const;
  [[nodiscard]] const std::optional<PortCall>& struck() const { return struck_; }  // the last call with a fault

 private:
  struct Line {
    ScriptedFault what;
    int seen = 0;
    bool played = false;
  };
  std::vector<Line> script_;
  std::vector<std::function<void()>> late_;
  std::optional<PortCall> struck_;
  int calls_ = 0;
  bool dead_ = false;
};

}  // namespace scalper
