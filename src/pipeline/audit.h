#pragma once
// Audit: stores and records compared whole. Slow by nature, never needed in normal work.

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/gate.h"

namespace scalper {

struct AuditStray {
  enum class Kind : std::uint8_t {
    kNoRecord,    // a target of ours without a record
    kDuplicate,   // a second copy of a target that is recorded elsewhere
    kForeign,     // something in output or quarantine that this gate did not write
    kMissing,     // quarantined bytes that a record names and that are gone: retention, or a loss
    kUnreadable,  // a record that is damaged, or written by a newer program
    kStuck,       // not at rest, nobody works on it, and a sweep should have found it
  };
  Kind kind = Kind::kForeign;
  ObjectRef ref;
  FileId id;  // empty for kForeign
};
[[nodiscard]] std::string_view to_string(AuditStray::Kind kind);

struct AuditReport {
  std::uint64_t versions = 0;  // looked at in output and quarantine
  std::uint64_t records = 0;
  std::uint64_t rebuilt = 0;
  std::uint64_t strays_total = 0;
  std::vector<AuditStray> strays;  // the first kAuditStrays
};
inline constexpr std::size_t kAuditStrays = 1000;

// `rebuild`: records that are missing are written from the metadata of their targets.
[[nodiscard]] Result<AuditReport> audit(Gate& gate, const CallContext& context, bool rebuild);

}  // namespace scalper
