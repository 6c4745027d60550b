#pragma once
// The record of one file: the state of the commit protocol and the history that people ask for.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/object_ref.h"
#include "model/verdict.h"

namespace scalper {

enum class FileStatus : std::uint8_t {
  kReceived,      // known, not claimed
  kProcessing,    // claimed: owner and lease say by whom and until when
  kVanished,      // its version was withdrawn; claimed again when it is back
  kValid,         // final, in output
  kInvalid,       // final, in quarantine
  kUnverifiable,  // final, in quarantine
  kFailed,        // could not be finished: final with a target, claimed again after `retry_after` without one
  kCompanion,     // a checksum file or manifest: not judged alone
  kIgnored,       // final without a target: folder placeholders
  kReleased,      // terminal: an operator let it pass, in output
  kRejected,      // terminal: an operator refused it
};
[[nodiscard]] std::string_view to_string(FileStatus status);
[[nodiscard]] std::optional<FileStatus> parse_file_status(std::string_view word);

// A place that a verified copy was published at, or is to be.
struct Target {
  BucketName bucket;
  ObjectKey key;
  VersionId version;  // empty until the copy has answered
  ETag etag;

  friend bool operator==(const Target&, const Target&) = default;
};

enum class ReviewAction : std::uint8_t { kRelease, kReject, kRerun };
[[nodiscard]] std::string_view to_string(ReviewAction action);
[[nodiscard]] std::optional<ReviewAction> parse_review_action(std::string_view word);

struct Review {
  ReviewAction action = ReviewAction::kRerun;
  std::string who;
  std::string note;
  WallTime at{};

  friend bool operator==(const Review&, const Review&) = default;
};

// A companion (checksum file or manifest) that entered the decision.
struct CompanionUse {
  ObjectRef ref;
  std::string sha256;

  friend bool operator==(const CompanionUse&, const CompanionUse&) = default;
};

// What a companion has seen so far of the files that it names, which it looks at in an order of its own. A record that
// has it is that of a companion.
struct CompanionProgress {
  bool announced = false;  // the files that were there before it were told to look again
  std::uint32_t done = 0;  // names that need it no more
  ObjectKey waits_for;     // the next one; empty: it waits for none
  bool used = false;       // its checksum entered a decision
  bool in_output = false;  // that of a file which is in output: it goes there too

  friend bool operator==(const CompanionProgress&, const CompanionProgress&) = default;
};

// Step 3, written once per epoch.
struct Decision {
  Verdict verdict;  // findings cut to kRecordFindings
  Seal seal;        // what the object store needs to publish exactly the bytes that were judged
  std::vector<CompanionUse> companions;
  bool has_report = false;  // reports/<id>/<attempt> holds all findings
  WallTime at{};

  friend bool operator==(const Decision&, const Decision&) = default;
};
inline constexpr std::size_t kRecordFindings = 10;

// One line of the history: an epoch that ended, and how.
struct HistoryEntry {
  std::uint32_t epoch = 0;
  std::uint32_t attempts = 0;
  FileStatus status = FileStatus::kReceived;
  std::string codes;  // codes of its findings, at most kRecordFindings, comma-separated
  ContractStamp contract;
  std::optional<Review> review;  // the intent that this epoch carried out
  std::optional<Target> target;
  WallTime at{};

  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

inline constexpr std::uint32_t kRecordSchemaVersion = 1;

struct FileRecord {
  FileId id;
  FileStatus status = FileStatus::kReceived;
  std::uint64_t revision = 0;  // counts the writes of put(); not touched by renew_lease()

  ObjectRef origin;  // the input version that the id was made from; never changes
  ObjectRef source;  // what this epoch reads and deletes: origin, or after a review the quarantine version
  ETag source_etag;  // of `source`, once its bytes were read
  std::string sequencer;
  std::uint64_t size = 0;
  WallTime source_time{};  // the origin's last-modified
  // Of the request that sent the file, processed it by hand or opened this epoch; empty: not known.
  std::string traceparent;

  std::uint32_t epoch = 0;  // a review opens a new one
  std::uint32_t attempt = 0;
  OwnerToken owner;
  WallTime lease_until{};
  bool parsing = false;
  std::uint32_t crashes = 0;

  std::optional<Decision> decision;  // of this epoch
  // Planned with step 3 (version empty), complete with step 6. Of this epoch.
  std::optional<Target> target;
  bool target_tried = false;  // a call of step 4 was made in this epoch: "is mine there?" comes first
  UploadId upload_id;         // the open fenced replacement, to be aborted before anything else
  std::optional<CompanionProgress> companion;

  std::optional<Review> review;  // the open intent; moves into `history` when its epoch ends
  // What stood before that intent: what a release compares with, and what its withdrawal brings back.
  std::optional<Decision> prior_decision;
  std::optional<Target> prior_target;
  bool open = false;  // in the sparse index of what is not at rest
  std::vector<HistoryEntry> history;

  std::string last_error;  // of the last try that ended in an error; escaped
  std::optional<WallTime> retry_after;
  std::optional<WallTime> enqueued_at;
  WallTime received_at{};
  std::optional<WallTime> final_at;
  std::optional<WallTime> expires_at;  // retention

  friend bool operator==(const FileRecord&, const FileRecord&) = default;
};

[[nodiscard]] bool has_published_target(const FileRecord& record);
// valid, invalid, unverifiable, failed or companion with a published target; ignored, released, rejected. An open
// review intent makes any of them not final.
[[nodiscard]] bool is_final(const FileRecord& record);
// The record's lease binds others at `now`.
[[nodiscard]] bool has_live_lease(const FileRecord& record, WallTime now);

}  // namespace scalper
