#include "api/content.h"

#include <algorithm>
#include <charconv>

#include "api/answers.h"
#include "api/conditions.h"
#include "api/found_file.h"
#include "api/routes.h"
#include "api/target.h"
#include "base/escape.h"

namespace scalper::api {
namespace {

constexpr std::size_t kMaxName = 200;  // bytes; file systems allow 255
constexpr const char* kAnyBytes = "application/octet-stream";

// What file systems and shells of any kind take amiss.
bool is_plain(char c) {
  const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return word || c == '.' || c == '-' || c == '_';
}

// attr-char of RFC 5987 is what percent_encoded() leaves as it is, and less.
std::string last_segment(std::string_view key) {
  while (!key.empty() && key.back() == '/') key.remove_suffix(1);
  std::string name(key.substr(key.rfind('/') == std::string_view::npos ? 0 : key.rfind('/') + 1));
  name = is_valid_utf8(name) ? name : escape_text(name, kMaxName);
  std::erase_if(name, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F || c == '\\'; });
  if (name.size() > kMaxName) name.resize(valid_utf8_prefix(std::string_view(name).substr(0, kMaxName)));
  return name;
}

std::optional<std::uint64_t> digits_of(std::string_view text) {
  std::uint64_t number = 0;
  if (text.empty() || text.front() == '+') return std::nullopt;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size()) return std::nullopt;
  if (failed == std::errc::result_out_of_range) return UINT64_MAX;
  return failed == std::errc() ? std::optional(number) : std::nullopt;
}

// Where the bytes of a file are now: what is published, else what will be read.
ObjectRef place_of(const FileRecord& record) {
  if (has_published_target(record)) return {record.target->bucket, record.target->key, record.target->version};
  return record.source;
}

// Of the bytes, whatever the record says of them by now.
std::string content_etag(const FileRecord& record) {
  const Decision* const decision = record.decision         ? &*record.decision
                                   : record.prior_decision ? &*record.prior_decision
                                                           : nullptr;
  const bool known = decision != nullptr && !decision->verdict.digests.sha256.empty();
  return known ? "\"sha256-" + decision->verdict.digests.sha256 + "\"" : std::string();
}

// Nothing in them is ever run or shown by a browser as part of this origin.
void dress(std::vector<std::pair<std::string, std::string>>& headers, const FileRecord& record) {
  headers.emplace_back("Content-Disposition", attachment(record.origin.key.value()));
  headers.emplace_back("Content-Security-Policy", "sandbox; default-src 'none'");
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  headers.emplace_back("Accept-Ranges", "bytes");
  if (const std::string etag = content_etag(record); !etag.empty()) headers.emplace_back("ETag", etag);
}

// RFC 9110, 13.1.5: a range of other bytes than the caller has is not sent.
bool is_range_meant(const RequestHead& head, const std::string& etag) {
  if (!head.headers.contains("if-range")) return true;
  return !etag.empty() && head.header("if-range") == etag;
}

Reply not_satisfiable(std::uint64_t size) {
  Reply reply = problem(416, "range_not_satisfiable", "the file has " + std::to_string(size) + " bytes");
  std::get<Complete>(reply).headers.emplace_back("Content-Range", "bytes */" + std::to_string(size));
  return reply;
}

Result<Reply> streamed(const Call& call, const FileRecord& record, const ObjectRef& place) {
  SCALPER_TRY_ASSIGN(const ObjectInfo info, call.gate().objects.head(call.context, place));
  RangeAnswer range;
  if (is_range_meant(call.head, content_etag(record))) range = range_of(call.head.header("range"), info.size);
  if (range.kind == RangeAnswer::Kind::kUnsatisfiable) return not_satisfiable(info.size);
  ByteRange bytes;
  if (range.kind == RangeAnswer::Kind::kPart) bytes = {range.first, range.last - range.first + 1};
  SCALPER_TRY_ASSIGN(auto opened, call.gate().objects.open(call.context, info.ref, info.etag, bytes));
  Stream stream;
  stream.content_type = kAnyBytes;
  stream.size = info.size;
  dress(stream.headers, record);
  if (range.kind == RangeAnswer::Kind::kPart) {
    stream.status = 206;
    stream.size = bytes.length;
    stream.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                     std::to_string(range.last) + "/" + std::to_string(info.size));
  }
  stream.body = std::move(opened.body);
  return Reply(std::move(stream));
}

Result<Reply> content(const Call& call) {
  SCALPER_TRY_ASSIGN(const FileRecord record, found_file(call));
  if (record.status == FileStatus::kVanished || record.status == FileStatus::kIgnored)
    return Error(ErrorCode::kNotFound, "this file has no bytes here: it is " + std::string(to_string(record.status)));
  const ObjectRef place = place_of(record);
  // What was not judged, or judged and not let pass, may hurt whoever opens it.
  if (place.bucket != call.gate().settings.output && call.head.role != Role::kOperator)
    return problem(403, "not_open", "these bytes are not in output; only operators may take them");
  const std::string etag = content_etag(record);
  if (!etag.empty() && none_match_names(call.head, etag)) {
    Complete unchanged;
    unchanged.status = 304;
    unchanged.headers.emplace_back("ETag", etag);
    return Reply(std::move(unchanged));
  }
  if (!call.service.content_url) return streamed(call, record, place);
  SCALPER_TRY_ASSIGN(std::string url,
                     call.service.content_url(call.context, place, attachment(record.origin.key.value())));
  return Reply(Redirect{std::move(url)});
}

}  // namespace

std::string attachment(std::string_view key) {
  const std::string name = last_segment(key);
  std::string plain;
  for (std::size_t i = 0; i < name.size(); ++i)
    if ((static_cast<unsigned char>(name[i]) & 0xC0U) != 0x80U) plain += is_plain(name[i]) ? name[i] : '_';
  if (plain.empty() || plain.find_first_not_of('.') == std::string::npos) plain = "file";
  std::string field = "attachment; filename=\"" + plain + "\"";
  if (plain != name && name.find_first_not_of('.') != std::string::npos)
    field += "; filename*=UTF-8''" + percent_encoded(name);
  return field;
}

RangeAnswer range_of(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return {};
  header.remove_prefix(kUnit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos || header.find(',') != std::string_view::npos) return {};
  const std::string_view from = header.substr(0, dash);
  const std::string_view to = header.substr(dash + 1);
  const auto first = digits_of(from);
  const auto last = digits_of(to);
  if ((!first && !from.empty()) || (!last && !to.empty()) || (!first && !last)) return {};
  using Kind = RangeAnswer::Kind;
  if (!first) {  // the last bytes
    if (*last == 0 || size == 0) return {Kind::kUnsatisfiable, 0, 0};
    return {Kind::kPart, size - std::min(*last, size), size - 1};
  }
  if (last && *last < *first) return {};
  if (*first >= size) return {Kind::kUnsatisfiable, 0, 0};
  return {Kind::kPart, *first, std::min(last.value_or(UINT64_MAX), size - 1)};
}

Reply get_content(const Call& call) { return reply_of(content(call)); }

}  // namespace scalper::api
