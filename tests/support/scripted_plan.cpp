#include "support/scripted_plan.h"

#include <algorithm>
#include <utility>

namespace scalper {

ScriptedPlan::ScriptedPlan(std::vector<ScriptedFault> script) {
  for (ScriptedFault& fault : script) script_.push_back({std::move(fault)});
}

Fault ScriptedPlan::before(const PortCall& call) {
  calls_ += 1;
  const std::string name = std::string(call.port) + "." + call.name;
  for (Line& line : script_) {
    const bool fits =
        (line.what.call.empty() || line.what.call == name) && (line.what.step < 0 || line.what.step == call.step);
    if (line.played || !fits || ++line.seen != line.what.nth) continue;
    line.played = true;
    if (line.what.meanwhile) line.what.meanwhile();
    if (line.what.fault.kind == Fault::Kind::kNone) continue;
    struck_ = call;
    return line.what.fault;
  }
  return {};
}

void ScriptedPlan::crash() {
  dead_ = true;
  throw ScriptedCrash{};
}

void ScriptedPlan::land_late_effects() {
  const auto effects = std::exchange(late_, {});
  for (const auto& effect : effects) effect();
}

bool ScriptedPlan::is_played_out() const {
  return std::all_of(script_.begin(), script_.end(), [](const Line& line) { return line.played; });
}

}  // namespace scalper
