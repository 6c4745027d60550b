#include "adapters/aws/client/sigv4.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <utility>
#include <vector>

#include "adapters/aws/client/signing_key.h"
#include "adapters/aws/client/text.h"
#include "adapters/aws/client/uri_encoding.h"
#include "base/bytes.h"
#include "digest/sha256.h"

namespace scalper::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::chrono::seconds kLongestExpiry = std::chrono::hours(24 * 7);

// Changed or dropped on the way, or set below us after signing.
constexpr std::array<std::string_view, 15> kUnsigned{"authorization",
                                                     "baggage",
                                                     "connection",
                                                     "expect",
                                                     "keep-alive",
                                                     "proxy-authenticate",
                                                     "proxy-authorization",
                                                     "te",
                                                     "traceparent",
                                                     "tracestate",
                                                     "trailer",
                                                     "transfer-encoding",
                                                     "upgrade",
                                                     "user-agent",
                                                     "x-amzn-trace-id"};

// Trimmed, and runs of white space become one space.
std::string folded(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  bool pending = false;
  for (const char c : value) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      pending = !out.empty();
      continue;
    }
    if (pending) out += ' ';
    pending = false;
    out += c;
  }
  return out;
}

// Signed headers by name; values of one name joined in their order.
using Canonical = std::map<std::string, std::string>;

Canonical canonical_headers(std::string_view host, std::initializer_list<const Fields*> lists) {
  Canonical headers;
  headers.emplace("host", folded(host));
  for (const Fields* const list : lists) {
    for (const auto& [own_name, value] : *list) {
      std::string name = lower(trimmed(own_name));
      if (std::find(kUnsigned.begin(), kUnsigned.end(), name) != kUnsigned.end()) continue;
      const auto [at, fresh] = headers.try_emplace(std::move(name));
      if (!fresh) at->second += ',';
      at->second += folded(value);
    }
  }
  return headers;
}

std::string names_of(const Canonical& headers) {
  std::string names;
  for (const auto& [name, _] : headers) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

// RFC 3986, section 5.2.4, with empty segments removed as well; a trailing slash stays unless nothing else does.
std::string normalized(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  if (out.empty() || path.back() == '/') out += '/';
  return out;
}

bool is_s3(const SigningScope& scope) { return scope.service == "s3"; }

std::string canonical_path(std::string_view path, const SigningScope& scope) {
  const CanonicalPath form =
      scope.path.value_or(is_s3(scope) ? CanonicalPath::kAsSent : CanonicalPath::kNormalizedAndEncodedTwice);
  if (path.empty()) path = "/";
  std::string sent = encode_path(path);
  if (form == CanonicalPath::kAsSent) return sent;
  const std::string normal = normalized(sent);  // no '/' or '.' was encoded
  return form == CanonicalPath::kNormalized ? normal : encode_path(normal);
}

// What one moment and one scope put into a signature; written once a request.
struct Stamp {
  Stamp(const SigningScope& scope, WallTime now)
      : date(amz_date(now)), scope_text(day() + "/" + scope.region + "/" + scope.service + "/aws4_request") {}
  [[nodiscard]] std::string day() const { return date.substr(0, 8); }

  std::string date;
  std::string scope_text;
};

std::string canonical_text(const SignableRequest& request, const SigningScope& scope, const Canonical& headers,
                           std::string_view names) {
  std::string out = request.method;
  out.append("\n").append(canonical_path(request.path, scope)).append("\n").append(encode_query(request.query));
  out += '\n';
  for (const auto& [name, value] : headers) out.append(name).append(":").append(value).append("\n");
  return out.append("\n").append(names).append("\n").append(request.payload_hash);
}

std::string signature_over(std::string_view canonical, const SigningScope& scope, const Credentials& credentials,
                           const Stamp& stamp) {
  std::string text(kAlgorithm);
  text.append("\n").append(stamp.date).append("\n").append(stamp.scope_text).append("\n");
  text += to_hex(sha256(as_bytes(canonical)));
  return SigningKey::of(credentials.secret_access_key, stamp.day(), scope.region, scope.service).sign(text);
}

bool has_header(const Fields& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return lower(header.first) == name; });
}

}  // namespace

std::string canonical_request(const SignableRequest& request, const SigningScope& scope) {
  const Canonical headers = canonical_headers(request.host, {&request.headers});
  return canonical_text(request, scope, headers, names_of(headers));
}

Fields sign_headers(const SignableRequest& request, const SigningScope& scope, const Credentials& credentials,
                    WallTime now) {
  const Stamp stamp(scope, now);
  Fields added{{"x-amz-date", stamp.date}};
  if (!credentials.session_token.empty()) added.emplace_back("x-amz-security-token", credentials.session_token);
  if (is_s3(scope) && !has_header(request.headers, "x-amz-content-sha256"))
    added.emplace_back("x-amz-content-sha256", request.payload_hash);
  const Canonical headers = canonical_headers(request.host, {&request.headers, &added});
  const std::string names = names_of(headers);
  const std::string canonical = canonical_text(request, scope, headers, names);
  std::string authorization(kAlgorithm);
  authorization.append(" Credential=").append(credentials.access_key_id).append("/").append(stamp.scope_text);
  authorization.append(", SignedHeaders=").append(names);
  authorization.append(", Signature=").append(signature_over(canonical, scope, credentials, stamp));
  added.emplace_back("authorization", std::move(authorization));
  return added;
}

Result<std::string> presign_query(const SignableRequest& request, const SigningScope& scope,
                                  const Credentials& credentials, WallTime now, std::chrono::seconds valid_for) {
  if (valid_for < std::chrono::seconds(1) || valid_for > kLongestExpiry)
    return Error(ErrorCode::kInvalidArgument, "a signed URL is good for 1 second to 7 days");
  const Stamp stamp(scope, now);
  const Canonical headers = canonical_headers(request.host, {&request.headers});
  const std::string names = names_of(headers);
  SignableRequest whole = request;
  if (is_s3(scope)) whole.payload_hash = kUnsignedPayload;
  whole.query.emplace_back("X-Amz-Algorithm", kAlgorithm);
  whole.query.emplace_back("X-Amz-Credential", credentials.access_key_id + "/" + stamp.scope_text);
  whole.query.emplace_back("X-Amz-Date", stamp.date);
  whole.query.emplace_back("X-Amz-Expires", std::to_string(valid_for.count()));
  if (!credentials.session_token.empty()) whole.query.emplace_back("X-Amz-Security-Token", credentials.session_token);
  whole.query.emplace_back("X-Amz-SignedHeaders", names);
  const std::string canonical = canonical_text(whole, scope, headers, names);
  return encode_query(whole.query) + "&X-Amz-Signature=" + signature_over(canonical, scope, credentials, stamp);
}

std::string amz_date(WallTime time) {
  std::string date;
  for (const char c : format_rfc3339(time).substr(0, 19))
    if (c != '-' && c != ':') date += c;
  return date + "Z";
}

std::string credential_of(const SigningScope& scope, const Credentials& credentials, WallTime now) {
  return credentials.access_key_id + "/" + Stamp(scope, now).scope_text;
}

std::string signature_of(std::string_view text, const SigningScope& scope, const Credentials& credentials,
                         WallTime now) {
  return SigningKey::of(credentials.secret_access_key, Stamp(scope, now).day(), scope.region, scope.service).sign(text);
}

}  // namespace scalper::aws
