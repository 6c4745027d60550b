#include <boost/json.hpp>

#include "base/escape.h"
#include "hosts/cli/aws_looks.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 300;
constexpr std::string_view kOfAws = "alias/aws/";

// "Enabled", "Disabled", "PendingDeletion" ...; empty: the answer is none. Source: DescribeKey (KMS API reference).
std::string state_in(const std::string& answer) {
  boost::system::error_code failed;
  const json::value value = json::parse(answer, failed);
  if (failed) return {};
  const json::value* const state = value.find_pointer("/KeyMetadata/KeyState", failed);
  return state != nullptr && state->is_string() ? std::string(state->get_string()) : std::string();
}

void look_at_key(const Look& look, const std::string& key) {
  const std::string subject = "key " + escape_text(key, kShown);
  aws::AwsRequest request;
  request.service = "kms";
  request.headers = {{"content-type", "application/x-amz-json-1.1"}, {"x-amz-target", "TrentService.DescribeKey"}};
  request.body = json::serialize(json::object{{"KeyId", key}});
  const auto answer = look.client.call(CallContext{}, request);
  if (answer.failed_with(ErrorCode::kPermissionDenied))
    return look.said.warn(subject, "may not be looked at", "allow kms:DescribeKey");
  if (!answer.ok()) return look.said.fail(subject, answer.error().message(), "name a key that is there");
  const std::string state = state_in(answer->body);
  if (state == "Enabled") return look.said.ok(subject, "is enabled");
  look.said.fail(
      subject,
      "is " + (state.empty() ? "of no known state" : escape_text(state)) + ": what it encrypted cannot be read",
      "aws kms enable-key, or cancel-key-deletion, with --key-id " + escape_text(key, kShown));
}

}  // namespace

void look_at_keys(const Look& look) {
  for (const std::string& key : look.keys)
    if (key.find(kOfAws) == std::string::npos) look_at_key(look, key);
}

}  // namespace scalper::cli
