#include "model/file_record.h"

#include <array>
#include <utility>

namespace scalper {
namespace {

using StatusWord = std::pair<FileStatus, std::string_view>;
constexpr std::array<StatusWord, 11> kStatusWords = {{{FileStatus::kReceived, "received"},
                                                      {FileStatus::kProcessing, "processing"},
                                                      {FileStatus::kVanished, "vanished"},
                                                      {FileStatus::kValid, "valid"},
                                                      {FileStatus::kInvalid, "invalid"},
                                                      {FileStatus::kUnverifiable, "unverifiable"},
                                                      {FileStatus::kFailed, "failed"},
                                                      {FileStatus::kCompanion, "companion"},
                                                      {FileStatus::kIgnored, "ignored"},
                                                      {FileStatus::kReleased, "released"},
                                                      {FileStatus::kRejected, "rejected"}}};

using ActionWord = std::pair<ReviewAction, std::string_view>;
constexpr std::array<ActionWord, 3> kActionWords = {
    {{ReviewAction::kRelease, "release"}, {ReviewAction::kReject, "reject"}, {ReviewAction::kRerun, "rerun"}}};

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
  for (const auto& [v, word] : table)
    if (v == value) return word;
  return {};
}

template <class Value, class Table>
std::optional<Value> value_of(const Table& table, std::string_view word) {
  for (const auto& [v, w] : table)
    if (w == word) return v;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(FileStatus status) { return word_of(kStatusWords, status); }
std::optional<FileStatus> parse_file_status(std::string_view word) { return value_of<FileStatus>(kStatusWords, word); }
std::string_view to_string(ReviewAction action) { return word_of(kActionWords, action); }
std::optional<ReviewAction> parse_review_action(std::string_view word) {
  return value_of<ReviewAction>(kActionWords, word);
}

bool has_published_target(const FileRecord& record) { return record.target && !record.target->version.empty(); }

bool is_final(const FileRecord& record) {
  switch (record.status) {
    case FileStatus::kReceived:
    case FileStatus::kProcessing:
    case FileStatus::kVanished: return false;
    case FileStatus::kFailed:
    case FileStatus::kCompanion: return has_published_target(record) && !record.review;
    case FileStatus::kValid:
    case FileStatus::kInvalid:
    case FileStatus::kUnverifiable: return !record.review;
    case FileStatus::kIgnored:
    case FileStatus::kReleased:
    case FileStatus::kRejected: return true;
  }
  return false;
}

bool has_live_lease(const FileRecord& record, WallTime now) {
  return !record.owner.empty() && record.lease_until > now;
}

}  // namespace scalper
