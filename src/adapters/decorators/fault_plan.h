#pragma once
// Faults on purpose. A plan is asked before every call of a decorated port and answers what is to go wrong. It is how
// the simulator reaches each of the protocol's twelve faults at each step, and a test its n-th call.

#include <cstdint>
#include <functional>
#include <type_traits>

#include "base/error.h"
#include "ports/call_context.h"

namespace scalper {

struct PortCall {
  const char* port;  // "objects", "records", "queue", "notices"
  const char* name;  // of the function
  int step;          // of the commit protocol, from the context
  bool changes;      // it has an effect
  bool gives_bytes;  // ByteSource::read: the only call that can be short or flipped
};

struct Fault {
  enum class Kind : std::uint8_t {
    kNone,
    kFailBefore,     // nothing happens, `code` is answered
    kApplyThenFail,  // it happens, `code` is answered
    kApplyLater,     // `code` is answered, and it happens when the plan says so
    kShortRead,      // the source ends early
    kFlipBit,
    kCrashBefore,
    kCrashAfter,
  };
  Kind kind = Kind::kNone;
  ErrorCode code = ErrorCode::kUnavailable;
};

// Belongs to one worker; shared by all of its decorated ports.
class FaultPlan {
 public:
  virtual ~FaultPlan() = default;
  [[nodiscard]] virtual Fault before(const PortCall& call) = 0;
  virtual void after(const PortCall& call) = 0;
  // Takes an effect that was promised for later.
  virtual void later(std::function<void()> effect) = 0;
  // The worker's process ends here: throws something that is no std::exception. Calls that its destructors make
  // afterwards do nothing.
  [[noreturn]] virtual void crash() = 0;
  [[nodiscard]] virtual bool is_dead() const = 0;
};

// Makes one call under the plan. `apply` owns copies of all its arguments and knows the port behind, not the decorator,
// which may be gone with its worker by the time that a late effect lands.
template <class Apply>
std::invoke_result_t<Apply> call_under(FaultPlan& plan, const PortCall& call, Apply apply) {
  if (plan.is_dead()) return Error(ErrorCode::kCancelled, "the process has ended");
  const Fault fault = plan.before(call);
  const Error injected(fault.code, std::string("injected in ") + call.name);
  switch (fault.kind) {
    case Fault::Kind::kFailBefore: return injected;
    case Fault::Kind::kApplyThenFail: {
      [[maybe_unused]] const auto unheard = apply();
      return injected;
    }
    case Fault::Kind::kApplyLater:
      plan.later([apply]() mutable { [[maybe_unused]] const auto unheard = apply(); });
      return injected;
    case Fault::Kind::kCrashBefore: plan.crash(); break;
    case Fault::Kind::kCrashAfter: {
      [[maybe_unused]] const auto unheard = apply();
      plan.crash();
      break;
    }
    case Fault::Kind::kNone:
    case Fault::Kind::kShortRead:
    case Fault::Kind::kFlipBit: break;
  }
  auto answer = apply();
  plan.after(call);
  return answer;
}

}  // namespace scalper
