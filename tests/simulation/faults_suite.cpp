// Which faults a call can have, and how they are counted.

#include <algorithm>

#include "simulation/world.h"

namespace scalper {
namespace {

struct Candidate {
  CellFault cell;
  Fault fault;
};

using Kind = Fault::Kind;

std::string_view port_of(const PortCall& call) { return call.port; }

std::vector<Candidate> candidates_for(const PortCall& call) {
  std::vector<Candidate> all = {{CellFault::kCrash, {Kind::kCrashBefore, {}}},
                                {CellFault::kFailBefore, {Kind::kFailBefore, ErrorCode::kUnavailable}},
                                {CellFault::kThrottled, {Kind::kFailBefore, ErrorCode::kThrottled}}};
  if (call.gives_bytes) {
    all.push_back({CellFault::kShortRead, {Kind::kShortRead, {}}});
    all.push_back({CellFault::kFlippedBit, {Kind::kFlipBit, {}}});
    return all;
  }
  const bool objects = port_of(call) == "objects";
  if (objects) {
    all.push_back({CellFault::k403, {Kind::kFailBefore, ErrorCode::kPermissionDenied}});
    const bool copies = std::string_view(call.name) == "copy" || std::string_view(call.name) == "complete_replace";
    if (!call.changes || copies) all.push_back({CellFault::k404, {Kind::kFailBefore, ErrorCode::kNotFound}});
  }
  if (!call.changes) return all;
  all.push_back({CellFault::kCrash, {Kind::kCrashAfter, {}}});
  all.push_back({CellFault::kAppliedThenFail, {Kind::kApplyThenFail, ErrorCode::kUnavailable}});
  all.push_back({CellFault::kAppliedThenTimeout, {Kind::kApplyThenFail, ErrorCode::kTimeout}});
  all.push_back({CellFault::kAppliedThenTimeout, {Kind::kApplyLater, ErrorCode::kTimeout}});
  const std::string_view name = call.name;
  if (objects && (name == "copy" || name == "complete_replace")) {
    all.push_back({CellFault::k409, {Kind::kFailBefore, ErrorCode::kUnavailable}});
    const ErrorCode met = name == "copy" ? ErrorCode::kAlreadyExists : ErrorCode::kPreconditionFailed;
    all.push_back({CellFault::k412, {Kind::kApplyThenFail, met}});
  }
  return all;
}

}  // namespace

// Calls that most histories do not make have faults more often, so that their cells fill too.
int World::fault_percent_of(const PortCall& call) const {
  const bool seldom = call.step == 5 || ((call.step == 1 || call.step == 3) && port_of(call) == "objects");
  return seldom ? std::min(10 * options_.fault_percent, 50) : options_.fault_percent;
}

Fault World::draw_fault(const PortCall& call) {
  if (calm_ || taken_steps_ >= options_.steps || !chance(fault_percent_of(call))) return {};
  const auto all = candidates_for(call);
  const Candidate& chosen = all[draw(all.size())];
  cells_[{call.step, chosen.cell}] += 1;
  const bool late = chosen.fault.kind == Kind::kApplyLater;
  had_late_copy_ = had_late_copy_ || (late && std::string_view(call.name) == "copy");
  had_silent_end_ = had_silent_end_ || chosen.cell == CellFault::kCrash || port_of(call) == "records";
  return chosen.fault;
}

}  // namespace scalper
