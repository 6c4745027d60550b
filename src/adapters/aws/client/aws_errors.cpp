#include "adapters/aws/client/aws_errors.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "adapters/aws/client/error_codes.h"
#include "adapters/aws/client/xml.h"
#include "base/escape.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxErrorBody = 1 << 20;
constexpr std::size_t kMaxCode = 100;
constexpr std::size_t kMaxMessage = 300;
// Half of what AWS tolerates, as the SDKs have it: below this a signature fails for another reason than the time.
constexpr Millis kMuchSkew{std::chrono::minutes{4}};

struct Said {
  std::string code;
  std::string message;
  std::string request_id;
  std::string region;  // where the bucket is, when it is elsewhere
};

// S3: <Error>; SNS, STS: <ErrorResponse><Error>, the request's id beside it; older ones: <Response><Errors><Error>.
Said said_in_xml(std::string_view body) {
  const auto parsed = parse_xml(body);
  if (!parsed) return {};
  const XmlElement* error = &*parsed;
  if (const XmlElement* errors = error->child("Errors")) error = errors;
  if (const XmlElement* inner = error->child("Error")) error = inner;
  Said said{error->text_at({"Code"}), error->text_at({"Message"}), error->text_at({"RequestId"}),
            error->text_at({"Region"})};
  for (const char* name : {"RequestId", "RequestID"})
    if (said.request_id.empty()) said.request_id = (*parsed).text_at({name});
  return said;
}

std::string text_of(const json::object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const json::value* found = object.if_contains(name); found != nullptr && found->is_string())
      return std::string(found->get_string());
  return {};
}

Said said_in_json(std::string_view body) {
  json::parse_options options;
  options.max_depth = 16;
  boost::system::error_code failed;
  const json::value parsed = json::parse(body, failed, {}, options);
  if (failed || !parsed.is_object()) return {};
  const json::object* object = &parsed.get_object();
  for (const char* name : {"Error", "error"})
    if (const json::value* inner = object->if_contains(name); inner != nullptr && inner->is_object())
      object = &inner->get_object();
  return {text_of(*object, {"__type", "code", "Code"}),
          text_of(*object, {"message", "Message", "errorMessage"}),
          text_of(*object, {"RequestId", "requestId"}),
          {}};
}

Said said_in(std::string_view body) {
  if (body.size() > kMaxErrorBody) return {};
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  if (body[first] == '<') return said_in_xml(body);
  return body[first] == '{' ? said_in_json(body) : Said{};
}

std::string first_header(const AwsResponse& answer, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (const std::string_view value = answer.header(name); !value.empty()) return std::string(value);
  return {};
}

// Some services quote the canonical request to who signed wrongly, session token and all.
std::string shown(std::string_view message) {
  for (const std::string_view quote : {"\n", "\r", "The Canonical String", "The String-to-Sign"})
    message = message.substr(0, message.find(quote));
  return escape_text(message, kMaxMessage);
}

// A transaction ends for the reasons of its parts: "... [None, ConditionalCheckFailed]".
std::optional<Meaning> meaning_of_transaction(const Said& said) {
  if (said.code != "TransactionCanceledException") return std::nullopt;
  const auto names = [&](std::string_view reason) { return said.message.find(reason) != std::string::npos; };
  if (names("ConditionalCheckFailed")) return Meaning{ErrorCode::kPreconditionFailed, Remedy::kNone};
  if (names("Throttl") || names("ThroughputExceeded")) return Meaning{ErrorCode::kThrottled, Remedy::kSlowDown};
  if (names("TransactionConflict")) return Meaning{ErrorCode::kUnavailable, Remedy::kWait};
  return Meaning{ErrorCode::kInvalidArgument, Remedy::kNone};
}

bool may_be_time(const std::string& code) {
  return code.empty() || code == "InvalidSignatureException" || code == "SignatureDoesNotMatch" ||
         code == "AuthFailure";
}

Remedy remedy_of(const AwsFailure& failure, const AwsResponse& answer, std::string_view method, WallTime signed_at) {
  const std::string& code = failure.refusal.code;
  if (failure.code == ErrorCode::kPermissionDenied && failure.remedy == Remedy::kNone && may_be_time(code)) {
    const auto date = date_of(answer);
    const bool far_off = date && std::chrono::abs(*date - signed_at) > kMuchSkew;
    const bool says_so = failure.message.find("Signature expired") != std::string::npos ||
                         failure.message.find("Signature not yet current") != std::string::npos;
    if (far_off || (says_so && date)) return Remedy::kClock;
  }
  // S3 answers 400 to a HEAD with an expired token, and can say no more.
  if (answer.status == 400 && code.empty() && method == "HEAD") return Remedy::kCredentials;
  return failure.remedy;
}

}  // namespace

std::string plain_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  if (const std::size_t hash = code.rfind('#'); hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return escape_text(code, kMaxCode);
}

AwsFailure read_failure(const AwsResponse& answer, std::string_view method, WallTime signed_at) {
  Said said = said_in(answer.body);
  if (said.code.empty()) said.code = answer.header("x-amzn-errortype");
  if (said.code.empty()) {
    const std::string_view query_error = answer.header("x-amzn-query-error");  // "Code;Sender"
    said.code = query_error.substr(0, query_error.find(';'));
  }
  said.code = plain_code(said.code);
  AwsFailure failure;
  failure.refusal = {answer.status, said.code, answer.body.substr(0, kMaxErrorBody)};
  auto meaning = meaning_of_transaction(said);
  if (!meaning) meaning = meaning_of_code(said.code);
  if (!meaning) meaning = meaning_of_status(answer.status, !said.code.empty());
  failure.code = meaning->code;
  failure.remedy = meaning->remedy;
  failure.message = shown(said.message);
  if (said.region.empty()) said.region = answer.header("x-amz-bucket-region");
  if (!said.region.empty() && failure.code == ErrorCode::kInvalidArgument)
    failure.message += " (the bucket is in " + escape_text(said.region, 40) + ")";
  failure.request_id =
      escape_text(first_header(answer, {"x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"}), kMaxCode);
  if (failure.request_id.empty()) failure.request_id = escape_text(said.request_id, kMaxCode);
  failure.remedy = remedy_of(failure, answer, method, signed_at);
  return failure;
}

std::optional<WallTime> date_of(const AwsResponse& answer) { return parse_http_date(answer.header("date")); }

std::optional<WallTime> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' ||
      text.substr(25) != " GMT")
    return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  const auto number = static_cast<int>(month - kMonths.begin()) + 1;
  std::string written(text.substr(12, 4));
  (written += number < 10 ? "-0" : "-") += std::to_string(number);
  ((written += '-') += text.substr(5, 2)) += 'T';
  (written += text.substr(17, 8)) += 'Z';
  return parse_rfc3339(written);
}

}  // namespace scalper::aws
