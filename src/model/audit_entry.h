#pragma once
// One line of the audit trail: who did what to which file or setting, when and why, and how it ended.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace scalper {

struct AuditEntry {
  WallTime at{};
  std::string action;      // noun.verb: "file.release", "gate.pause", "contracts.publish"
  std::string caller;      // as the API knows it; empty: unknown
  std::string request_id;  // joins the entries of one request, and its log lines
  std::string subject;     // a file's id, a prefix, a digest; empty: the gate
  std::string note;        // why, in the caller's words
  std::string outcome;     // "begun", then "done", "refused" or "failed"
  std::string reason;      // of what was refused or failed: the stable code

  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

inline constexpr std::size_t kMaxAuditText = 2000;  // characters of each member; what is longer is cut

// One JSON object, its members always in the same order; texts that are no UTF-8 appear escaped.
[[nodiscard]] std::string audit_entry_to_json(const AuditEntry& entry);
// Back again. kCorrupt.
[[nodiscard]] Result<AuditEntry> audit_entry_from_json(std::string_view text);

}  // namespace scalper
