#include "api/upload_answers.h"

#include <boost/json.hpp>
#include <charconv>

#include "api/answers.h"
#include "base/escape.h"
#include "model/record_view.h"

namespace scalper::api {

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Reply received_reply(const Received& received, const std::string& key) {
  const bool final = received.record && is_final(*received.record);
  const std::string body =
      received.record ? record_view(*received.record, Detail::kFull)
                      : boost::json::serialize(boost::json::object{
                            {"id", received.id.value()}, {"key", escape_text(key, 4096)}, {"size", received.size}});
  Reply reply = json_reply(body, final ? 201 : 202);
  std::get<Complete>(reply).headers.emplace_back("Location", "/v1/files/" + received.id.value());
  return reply;
}

Reply body_too_large() { return problem(413, "body_too_large", "the body is longer than it may be"); }

}  // namespace scalper::api
