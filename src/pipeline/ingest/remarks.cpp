#include "pipeline/ingest/remarks.h"

#include <string>
#include <utility>

#include "base/escape.h"
#include "ports/upload_targets.h"

namespace scalper {

void add_remark(Verdict& verdict, Finding finding) {
  verdict.findings.insert(verdict.findings.begin(), std::move(finding));
  verdict.findings_total += 1;
  if (verdict.kind == VerdictKind::kValid) verdict.kind = VerdictKind::kUnverifiable;
}

void compare_with_order(Verdict& verdict, const Metadata& metadata) {
  const auto ordered = metadata.find(kOrderedSha256);
  if (ordered == metadata.end() || ordered->second == verdict.digests.sha256) return;
  Finding finding;
  finding.code = "checksum.mismatch";
  finding.severity = Severity::kError;
  finding.message = "sha256 by the order of this upload is " + escape_text(ordered->second) +
                    ", that of the received bytes is " + verdict.digests.sha256;
  add_remark(verdict, std::move(finding));
  verdict.kind = VerdictKind::kInvalid;
}

Finding contract_unmatched() {
  Finding finding;
  finding.code = "contract.unmatched";
  finding.severity = Severity::kUnverifiable;
  finding.message = "no contract matches this key, and the contract set sends such files to quarantine";
  return finding;
}

Finding limit_crashes(std::uint32_t crashes) {
  Finding finding;
  finding.code = "limit.crashes";
  finding.severity = Severity::kUnverifiable;
  finding.message = "the checks ended without a word " + std::to_string(crashes) +
                    " times while reading this file; it is kept unparsed, rerun it after an update";
  return finding;
}

Finding limit_time(std::uint64_t size, std::uint64_t largest) {
  Finding finding;
  finding.code = "limit.time";
  finding.severity = Severity::kUnverifiable;
  finding.message = "the file has " + std::to_string(size) + " bytes, about " + std::to_string(largest) +
                    " can be read in the time that this host has for one; it was not read. Run `scalper worker`, whose "
                    "time has no end, and rerun it";
  return finding;
}

}  // namespace scalper
