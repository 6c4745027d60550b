#include "hosts/lambda/api_handler.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <variant>

#include "api/handle.h"
#include "api/problem.h"
#include "hosts/lambda/api_event.h"
#include "hosts/lambda/wait_slot.h"
#include "ports/memory_source.h"

namespace scalper::lambda {
namespace {

// API Gateway itself gives up after 30 s; REST APIs after 29.
constexpr Millis kLongest{std::chrono::seconds{28}};
constexpr Millis kLastWords{std::chrono::seconds{1}};
constexpr Millis kLongestWait{std::chrono::seconds{20}};
constexpr Millis kLookAgain{500};
constexpr std::size_t kLongestStream = std::size_t{4} << 20;  // four thirds of it are base64
constexpr std::size_t kPiece = std::size_t{64} * 1024;

std::optional<api::Reply> refusal(const ApiRequest& request) {
  const std::string_view coding = request.head.header("content-encoding");
  if (!coding.empty() && coding != "identity")
    return api::problem(415, "encoded_body", "bodies are taken without a content encoding");
  if (request.body.size() > api::largest_body(request.head.role) && !api::reads_stream(request.head))
    return api::problem(413, "body_too_large", "the body is longer than it may be");
  return std::nullopt;
}

api::Reply ask(api::Service& service, const ApiRequest& request, bool may_wait, const CallContext& context) {
  api::RequestHead head = request.head;
  head.may_wait = may_wait;
  MemorySource body(as_bytes(request.body));
  return api::handle(service, head, body, context);
}

api::Reply ask_and_wait(api::Service& service, const ApiRequest& request, const CallContext& context) {
  Clock& clock = service.gate.clock;
  api::Reply reply = ask(service, request, true, context);
  const auto* const wait = std::get_if<api::WaitFor>(&reply);
  if (wait == nullptr) return reply;
  const MonoTime until =
      std::min(clock.mono_now() + std::min(wait->at_most, kLongestWait), context.deadline - kLastWords);
  const auto slot = WaitSlot::take(service.gate, context, clock.wall_now() + (until - clock.mono_now()));
  if (!slot.ok()) return api::problem_of(slot.error());
  if (!*slot) return api::too_many_wait();
  while (std::holds_alternative<api::WaitFor>(reply)) {
    clock.sleep_until(context, std::min(until, clock.mono_now() + kLookAgain));
    reply = ask(service, request, clock.mono_now() < until, context);
  }
  (*slot)->give_back(service.gate, context);
  return reply;
}

Result<api::Complete> whole(api::Stream stream, const CallContext& context) {
  api::Complete complete;
  complete.status = stream.status;
  complete.headers = std::move(stream.headers);
  complete.content_type = std::move(stream.content_type);
  std::array<std::byte, kPiece> piece{};
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t got, stream.body->read(context, piece));
    if (got == 0) return complete;
    complete.body += as_text(Bytes{piece}.first(got));
    if (complete.body.size() > kLongestStream)
      return Error(ErrorCode::kUnsupported, "this is longer than Lambda carries; read it where it lies");
  }
}

api::Complete complete_of(api::Reply reply, const CallContext& context) {
  if (auto* const redirect = std::get_if<api::Redirect>(&reply)) {
    api::Complete found;
    found.status = 302;
    found.headers = std::move(redirect->headers);
    found.headers.emplace_back("location", redirect->location);
    return found;
  }
  if (auto* const stream = std::get_if<api::Stream>(&reply)) {
    auto read = whole(std::move(*stream), context);
    if (read.ok()) return *std::move(read);
    reply = api::problem_of(read.error());
  }
  return std::get<api::Complete>(std::move(reply));
}

}  // namespace

Result<std::string> handle_api(api::Service& service, std::string_view payload, const CallContext& context,
                               const std::function<Result<void>()>& before_changes) {
  SCALPER_TRY_ASSIGN(const ApiRequest request, read_api_request(payload));
  CallContext own = context;
  own.deadline = std::min(context.deadline - kLastWords, service.gate.clock.mono_now() + kLongest);
  auto refused = refusal(request);
  if (!refused && before_changes && request.head.method != "GET" && request.head.role > api::Role::kViewer)
    if (const auto ready = before_changes(); !ready.ok()) refused = api::problem_of(ready.error());
  api::Reply reply = refused ? *std::move(refused) : ask_and_wait(service, request, own);
  return write_api_answer(complete_of(std::move(reply), own), context.correlation_id, request.is_head);
}

}  // namespace scalper::lambda
