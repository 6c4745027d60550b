#include "adapters/aws/client/credentials/sts_credentials.h"

#include <algorithm>
#include <utility>

#include "adapters/aws/client/credentials/given.h"
#include "adapters/aws/client/shared_profiles.h"
#include "adapters/aws/client/sigv4.h"
#include "adapters/aws/client/small_file.h"
#include "adapters/aws/client/text.h"
#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/client/xml.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "digest/sha256.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kSource = "STS";
constexpr std::size_t kLongestToken = 64 << 10;
constexpr std::uint64_t kAnswerLimit = 256 << 10;
constexpr Millis kTimeOut{10'000};
constexpr int kTries = 3;

void add_role(const Role& role, Fields& form) {
  form.emplace_back("Version", "2011-06-15");
  form.emplace_back("RoleArn", role.arn);
  form.emplace_back("RoleSessionName", role.session_name.empty() ? "silent-scalper" : role.session_name);
  if (!role.external_id.empty()) form.emplace_back("ExternalId", role.external_id);
  if (!role.duration_seconds.empty()) form.emplace_back("DurationSeconds", role.duration_seconds);
}

Error refused(const AwsResponse& answer) {
  const Result<XmlElement> document = parse_xml(answer.body);
  std::string code = document.ok() ? document->text_at({"Error", "Code"}) : "";
  if (code.empty()) code = "status " + std::to_string(answer.status);
  const bool later = answer.status >= 500 || answer.status == 429 || code == "Throttling" ||
                     code == "IDPCommunicationError" || code == "RequestTimeout";
  return {later ? ErrorCode::kUnavailable : ErrorCode::kPermissionDenied,
          "STS gives no credentials for the role: " + escape_text(code)};
}

Result<Credentials> read_answer(const AwsResponse& answer, std::string_view action) {
  if (answer.status != 200) return refused(answer);
  const Result<XmlElement> document = parse_xml(answer.body);
  if (!document.ok()) return Error(document.error().code(), "STS answers no such XML");
  const std::string result = std::string(action) + "Result";
  const auto text = [&](std::string_view name) { return document->text_at({result, "Credentials", name}); };
  Credentials given{text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"),
                    parse_rfc3339(text("Expiration"))};
  if (!given.expires) return Error(ErrorCode::kCorrupt, "STS does not say when its credentials end");
  return checked(std::move(given), kSource);
}

// A form to STS, again while that may help.
Result<Credentials> call(const SourceParts& parts, const CallContext& context, const EndpointSettings& endpoints,
                         std::string_view action, Fields form, const Credentials* by) {
  form.emplace_back("Action", action);
  SCALPER_TRY_ASSIGN(const Target target, target_of(endpoints, "sts", "", "/"));
  HttpRequest request;
  request.method = "POST";
  request.url = target.scheme + "://" + target.host + encode_path(target.path);
  request.body = encode_query(form);
  request.answer_limit = kAnswerLimit;
  const Fields headers{{"content-type", "application/x-www-form-urlencoded"}};
  Millis pause{200};
  for (int left = kTries - 1;; --left) {
    request.headers = headers;
    if (by != nullptr) {
      const SignableRequest signable{"POST", target.host, target.path,
                                     {},     headers,     to_hex(sha256(as_bytes(request.body)))};
      const Fields added = sign_headers(signable, {endpoints.region, "sts", std::nullopt}, *by, parts.clock.wall_now());
      request.headers.insert(request.headers.end(), added.begin(), added.end());
    }
    CallContext limited = context;
    limited.deadline = std::min(context.deadline, parts.clock.mono_now() + kTimeOut);
    const Result<AwsResponse> answer = parts.transport.send(limited, request);
    Result<Credentials> given = answer.ok() ? read_answer(*answer, action) : Result<Credentials>(answer.error());
    const bool over = given.ok() || !is_retryable(given.error().code()) || left <= 0 || context.stop.stop_requested() ||
                      parts.clock.mono_now() + pause >= context.deadline;
    if (over) return given;
    parts.clock.sleep_until(context, parts.clock.mono_now() + pause);
    pause *= 2;
  }
}

}  // namespace

Result<Credentials> assume_role(const SourceParts& parts, const CallContext& context, const EndpointSettings& endpoints,
                                const Role& role, const Credentials& by) {
  Fields form;
  add_role(role, form);
  return call(parts, context, endpoints, "AssumeRole", std::move(form), &by);
}

Result<Credentials> assume_role_with_token(const SourceParts& parts, const CallContext& context,
                                           const EndpointSettings& endpoints, const Role& role,
                                           const std::string& token_path) {
  const Result<std::string> text = read_small_file(token_path, kLongestToken);
  // Not there is no reason to ask the next source: this one was chosen.
  if (!text.ok()) return Error(ErrorCode::kPermissionDenied, text.error().message()).within("web identity token");
  const std::string token(trimmed(*text));
  if (!is_visible_ascii(token)) return Error(ErrorCode::kInvalidArgument, "the web identity token cannot be one");
  Fields form{{"WebIdentityToken", token}};
  add_role(role, form);
  return call(parts, context, endpoints, "AssumeRoleWithWebIdentity", std::move(form), nullptr);
}

Result<Credentials> WebIdentityCredentials::get(const CallContext& context) {
  const std::string path = parts_.environment("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (path.empty()) return Error(ErrorCode::kNotFound, "no web identity token in the environment");
  Role role;
  role.arn = parts_.environment("AWS_ROLE_ARN");
  role.session_name = parts_.environment("AWS_ROLE_SESSION_NAME");
  if (role.arn.empty()) return Error(ErrorCode::kInvalidArgument, "AWS_WEB_IDENTITY_TOKEN_FILE without AWS_ROLE_ARN");
  SCALPER_TRY_ASSIGN(const ProfileFiles files, read_profile_files(parts_.environment));
  SCALPER_TRY_ASSIGN(const EndpointSettings endpoints,
                     endpoint_settings(parts_.environment, files, chosen_profile(parts_.environment)));
  return assume_role_with_token(parts_, context, endpoints, role, path);
}

}  // namespace scalper::aws
