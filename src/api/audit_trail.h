#pragma once
// What people do to the gate is written down before it is done, durably, and how it ended behind it. What cannot be
// written down is not done.

#include <functional>
#include <string>

#include "api/service.h"

namespace scalper::api {

struct Deed {
  std::string action;   // noun.verb: "file.release", "token.add"
  std::string subject;  // what it is done to: an id, a prefix, a digest; empty: the gate. No secret
  std::string note;     // why, where the caller says it
};

// Runs `act` between two entries of the trail: "begun", then "done", "refused" (the answer is a problem below 500) or
// "failed". An entry without a second one tells of a deed whose end nobody knows: the process died, or the store could
// not be written then, which is logged. Only for what passed all checks that need no write: the trail is no access log.
[[nodiscard]] Result<Reply> audited(const Call& call, const Deed& deed, const std::function<Result<Reply>()>& act);

}  // namespace scalper::api
