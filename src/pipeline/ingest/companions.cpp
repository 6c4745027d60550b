#include "pipeline/ingest/companions.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/escape.h"
#include "model/file_id.h"
#include "pipeline/drain.h"
#include "pipeline/epoch.h"
#include "pipeline/ingest/companion_role.h"
#include "validate/integrity/companion_reader.h"
#include "validate/integrity/digest_text.h"

namespace scalper {
namespace {

constexpr std::size_t kVersionsLookedAt = 50;
constexpr const char* kOrphan = "checksum.orphan";

// A candidate as it was found somewhere; `used` names the version that its sender uploaded.
struct FoundCompanion {
  CompanionUse used;
  ReadCompanion read;
};
using MaybeFound = std::optional<FoundCompanion>;

// No more of it than the limit, and one byte to know that there is more.
Result<MaybeFound> read_at(Gate& gate, const CallContext& context, Claimed& claimed, const ObjectRef& at,
                           const CompanionKey& key) {
  auto object = gate.objects.open(context, at, ETag{}, ByteRange{0, kChecksumFileBytes + 1});
  if (object.failed_with(ErrorCode::kNotFound)) return MaybeFound{};
  if (!object.ok()) return object.error().within("reading a checksum file");
  CompanionReader reader(key);
  const auto total = drain(gate, context, claimed, *object->body, [&](Bytes bytes) { reader.feed(bytes); });
  if (total.failed_with(ErrorCode::kNotFound)) return MaybeFound{};  // withdrawn while it was read
  if (!total.ok()) return total.error().within("reading a checksum file");
  FoundCompanion found{{object->info.ref, {}}, reader.finish()};
  if (object->info.size <= kChecksumFileBytes) SCALPER_TRY(check_transfer(found.read.verdict, object->info));
  found.used.sha256 = found.read.verdict.digests.sha256;
  return MaybeFound(std::move(found));
}

bool came_too_late(const FileRecord& record) {
  if (!record.decision || !has_published_target(record)) return false;
  const auto& findings = record.decision->verdict.findings;
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.code == kOrphan; });
}

Result<MaybeFound> read_moved(Gate& gate, const CallContext& context, Claimed& claimed, const FileRecord& companion,
                              const CompanionKey& key) {
  const Target& target = *companion.target;
  SCALPER_TRY_ASSIGN(auto found, read_at(gate, context, claimed, {target.bucket, target.key, target.version}, key));
  if (found) found->used.ref = companion.origin;
  return found;
}

// One that no file used yet: sent again, or for the first time, after the verdict. Newest first.
Result<MaybeFound> find_late(Gate& gate, const CallContext& context, Claimed& claimed, const CompanionKey& key) {
  RecordQuery query;
  query.index = RecordQuery::Index::kPrefix;
  query.prefix = key.key;
  query.limit = kVersionsLookedAt;
  SCALPER_TRY_ASSIGN(const RecordPage page, gate.records.list(context, query));
  // It may be the very one that is looked for.
  if (!page.unreadable.empty()) return Error(ErrorCode::kCorrupt, "a record of this key cannot be read");
  for (const FileRecord& record : page.records) {
    if (record.origin.key.value() != key.key || !came_too_late(record)) continue;
    SCALPER_TRY_ASSIGN(auto found, read_moved(gate, context, claimed, record, key));
    if (found) return found;
  }
  return MaybeFound{};
}

// The one that the verdict before was made with, wherever its files took it.
Result<MaybeFound> find_used(Gate& gate, const CallContext& context, Claimed& claimed, const CompanionKey& key) {
  if (!claimed.record.prior_decision) return MaybeFound{};
  for (const CompanionUse& use : claimed.record.prior_decision->companions) {
    if (use.ref.key.value() != key.key) continue;
    SCALPER_TRY_ASSIGN(const auto record, gate.records.get(context, file_id(use.ref)));
    if (!record || !has_published_target(*record)) continue;
    SCALPER_TRY_ASSIGN(auto found, read_moved(gate, context, claimed, *record, key));
    if (found && found->used.sha256 == use.sha256) return found;
  }
  return MaybeFound{};
}

Result<MaybeFound> find(Gate& gate, const CallContext& context, Claimed& claimed, const CompanionKey& key) {
  const ObjectRef current{gate.settings.input, ObjectKey{key.key}, VersionId{}};
  SCALPER_TRY_ASSIGN(auto found, read_at(gate, context, claimed, current, key));
  if (found || !claimed.record.review) return found;
  SCALPER_TRY_ASSIGN(found, find_late(gate, context, claimed, key));
  if (found) return found;
  return find_used(gate, context, claimed, key);
}

void take(const CompanionKey& key, FoundCompanion companion, const std::string& file, CompanionsFound& found) {
  const char* const form = key.form == CompanionKey::Form::kSidecar ? "sidecar " : "manifest ";
  bool names_it = false;
  for (ChecksumEntry& entry : companion.read.says.entries) {
    if (entry.key != file) continue;
    names_it = true;
    found.declared.push_back({entry.kind, std::move(entry.hex), form + key.key});
  }
  if (names_it) found.used.push_back(std::move(companion.used));
  for (Finding& finding : companion.read.says.findings) {
    finding.message = "in " + escape_text(key.key) + ": " + finding.message;
    finding.location = {};  // that of another file
    found.findings.push_back(std::move(finding));
  }
}

bool has_kind(const CompanionsFound& found, DigestKind kind) {
  return std::any_of(found.declared.begin(), found.declared.end(),
                     [&](const DeclaredDigest& digest) { return digest.kind == kind; });
}

struct MetadataName {
  const char* name;
  DigestKind kind;
};

constexpr std::array<MetadataName, 8> kMetadataNames = {{{"sha256", DigestKind::kSha256},
                                                         {"sha1", DigestKind::kSha1},
                                                         {"md5", DigestKind::kMd5},
                                                         {"content-md5", DigestKind::kMd5},
                                                         {"md5chksum", DigestKind::kMd5},
                                                         {"crc32", DigestKind::kCrc32},
                                                         {"crc32c", DigestKind::kCrc32c},
                                                         {"crc64nvme", DigestKind::kCrc64Nvme}}};

Finding malformed_metadata(const std::string& name, const std::string& value) {
  Finding finding;
  finding.code = "checksum.metadata_malformed";
  finding.severity = Severity::kUnverifiable;
  finding.message = "the metadata \"" + name + "\" is \"" + escape_text(value) +
                    "\", which is no such digest in hexadecimal or base64; state it so, or leave it out";
  return finding;
}

}  // namespace

Error not_of_the_source(const Error& error) {
  if (error.code() != ErrorCode::kNotFound && error.code() != ErrorCode::kPermissionDenied) return error;
  return {ErrorCode::kUnavailable, error.message()};
}

Result<CompanionsFound> find_companions(Gate& gate, const CallContext& context, Claimed& claimed) {
  CompanionsFound found;
  const std::string key = claimed.record.origin.key.value();
  const auto contract = claimed.contracts->match(key);
  if (!contract || !claimed.record.parsing) return found;
  const auto required = contract->settings().integrity.require;
  for (const CompanionKey& candidate : companions_asked_for(*contract, key)) {
    if (required && has_kind(found, *required)) break;  // the nearest manifest that names it
    SCALPER_TRY_ASSIGN(auto companion, find(gate, context, claimed, candidate));
    if (companion) take(candidate, *std::move(companion), key, found);
  }
  const bool from_file =
      contract->integrity_from() == IntegrityFrom::kSidecar || contract->integrity_from() == IntegrityFrom::kManifest;
  if (!from_file || !required || has_kind(found, *required) || claimed.record.review) return found;
  const WallTime until = claimed.record.received_at + contract->integrity_wait();
  found.wait = std::max(until - gate.clock.wall_now(), Millis{0});
  return found;
}

MetadataDigests declared_in_metadata(const Metadata& metadata) {
  MetadataDigests stated;
  for (const MetadataName& known : kMetadataNames) {
    const auto found = metadata.find(known.name);
    if (found == metadata.end()) continue;
    auto hex = read_hex_digest(known.kind, found->second);
    if (!hex) hex = read_base64_digest(known.kind, found->second);
    if (hex)
      stated.declared.push_back({known.kind, *std::move(hex), "metadata"});
    else
      stated.findings.push_back(malformed_metadata(known.name, found->second));
  }
  return stated;
}

}  // namespace scalper
