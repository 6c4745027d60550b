#include "adapters/aws/client/sigv4.h"

#include <algorithm>
#include <array>
#include <map>

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
  static constexpr std::string_view kSpace = " \t\r\n\v\f";
  std::string out;
  bool pending = false;
  for (const char c : value) {
    if (kSpace.find(c) != std::string_view::npos) {
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

Canonical canonical_headers(const SignableRequest& request) {
  Canonical headers;
  headers.emplace("host", folded(request.host));
  for (const auto& [own_name, value] : request.headers) {
    const std::string name = lower(folded(own_name));
    if (std::find(kUnsigned.begin(), kUnsigned.end(), name) != kUnsigned.end()) continue;
    const auto [at, fresh] = headers.emplace(name, folded(value));
    if (!fresh) at->second += "," + folded(value);
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

std::string day_of(WallTime now) { return amz_date(now).substr(0, 8); }

std::string scope_text(const SigningScope& scope, WallTime now) {
  return day_of(now) + "/" + scope.region + "/" + scope.service + "/aws4_request";
}

std::string signature_over(const std::string& canonical, const SigningScope& scope, const Credentials& credentials,
                           WallTime now) {
  const Sha256Digest digest = sha256(as_bytes(canonical));
  std::string text(kAlgorithm);
  text += "\n" + amz_date(now) + "\n" + scope_text(scope, now) + "\n" + to_hex(digest);
  return signature_of(text, scope, credentials, now);
}

bool has_header(const Fields& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) { return lower(header.first) == name; });
}

}  // namespace

std::string canonical_request(const SignableRequest& request, const SigningScope& scope) {
  const Canonical headers = canonical_headers(request);
  std::string out = request.method + "\n" + canonical_path(request.path, scope) + "\n" + encode_query(request.query);
  out += '\n';
  for (const auto& [name, value] : headers) out.append(name).append(":").append(value).append("\n");
  return out + "\n" + names_of(headers) + "\n" + request.payload_hash;
}

Fields sign_headers(const SignableRequest& request, const SigningScope& scope, const Credentials& credentials,
                    WallTime now) {
  Fields added{{"x-amz-date", amz_date(now)}};
  if (!credentials.session_token.empty()) added.emplace_back("x-amz-security-token", credentials.session_token);
  if (is_s3(scope) && !has_header(request.headers, "x-amz-content-sha256"))
    added.emplace_back("x-amz-content-sha256", request.payload_hash);
  SignableRequest whole = request;
  whole.headers.insert(whole.headers.end(), added.begin(), added.end());
  const std::string signature = signature_over(canonical_request(whole, scope), scope, credentials, now);
  std::string authorization(kAlgorithm);
  authorization += " Credential=" + credential_of(scope, credentials, now);
  authorization += ", SignedHeaders=" + names_of(canonical_headers(whole)) + ", Signature=" + signature;
  added.emplace_back("authorization", std::move(authorization));
  return added;
}

Result<std::string> presign_query(const SignableRequest& request, const SigningScope& scope,
                                  const Credentials& credentials, WallTime now, std::chrono::seconds valid_for) {
  if (valid_for < std::chrono::seconds(1) || valid_for > kLongestExpiry)
    return Error(ErrorCode::kInvalidArgument, "a signed URL is good for 1 second to 7 days");
  SignableRequest whole = request;
  if (is_s3(scope)) whole.payload_hash = kUnsignedPayload;
  whole.query.emplace_back("X-Amz-Algorithm", kAlgorithm);
  whole.query.emplace_back("X-Amz-Credential", credential_of(scope, credentials, now));
  whole.query.emplace_back("X-Amz-Date", amz_date(now));
  whole.query.emplace_back("X-Amz-Expires", std::to_string(valid_for.count()));
  if (!credentials.session_token.empty()) whole.query.emplace_back("X-Amz-Security-Token", credentials.session_token);
  whole.query.emplace_back("X-Amz-SignedHeaders", names_of(canonical_headers(request)));
  const std::string signature = signature_over(canonical_request(whole, scope), scope, credentials, now);
  return encode_query(whole.query) + "&X-Amz-Signature=" + signature;
}

std::string amz_date(WallTime time) {
  std::string date;
  for (const char c : format_rfc3339(time).substr(0, 19))
    if (c != '-' && c != ':') date += c;
  return date + "Z";
}

std::string credential_of(const SigningScope& scope, const Credentials& credentials, WallTime now) {
  return credentials.access_key_id + "/" + scope_text(scope, now);
}

std::string signature_of(std::string_view text, const SigningScope& scope, const Credentials& credentials,
                         WallTime now) {
  return SigningKey::of(credentials.secret_access_key, day_of(now), scope.region, scope.service).sign(text);
}

}  // namespace scalper::aws
