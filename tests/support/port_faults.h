#pragma once
// What may go wrong with a call of a port, by name: parameters of the suites that strike each call in turn.

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "adapters/decorators/fault_plan.h"

namespace scalper {

struct PortFault {
  const char* name;
  Fault fault;
};

// All but those named, which make no sense of the port in question.
inline std::vector<PortFault> port_faults_but(std::initializer_list<std::string_view> names) {
  using Kind = Fault::Kind;
  std::vector<PortFault> faults = {
      {"FailBefore", {Kind::kFailBefore, ErrorCode::kUnavailable}},
      {"Throttled", {Kind::kFailBefore, ErrorCode::kThrottled}},
      {"Denied", {Kind::kFailBefore, ErrorCode::kPermissionDenied}},
      {"NoSpace", {Kind::kFailBefore, ErrorCode::kNoSpace}},
      {"AppliedThenFail", {Kind::kApplyThenFail, ErrorCode::kUnavailable}},
      {"AppliedThenTimeout", {Kind::kApplyThenFail, ErrorCode::kTimeout}},
      {"AppliedLater", {Kind::kApplyLater, ErrorCode::kTimeout}},
      {"ShortRead", {Kind::kShortRead, {}}},
      {"FlippedBit", {Kind::kFlipBit, {}}},
      {"CrashBefore", {Kind::kCrashBefore, {}}},
      {"CrashAfter", {Kind::kCrashAfter, {}}},
  };
  std::erase_if(faults, [&](const PortFault& fault) { return std::ranges::find(names, fault.name) != names.end(); });
  return faults;
}

}  // namespace scalper
