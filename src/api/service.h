#pragma once
// What the API stands on, and one call to it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "api/reply.h"
#include "api/request.h"
#include "api/request_seen.h"
#include "api/target.h"
#include "base/trace_context.h"
#include "pipeline/gate.h"
#include "ports/alarm_states.h"
#include "ports/audit_log.h"
#include "ports/byte_source.h"
#include "ports/contract_source.h"
#include "ports/passing_markers.h"
#include "ports/statistics.h"
#include "ports/tokens.h"
#include "ports/upload_room.h"

namespace scalper {
class PartialUploads;
class UploadTargets;
}  // namespace scalper

namespace scalper::api {

class EventPages;
class Webhooks;

// All of it outlives the calls; thread-safe as the gate is.
struct Service {
  Gate& gate;
  ContractSource& contract_source;
  std::string version;                   // of the program
  std::function<std::string()> metrics;  // Prometheus text; null: this host has none
  // Why contracts that were offered are not in use; empty: they are. Null: this host knows no other way than publish.
  std::function<std::string()> contracts_refused = nullptr;
  // Told with a 403: how operators come in at this host.
  std::string operators = "this is not for your role";
  Tokens* tokens = nullptr;                   // null: this host knows none
  UploadRoom* upload_room = nullptr;          // null: the store has no end
  PartialUploads* partial_uploads = nullptr;  // null: no pieces (tus) at this host
  UploadTargets* upload_targets = nullptr;
  std::uint64_t largest_upload = std::uint64_t{5} << 40U;  // bytes; S3 keeps no longer objects
  Statistics* statistics = nullptr;                        // null: this host keeps none
  AlarmStates* alarms = nullptr;                           // null: this host watches none
  Webhooks* webhooks = nullptr;                            // null: this host has none
  // Bytes after which an export ends with a cursor: for hosts that carry no long answers.
  std::uint64_t most_streamed = UINT64_MAX;
  AuditLog* audit_log = nullptr;      // null: nothing that belongs into the trail is done here
  PassingMarkers* passing = nullptr;  // null: no Idempotency-Key is taken
  EventPages* events = nullptr;       // null: this host's answers cannot go on; verdicts are told otherwise there
  // A URL, good for a minute, at which a caller finds the bytes of this very version, as a download of that
  // Content-Disposition. Null: the bytes go through this host.
  std::function<Result<std::string>(const CallContext&, const ObjectRef&, const std::string& disposition)> content_url =
      nullptr;
  // Told of each request once it is answered; one that waits for a file only when that is final. Null: nobody is.
  std::function<void(const RequestSeen&)> on_request = nullptr;
};

// One request on its way through a route.
struct Call {
  Service& service;
  const RequestHead& head;
  const Parameters& parameters;  // only names that the route knows
  const std::vector<std::string>& captured;
  ByteSource& body;
  const CallContext& context;
  const TraceContext& trace;  // of this request: its own span in the caller's trace, or in a new one

  [[nodiscard]] Gate& gate() const { return service.gate; }
  // Empty where it is not given.
  [[nodiscard]] std::string parameter(std::string_view name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
  }
};

}  // namespace scalper::api
