#include "adapters/aws/client/post_policy.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "adapters/aws/client/text.h"
#include "base/escape.h"
#include "base/plain_json.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kMostBytes = 5ULL << 30;
constexpr std::chrono::seconds kLongestExpiry = std::chrono::hours(24 * 7);
constexpr std::string_view kFileName = "${filename}";
constexpr std::array<std::string_view, 8> kOwn{
    "bucket", "key", "policy", "file", "x-amz-date", "x-amz-algorithm", "x-amz-credential", "x-amz-signature"};

std::string base64(const std::string& bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

const char* why_not(const PostPolicy& policy, std::chrono::seconds valid_for) {
  if (valid_for < std::chrono::seconds(1) || valid_for > kLongestExpiry) return "it is good for 1 second to 7 days";
  if (policy.max_bytes > kMostBytes || policy.min_bytes > policy.max_bytes) return "no range of at most 5 GiB";
  if (policy.key.empty() && !policy.key_is_prefix) return "it names no key";
  if (policy.key.find(kFileName) != std::string::npos) return "S3 would replace a part of its key";
  if (!is_valid_utf8(policy.key) || !is_valid_utf8(policy.bucket)) return "its key or bucket is no UTF-8";
  for (const auto& [name, value] : policy.fields) {
    if (!is_valid_utf8(name) || !is_valid_utf8(value)) return "a field is no UTF-8";
    const std::string small = lower(name);
    if (std::find(kOwn.begin(), kOwn.end(), small) != kOwn.end() || small == "x-amz-security-token")
      return "a field is one of those that it adds itself";
  }
  return nullptr;
}

json::object exactly(const std::string& name, const std::string& value) { return {{name, value}}; }

json::array conditions_of(const PostPolicy& policy, const Fields& signer) {
  json::array conditions;
  conditions.emplace_back(exactly("bucket", policy.bucket));
  if (policy.key_is_prefix)
    conditions.emplace_back(json::array{"starts-with", "$key", policy.key});
  else
    conditions.emplace_back(exactly("key", policy.key));
  conditions.emplace_back(json::array{"content-length-range", policy.min_bytes, policy.max_bytes});
  for (const auto& [name, value] : policy.fields) conditions.emplace_back(exactly(name, value));
  for (const auto& [name, value] : signer) conditions.emplace_back(exactly(name, value));
  return conditions;
}

}  // namespace

Result<Fields> post_form(const PostPolicy& policy, const SigningScope& scope, const Credentials& credentials,
                         WallTime now, std::chrono::seconds valid_for) {
  if (const char* const why = why_not(policy, valid_for); why != nullptr)
    return Error(ErrorCode::kInvalidArgument, std::string("no policy of a form: ") + why);
  Fields signer{{"x-amz-algorithm", "AWS4-HMAC-SHA256"},
                {"x-amz-credential", credential_of(scope, credentials, now)},
                {"x-amz-date", amz_date(now)}};
  if (!credentials.session_token.empty()) signer.emplace_back("x-amz-security-token", credentials.session_token);
  json::object document;
  document["expiration"] = format_rfc3339(now + valid_for);
  document["conditions"] = conditions_of(policy, signer);
  std::string encoded = base64(plain_json(json::serialize(document)));

  Fields form{{"key", policy.key_is_prefix ? policy.key + std::string(kFileName) : policy.key}};
  form.insert(form.end(), policy.fields.begin(), policy.fields.end());
  form.insert(form.end(), signer.begin(), signer.end());
  std::string signature = signature_of(encoded, scope, credentials, now);
  form.emplace_back("policy", std::move(encoded));
  form.emplace_back("x-amz-signature", std::move(signature));
  return form;
}

}  // namespace scalper::aws
