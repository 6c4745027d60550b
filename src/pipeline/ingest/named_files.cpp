#include "pipeline/ingest/named_files.h"

#include <algorithm>
#include <utility>

#include "digest/crc64nvme.h"
#include "model/file_id.h"
#include "model/work_message.h"

namespace scalper {
namespace {

constexpr std::size_t kVersionsLookedAt = 50;
constexpr std::size_t kHeads = 12;        // a page of a listing costs as much (S3's price list: 0.005 to 0.0004)
constexpr std::size_t kListed = 1000;     // a page
constexpr std::size_t kListedPages = 20;  // files beyond look by themselves when their wait is over

ObjectEvent event_of(const FileRecord& record) {
  ObjectEvent event;
  event.ref = record.origin;
  event.sequencer = record.sequencer;
  event.size = record.size;
  event.time = record.source_time;
  return event;
}

// A file that waits is told that its companion is there. One without a record has its own event on the way.
Result<void> wake(Gate& gate, const CallContext& context, const ObjectRef& file) {
  SCALPER_TRY_ASSIGN(const auto record, gate.records.get(context, file_id(file)));
  if (!record || record->status != FileStatus::kReceived) return {};
  return queue_file(gate, context, *record, Millis{0});
}

Result<void> wake_each(Gate& gate, const CallContext& context, const NamedFiles& named) {
  for (const Named& file : named.files) {
    if (!file.contract) continue;
    const auto info = gate.objects.head(context, {gate.settings.input, ObjectKey{file.key}, VersionId{}});
    if (info.failed_with(ErrorCode::kNotFound)) continue;
    if (!info.ok()) return info.error().within("looking for a file that waits");
    SCALPER_TRY(wake(gate, context, info->ref));
  }
  return {};
}

Result<void> wake_listed(Gate& gate, const CallContext& context, const std::string& folder, const NamedFiles& named) {
  std::vector<std::string> keys;
  for (const Named& file : named.files)
    if (file.contract) keys.push_back(file.key);
  std::sort(keys.begin(), keys.end());
  std::string cursor;
  for (std::size_t pages = 0; pages < kListedPages; ++pages) {
    SCALPER_TRY_ASSIGN(const VersionPage page,
                       gate.objects.list_versions(context, gate.settings.input, folder, kListed, cursor));
    for (const ObjectInfo& info : page.versions)
      if (info.latest && !info.delete_marker && std::binary_search(keys.begin(), keys.end(), info.ref.key.value()))
        SCALPER_TRY(wake(gate, context, info.ref));
    cursor = page.next_cursor;
    if (cursor.empty()) break;
  }
  return {};
}

// The same bytes under the same name count as this version, if it was there when the file became final: not those that
// were sent again for the file's next version.
bool is_this(const CompanionUse& use, const FileRecord& file, const FileRecord& companion, const std::string& sha256) {
  if (use.ref.key != companion.origin.key || use.sha256 != sha256) return false;
  return use.ref == companion.origin || (file.final_at && *file.final_at >= companion.received_at);
}

bool has_used(const FileRecord& file, const FileRecord& companion, const std::string& sha256) {
  for (const auto* const decision : {&file.decision, &file.prior_decision}) {
    if (!*decision) continue;
    const auto& uses = (*decision)->companions;
    if (std::any_of(uses.begin(), uses.end(),
                    [&](const CompanionUse& use) { return is_this(use, file, companion, sha256); }))
      return true;
  }
  return false;
}

Result<Need> look_at_final(Gate& gate, const CallContext& context, const FileRecord& companion,
                           const std::string& sha256, const std::string& key) {
  RecordQuery query;
  query.index = RecordQuery::Index::kPrefix;
  query.prefix = key;
  query.limit = kVersionsLookedAt;
  SCALPER_TRY_ASSIGN(const RecordPage page, gate.records.list(context, query));
  // It may be the very one that is looked for.
  if (!page.unreadable.empty()) return Error(ErrorCode::kCorrupt, "a record of this key cannot be read");
  Need need;
  for (const FileRecord& file : page.records) {
    if (file.origin.key.value() != key || !has_used(file, companion, sha256)) continue;
    need.used = true;
    need.in_output = need.in_output || (file.target && file.target->bucket == gate.settings.output);
  }
  return need;
}

// The file that a target is of: by its name, which in quarantine and beside a newer version ends with the id, else by
// its metadata, which listings may lack. Empty: none of ours, or taken already.
Result<FileId> id_of(Gate& gate, const CallContext& context, const ObjectInfo& target) {
  const std::string& key = target.ref.key.value();
  const std::string last = key.substr(key.find_last_of("/~") + 1);
  if (is_file_id(last)) return FileId{last};
  Metadata metadata = target.metadata;
  if (metadata.empty()) {
    const auto full = gate.objects.head(context, target.ref);
    if (!full.ok() && !full.failed_with(ErrorCode::kNotFound)) return full.error().within("looking at a target");
    if (full.ok()) metadata = full->metadata;
  }
  const auto stated = metadata.find(kMetaId);
  return stated == metadata.end() ? FileId{} : FileId{stated->second};
}

// Not final, though it used this companion?
Result<bool> is_unfinished(Gate& gate, const CallContext& context, const ObjectInfo& target,
                           const ObjectKey& companion) {
  if (target.delete_marker) return false;
  SCALPER_TRY_ASSIGN(const FileId id, id_of(gate, context, target));
  if (id.empty()) return false;
  SCALPER_TRY_ASSIGN(const auto record, gate.records.get(context, id));
  if (!record || is_final(*record) || !record->decision) return false;
  const auto& uses = record->decision->companions;
  return std::any_of(uses.begin(), uses.end(), [&](const CompanionUse& use) { return use.ref.key == companion; });
}

template <class List>
Result<bool> any_unfinished(Gate& gate, const CallContext& context, const ObjectKey& companion, const List& list) {
  std::string cursor;
  do {
    SCALPER_TRY_ASSIGN(const VersionPage page, list(cursor));
    for (const ObjectInfo& target : page.versions) {
      SCALPER_TRY_ASSIGN(const bool unfinished, is_unfinished(gate, context, target, companion));
      if (unfinished) return true;
    }
    cursor = page.next_cursor;
  } while (!cursor.empty());
  return false;
}

// Where a copy consumes its source, a file may have left the input and not be final: its try ended just then. Its copy
// is in output, beside a newer one there, or in quarantine.
Result<bool> is_on_its_way(Gate& gate, const CallContext& context, const std::string& key, const ObjectKey& companion) {
  if (!gate.objects.capabilities().copy_consumes_source) return false;
  SCALPER_TRY_ASSIGN(const bool published, any_unfinished(gate, context, companion, [&](const std::string& cursor) {
                       return gate.objects.list_key_versions(context, gate.settings.output, ObjectKey{key}, WallTime{},
                                                             kListed, cursor);
                     }));
  if (published) return true;
  for (const auto& [bucket, prefix] :
       {std::pair(gate.settings.output, key + "~"), std::pair(gate.settings.quarantine, key + "/")}) {
    SCALPER_TRY_ASSIGN(const bool there, any_unfinished(gate, context, companion, [&](const std::string& cursor) {
                         return gate.objects.list_versions(context, bucket, prefix, kListed, cursor);
                       }));
    if (there) return true;
  }
  return false;
}

// Time is up: only for a file that is there and may still ask, or that used it and is not final yet.
Result<bool> is_in_work(Gate& gate, const CallContext& context, const std::string& key, const ObjectKey& companion) {
  const auto info = gate.objects.head(context, {gate.settings.input, ObjectKey{key}, VersionId{}});
  if (info.failed_with(ErrorCode::kNotFound)) return is_on_its_way(gate, context, key, companion);
  if (!info.ok()) return info.error().within("looking for a file that a checksum file names");
  SCALPER_TRY_ASSIGN(const auto record, gate.records.get(context, file_id(info->ref)));
  return !record || !is_final(*record);
}

}  // namespace

NamedFiles named_files(const ContractIndex& contracts, const CompanionKey& key, const ChecksumFile& says) {
  std::vector<std::pair<std::uint64_t, std::string>> order;
  order.reserve(says.entries.size());
  for (const ChecksumEntry& entry : says.entries) order.emplace_back(crc64nvme(as_bytes(entry.key)), entry.key);
  std::sort(order.begin(), order.end());
  order.erase(std::unique(order.begin(), order.end()), order.end());  // of several kinds
  NamedFiles named;
  for (auto& [hash, file] : order) {
    auto contract = asks_for(contracts, file, key);
    if (contract) named.wait = std::max(named.wait, contract->integrity_wait());
    if (contract && !named.contract) named.contract = contract;
    named.files.push_back({std::move(file), std::move(contract)});
  }
  return named;
}

Result<void> queue_file(Gate& gate, const CallContext& context, const FileRecord& record, Millis delay) {
  const auto sent = gate.queue.send(context, format_message(event_of(record)), delay);
  if (!sent.ok()) return sent.error().within("telling of a companion");
  return {};
}

Result<void> wake_waiting(Gate& gate, const CallContext& context, const CompanionKey& key, const NamedFiles& named) {
  return named.files.size() <= kHeads ? wake_each(gate, context, named) : wake_listed(gate, context, key.folder, named);
}

Result<Need> need_of(Gate& gate, const CallContext& context, const FileRecord& companion, const std::string& sha256,
                     const std::string& key, bool late) {
  SCALPER_TRY_ASSIGN(Need need, look_at_final(gate, context, companion, sha256, key));
  if (need.used || companion.review) return need;
  need.waits = !late;
  if (late) {
    SCALPER_TRY_ASSIGN(need.waits, is_in_work(gate, context, key, companion.origin.key));
  }
  return need;
}

}  // namespace scalper
