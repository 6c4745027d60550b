// awslabs/aws-c-auth: requests with their canonical form and signature, in headers and in the query.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <sstream>

#include "adapters/aws/client/sigv4.h"
#include "adapters/aws/client/uri_encoding.h"
#include "base/bytes.h"
#include "base/time.h"
#include "digest/sha256.h"
#include "support/suites.h"

namespace scalper::tests {
namespace {

namespace json = boost::json;
using namespace scalper::aws;  // NOLINT(google-build-using-namespace)

struct Vector {
  SignableRequest request;
  SigningScope scope;
  Credentials credentials;
  std::string omitted_token;  // sent, but not signed
  WallTime time;
  std::chrono::seconds valid_for{};
  bool body_signed = false;
};

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

void read_target(std::string_view target, SignableRequest& request) {
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = decoded(target.substr(0, mark));
  for (std::size_t at = mark + 1; at < target.size();) {
    const std::size_t end = std::min(target.find('&', at), target.size());
    const std::string_view pair = target.substr(at, end - at);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    request.query.emplace_back(decoded(pair.substr(0, equals)),
                               equals < pair.size() ? decoded(pair.substr(equals + 1)) : "");
    at = end + 1;
  }
}

SignableRequest read_request(const std::string& text, std::string& body) {
  SignableRequest request;
  const std::size_t head_end = std::min(text.find("\n\n"), text.size());
  if (head_end < text.size()) body = text.substr(head_end + 2);
  std::istringstream head(text.substr(0, head_end));
  std::string line;
  std::getline(head, line);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(" HTTP/1.1");
  request.method = line.substr(0, first);
  read_target(std::string_view(line).substr(first + 1, last - first - 1), request);
  while (std::getline(head, line)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    if (line.substr(0, colon) == "Host") {
      request.host = line.substr(colon + 1);
    } else {
      request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
  }
  return request;
}

std::string text_or_empty(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  return value == nullptr ? "" : std::string(value->as_string());
}

Vector read_vector(const std::filesystem::path& folder) {
  Vector vector;
  const json::object context = json::parse(read_file(folder / "context.json")).as_object();
  const json::object& keys = context.at("credentials").as_object();
  vector.credentials = {text_or_empty(keys, "access_key_id"), text_or_empty(keys, "secret_access_key"),
                        text_or_empty(keys, "token"), std::nullopt};
  if (context.contains("omit_session_token") && context.at("omit_session_token").as_bool())
    std::swap(vector.credentials.session_token, vector.omitted_token);
  // The vectors write paths as they were before any encoding.
  const bool normalize = context.at("normalize").as_bool();
  vector.scope = {text_or_empty(context, "region"), text_or_empty(context, "service"),
                  normalize ? CanonicalPath::kNormalized : CanonicalPath::kAsSent};
  vector.time = parse_rfc3339(text_or_empty(context, "timestamp")).value();
  vector.valid_for = std::chrono::seconds(context.at("expiration_in_seconds").as_int64());
  vector.body_signed = context.at("sign_body").as_bool();
  std::string body;
  vector.request = read_request(read_file(folder / "request.txt"), body);
  vector.request.payload_hash = to_hex(sha256(as_bytes(body)));
  return vector;
}

std::vector<std::filesystem::path> vectors_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> folders;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.is_directory()) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

TEST(SuiteSigV4, SignsHeadersAsThePublishedVectors) {
  SCALPER_SUITE_OR_SKIP(folder, "sigv4");
  int equal = 0;
  for (const auto& path : vectors_of(*folder)) {
    SCOPED_TRACE(path.filename());
    Vector vector = read_vector(path);
    if (vector.body_signed) vector.request.headers.emplace_back("x-amz-content-sha256", vector.request.payload_hash);
    const Fields added = sign_headers(vector.request, vector.scope, vector.credentials, vector.time);
    SignableRequest whole = vector.request;
    whole.headers.insert(whole.headers.end(), added.begin(), added.end());
    EXPECT_EQ(canonical_request(whole, vector.scope), read_file(path / "header-canonical-request.txt"));
    const std::string signature = read_file(path / "header-signature.txt");
    ASSERT_EQ(signature.size(), 64U);
    EXPECT_NE(read_file(path / "header-signed-request.txt").find(added.back().second), std::string::npos);
    EXPECT_TRUE(added.back().second.ends_with("Signature=" + signature)) << added.back().second;
    ++equal;
  }
  EXPECT_EQ(equal, 31);
}

// The pairs of an encoded query, sorted: the vectors' own order is another.
std::vector<std::string> pairs_of(const std::string& query) {
  std::vector<std::string> pairs;
  std::istringstream text(query);
  for (std::string pair; std::getline(text, pair, '&');) pairs.push_back(pair);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

std::string query_of(const std::string& request) {
  const std::size_t mark = request.find('?');
  return request.substr(mark + 1, request.find(" HTTP/1.1") - mark - 1);
}

TEST(SuiteSigV4, SignsQueriesAsThePublishedVectors) {
  SCALPER_SUITE_OR_SKIP(folder, "sigv4");
  int equal = 0;
  for (const auto& path : vectors_of(*folder)) {
    SCOPED_TRACE(path.filename());
    const Vector vector = read_vector(path);
    const auto query = presign_query(vector.request, vector.scope, vector.credentials, vector.time, vector.valid_for);
    ASSERT_TRUE(query.ok()) << query.error().message();
    EXPECT_TRUE(query.value().ends_with("&X-Amz-Signature=" + read_file(path / "query-signature.txt")));
    std::string ours = query.value();
    if (!vector.omitted_token.empty()) ours += "&" + encode_query({{"X-Amz-Security-Token", vector.omitted_token}});
    SignableRequest theirs;  // some of their signed requests carry characters that we encode
    read_target("/?" + query_of(read_file(path / "query-signed-request.txt")), theirs);
    EXPECT_EQ(pairs_of(ours), pairs_of(encode_query(theirs.query)));
    ++equal;
  }
  EXPECT_EQ(equal, 31);
}

}  // namespace
}  // namespace scalper::tests
