#pragma once
// Review: an operator's word on a quarantined file, as the same protocol. Accepting an intent opens a new epoch and
// sets the source to the quarantine version in the same write; a worker does the rest.

#include <string>

#include "pipeline/gate.h"

namespace scalper {

struct ReviewRequest {
  FileId id;
  ReviewAction action = ReviewAction::kRerun;
  std::string who;
  std::string note;                          // release and reject need one; at most 1,000 bytes
  std::optional<std::uint64_t> if_revision;  // of the record that the operator saw
  std::string traceparent = {};              // of the request; the new epoch has it
};

// Answers the record with the open intent. kNotFound: no such file. kInvalidArgument: not allowed from its status, or
// no note. kPreconditionFailed: somebody else was faster, look again.
[[nodiscard]] Result<FileRecord> accept_review(Gate& gate, const CallContext& context, const ReviewRequest& request);

// Takes an intent back that nobody has claimed yet. kPreconditionFailed: it is in work or done, or the record is not
// of `if_revision`.
[[nodiscard]] Result<FileRecord> withdraw_review(Gate& gate, const CallContext& context, const FileId& id,
                                                 std::optional<std::uint64_t> if_revision = std::nullopt);

// Whether the action is allowed from the record's state; empty, or why not.
[[nodiscard]] std::string refusal_of(const FileRecord& record, ReviewAction action);

// kInvalidArgument: release and reject need a note, and none is longer than 1,000 bytes.
[[nodiscard]] Result<void> check_note(ReviewAction action, const std::string& note);

}  // namespace scalper
