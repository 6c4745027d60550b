#include "hosts/cli/in_process.h"

#include <utility>
#include <variant>
#include <vector>

#include "api/handle.h"
#include "ports/memory_source.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kPiece = std::size_t{64} * 1024;

api::Reply answer(api::Service& service, const api::RequestHead& head, const std::string& body) {
  MemorySource source(as_bytes(body));
  return api::handle(service, head, source, CallContext{});
}

Result<Answer> read_whole(api::Stream& stream) {
  Answer whole{stream.status, stream.content_type, {}};
  std::vector<std::byte> piece(kPiece);
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t got, stream.body->read(CallContext{}, piece));
    if (got == 0) return whole;
    whole.body += as_text(Bytes(piece).first(got));
  }
}

}  // namespace

Result<Answer> ask_in_process(api::Service& service, api::RequestHead head, const std::string& body,
                              const WaitOn& wait_on) {
  api::Reply reply = answer(service, head, body);
  while (const auto* const wait = std::get_if<api::WaitFor>(&reply)) {
    SCALPER_TRY_ASSIGN(head.may_wait, wait_on(*wait));
    reply = answer(service, head, body);
  }
  if (auto* const stream = std::get_if<api::Stream>(&reply)) return read_whole(*stream);
  if (auto* const complete = std::get_if<api::Complete>(&reply))
    return Answer{complete->status, complete->content_type, std::move(complete->body)};
  return Error(ErrorCode::kUnsupported, "the answer is somewhere else");
}

}  // namespace scalper::cli
