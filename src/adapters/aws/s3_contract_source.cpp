#include "adapters/aws/s3_contract_source.h"

#include <algorithm>
#include <boost/json.hpp>

#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_text.h"
#include "base/escape.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxBytes = std::size_t{15} << 20;  // one answer of the client has 16 MiB at most
constexpr std::size_t kMaxFiles = 1000;
constexpr std::size_t kMaxDigest = 200;
constexpr int kTriesOfThePointer = 20;
constexpr Millis kCached{10000};

bool is_plain(std::string_view digest) {
  return !digest.empty() && digest.size() <= kMaxDigest && digest.front() != '.' &&
         std::all_of(digest.begin(), digest.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                  c == '.';
         });
}

bool is_relative(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment.empty() || segment == "." || segment == "..") return false;
    at = end + 1;
  }
  return true;
}

Error refused(std::string_view why, std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(why) + ": " + escape_text(what)};
}

std::string sha256_hex(const std::string& text) { return to_hex(sha256(as_bytes(text))); }

// The files by path: equal sets have equal texts.
std::string list_of(const ContractSet& set) {
  json::array files;
  for (const ContractFile& file : set.files)
    files.push_back(json::object{{"path", file.path}, {"size", file.text.size()}, {"sha256", sha256_hex(file.text)}});
  return json::serialize(json::object{{"files", std::move(files)}}) + "\n";
}

struct Listed {
  std::string path;
  std::string sha256;
};

Result<std::vector<Listed>> read_list(const std::string& text) {
  const Error corrupt(ErrorCode::kCorrupt, "the list of a contract set's files is none");
  boost::system::error_code failed;
  const json::value document = json::parse(text, failed);
  if (failed || !document.is_object()) return corrupt;
  const json::value* const files = document.get_object().if_contains("files");
  if (files == nullptr || !files->is_array() || files->get_array().size() > kMaxFiles) return corrupt;
  std::vector<Listed> listed;
  for (const json::value& file : files->get_array()) {
    if (!file.is_object()) return corrupt;
    const json::value* const path = file.get_object().if_contains("path");
    const json::value* const sha256 = file.get_object().if_contains("sha256");
    if (path == nullptr || sha256 == nullptr || !path->is_string() || !sha256->is_string()) return corrupt;
    listed.push_back({std::string(path->get_string()), std::string(sha256->get_string())});
    if (!is_relative(listed.back().path)) return corrupt;
  }
  return listed;
}

}  // namespace

std::string S3ContractSource::key_of(const std::string& rest) const {
  return prefix_.empty() ? rest : prefix_ + "/" + rest;
}

Result<std::optional<S3ContractSource::Stored>> S3ContractSource::get(const CallContext& context,
                                                                      const std::string& key) {
  const ObjectRef ref{bucket_, ObjectKey{key}, VersionId{}};
  AwsRefusal refusal;
  auto response = client_.call(context, object_request("GET", ref), &refusal);
  if (response.ok())
    return std::optional(Stored{std::move(response->body), unquoted(response->header("etag")).value()});
  if (response.failed_with(ErrorCode::kNotFound) && refusal.code != "NoSuchBucket") return std::optional<Stored>{};
  return read_error(response.error(), refusal, ref)
      .within("reading a contract set, whose place SCALPER_CONTRACTS names");
}

Result<S3ContractSource::Put> S3ContractSource::put(const CallContext& context, const std::string& key,
                                                    const std::string& text, const std::optional<Stored>& stands) {
  AwsRequest request = object_request("PUT", {bucket_, ObjectKey{key}, VersionId{}});
  if (stands)
    request.headers.emplace_back("if-match", quoted(ETag{stands->etag}));
  else
    request.headers.emplace_back("if-none-match", "*");
  request.headers.emplace_back("x-amz-checksum-crc64nvme", format_crc64nvme(crc64nvme(as_bytes(text))));
  request.body = text;
  AwsRefusal refusal;
  const auto response = client_.call(context, request, &refusal);
  if (response.ok()) return Put::kDone;
  // Removed meanwhile: "no such key".
  if (is_refused_condition(refusal) || is_conflict(refusal) || (stands && refusal.code == "NoSuchKey"))
    return Put::kRefused;
  return response.error().within("writing a contract set");
}

Result<void> S3ContractSource::put_once(const CallContext& context, const std::string& key, const std::string& text) {
  for (int tries = 0; tries < kTriesOfThePointer; ++tries) {
    SCALPER_TRY_ASSIGN(const Put done, put(context, key, text, std::nullopt));
    if (done == Put::kDone) return {};
    SCALPER_TRY_ASSIGN(const auto there, get(context, key));
    if (!there) continue;  // another write lost as well
    if (there->text == text) return {};
    return refused("other files are stored under this digest", key);
  }
  return Error(ErrorCode::kUnavailable, "writing a contract set: others keep writing it");
}

Result<std::string> S3ContractSource::current_digest(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  const MonoTime now = clock_.mono_now();
  {
    const std::lock_guard lock(mutex_);
    if (asked_ && now - *asked_ < kCached) return current_;
  }
  SCALPER_TRY_ASSIGN(const auto stored, get(context, key_of("current")));
  if (!stored) return Error{ErrorCode::kNotFound, "no contract set was published"};
  if (!is_plain(stored->text)) return Error{ErrorCode::kCorrupt, "the pointer to the current contract set is none"};
  const std::lock_guard lock(mutex_);
  if (!asked_ || *asked_ < now) {  // else somebody has published or asked since
    current_ = stored->text;
    asked_ = now;
  }
  return stored->text;
}

Result<ContractSet> S3ContractSource::load(const CallContext& context, const std::string& digest) {
  SCALPER_TRY(may_begin(context, clock_));
  const Error none(ErrorCode::kNotFound, "no contract set " + escape_text(digest));
  if (!is_plain(digest)) return none;
  SCALPER_TRY_ASSIGN(const auto list, get(context, key_of("sets/" + digest + ".json")));
  if (!list) return none;
  SCALPER_TRY_ASSIGN(const std::vector<Listed> files, read_list(list->text));
  ContractSet set{digest, {}};
  std::size_t bytes = 0;
  for (const Listed& file : files) {
    SCALPER_TRY_ASSIGN(auto stored, get(context, key_of("sets/" + digest + "/" + file.path)));
    if (!stored || sha256_hex(stored->text) != file.sha256)
      return Error(ErrorCode::kCorrupt,
                   "a file of the contract set is not the one that was published: " + escape_text(file.path));
    bytes += stored->text.size();
    if (bytes > kMaxBytes) return Error(ErrorCode::kCorrupt, "a stored contract set has more than 15 MiB");
    set.files.push_back({file.path, std::move(stored->text)});
  }
  return set;
}

Result<void> S3ContractSource::publish(const CallContext& context, const ContractSet& given) {
  SCALPER_TRY(may_begin(context, clock_));
  ContractSet set = given;
  if (!is_plain(set.digest)) return refused("no digest of a set", set.digest);
  if (set.files.size() > kMaxFiles) return Error(ErrorCode::kInvalidArgument, "a contract set has at most 1,000 files");
  std::sort(set.files.begin(), set.files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  const auto key_in_set = [&](const std::string& path) { return key_of("sets/" + set.digest + "/" + path); };
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < set.files.size(); ++i) {
    const std::string& path = set.files[i].path;
    if (!is_relative(path) || !check_key(ObjectKey{key_in_set(path)}).ok())
      return refused("no path within a set", path);
    if (i > 0 && path == set.files[i - 1].path) return refused("the same path twice", path);
    bytes += set.files[i].text.size();
  }
  if (bytes > kMaxBytes) return Error(ErrorCode::kInvalidArgument, "a contract set has at most 15 MiB");
  const std::string list = list_of(set);
  const std::string list_key = key_of("sets/" + set.digest + ".json");
  SCALPER_TRY_ASSIGN(const auto stored, get(context, list_key));
  if (stored && stored->text != list) return refused("other files are stored under this digest", set.digest);
  if (!stored) {
    for (const ContractFile& file : set.files) SCALPER_TRY(put_once(context, key_in_set(file.path), file.text));
    SCALPER_TRY(put_once(context, list_key, list));
  }
  return point_at(context, set.digest);
}

Result<void> S3ContractSource::point_at(const CallContext& context, const std::string& digest) {
  const std::string key = key_of("current");
  for (int tries = 0; tries < kTriesOfThePointer; ++tries) {
    SCALPER_TRY_ASSIGN(const auto stands, get(context, key));
    Put done = Put::kDone;
    if (!stands || stands->text != digest) {
      SCALPER_TRY_ASSIGN(done, put(context, key, digest, stands));
    }
    if (done == Put::kRefused) continue;
    const std::lock_guard lock(mutex_);
    current_ = digest;
    asked_ = clock_.mono_now();
    return {};
  }
  return Error(ErrorCode::kUnavailable, "publishing a contract set: others keep publishing");
}

}  // namespace scalper::aws
