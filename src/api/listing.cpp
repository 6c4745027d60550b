#include "api/listing.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "api/answers.h"
#include "base/bytes.h"
#include "digest/sha256.h"
#include "validate/contract/lint.h"

namespace scalper::api {
namespace {

using Index = RecordQuery::Index;

constexpr std::size_t kMarkDigits = 16;
constexpr std::size_t kMaxCode = 64;
constexpr const char* kNotAtRest = "open";

bool is_unfinished(FileStatus status) {
  return status == FileStatus::kReceived || status == FileStatus::kProcessing || status == FileStatus::kVanished;
}

Result<std::optional<WallTime>> time_of(const std::string& text, std::string_view name) {
  if (text.empty()) return std::optional<WallTime>();
  const auto time = parse_rfc3339(text);
  if (!time) return bad_parameter(name, "a time as in RFC 3339: 2026-11-22T08:15:30Z");
  return std::optional<WallTime>(time);
}

bool is_code(const std::string& text) {
  const auto is_code_byte = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const std::size_t dot = text.find('.');
  return text.size() <= kMaxCode && dot != 0 && dot != std::string::npos && dot + 1 < text.size() &&
         std::ranges::all_of(text, [&](const char& c) { return is_code_byte(c) || &c == &text[dot]; });
}

// The store signs its own part of a cursor, which knows nothing of our filters.
std::string mark_of(const Filters& filters) {
  Sha256 sha;
  const std::string status = filters.status.value_or("");
  for (const std::string* text : {&status, &filters.prefix, &filters.since, &filters.until, &filters.code})
    sha.update(as_bytes(*text + '\0'));
  return to_hex(sha.finish()).substr(0, kMarkDigits) + ".";
}

// What `status` may be, with the word that was probably meant.
Error unknown_status(const std::string& typed) {
  std::vector<std::string_view> known = {kNotAtRest};
  for (auto status = FileStatus::kReceived; status <= FileStatus::kRejected;
       status = static_cast<FileStatus>(static_cast<int>(status) + 1))
    known.push_back(to_string(status));
  std::string all;
  for (const std::string_view word : known) all += (all.empty() ? "" : ", ") + std::string(word);
  const std::string_view meant = grammar::closest(typed, known);
  const std::string hint = meant.empty() ? "" : "; did you mean \"" + std::string(meant) + "\"?";
  return bad_parameter("status", "one of " + all + ", not " + grammar::quoted(typed) + hint);
}

Result<void> choose_index(const Filters& filters, Listing& listing) {
  if (filters.status && *filters.status != kNotAtRest) {
    listing.status = parse_file_status(*filters.status);
    if (!listing.status) return unknown_status(*filters.status);
  }
  if (filters.status == kNotAtRest || (listing.status && is_unfinished(*listing.status))) {
    listing.query.index = Index::kOpen;
    if (listing.query.since || listing.query.until)
      return Error(ErrorCode::kInvalidArgument, "since and until speak of final files; this status is not final");
  } else if (!listing.prefix.empty()) {
    listing.query.index = Index::kPrefix;
    listing.query.prefix = listing.prefix;
  } else if (listing.status) {
    listing.query.index = Index::kStatus;
    listing.query.status = *listing.status;
  }
  return {};
}

}  // namespace

Filters filters_of(const Call& call) {
  Filters filters{std::nullopt, call.parameter("prefix"), call.parameter("since"), call.parameter("until"),
                  call.parameter("code")};
  if (call.parameters.contains("status")) filters.status = call.parameter("status");
  return filters;
}

bool Listing::shows(const FileRecord& record) const {
  if ((status && record.status != *status) || !record.origin.key.value().starts_with(prefix)) return false;
  if (code.empty()) return true;
  return record.decision && std::ranges::any_of(record.decision->verdict.findings,
                                                [this](const Finding& finding) { return finding.code == code; });
}

Result<Listing> parse_listing(const Filters& filters, const std::string& cursor) {
  Listing listing;
  listing.prefix = filters.prefix;
  listing.code = filters.code;
  listing.mark = mark_of(filters);
  if (listing.prefix.size() > kMaxKeyBytes) return bad_parameter("prefix", "at most 1,024 bytes");
  if (!listing.code.empty() && !is_code(listing.code))
    return bad_parameter("code", "the code of a finding, family.reason: csv.row_width");
  SCALPER_TRY_ASSIGN(listing.query.since, time_of(filters.since, "since"));
  SCALPER_TRY_ASSIGN(listing.query.until, time_of(filters.until, "until"));
  SCALPER_TRY(choose_index(filters, listing));
  if (cursor.empty()) return listing;
  if (!cursor.starts_with(listing.mark))
    return Error(ErrorCode::kInvalidArgument, "the cursor is not one of this list; ask again from the start");
  listing.query.cursor = cursor.substr(listing.mark.size());
  return listing;
}

Result<Listed> next_page(RecordStore& records, const CallContext& context, Listing& listing, std::size_t wanted) {
  Listed listed;
  std::size_t read = 0;
  do {
    listing.query.limit = wanted - listed.records.size();
    SCALPER_TRY_ASSIGN(RecordPage page, records.list(context, listing.query));
    read += std::max<std::size_t>(page.records.size() + page.unreadable.size(), 1);
    for (FileRecord& record : page.records)
      if (listing.shows(record)) listed.records.push_back(std::move(record));
    std::ranges::move(page.unreadable, std::back_inserter(listed.unreadable));
    listing.query.cursor = std::move(page.next_cursor);
  } while (listed.records.size() < wanted && read < kMaxRead && !listing.query.cursor.empty());
  if (!listing.query.cursor.empty()) listed.next_cursor = listing.mark + listing.query.cursor;
  return listed;
}

}  // namespace scalper::api
