#include "adapters/memory/record_size.h"

namespace scalper {
namespace {

std::size_t text_bytes(const ObjectRef& ref) {
  return ref.bucket.value().size() + ref.key.value().size() + ref.version.value().size();
}

std::size_t text_bytes(const std::optional<Target>& target) {
  if (!target) return 0;
  return target->bucket.value().size() + target->key.value().size() + target->version.value().size() +
         target->etag.value().size();
}

std::size_t text_bytes(const std::optional<Review>& review) {
  return review ? review->who.size() + review->note.size() : 0;
}

std::size_t text_bytes(const Finding& finding) {
  std::size_t sum = finding.code.size() + finding.message.size();
  for (const std::string& name : finding.location.path) sum += name.size();
  return sum + finding.location.column.value_or("").size() + finding.location.pointer.value_or("").size();
}

std::size_t text_bytes(const std::optional<Decision>& decision) {
  if (!decision) return 0;
  const Verdict& verdict = decision->verdict;
  std::size_t sum = decision->seal.value().size() + verdict.type.size() + verdict.contract.name.size() +
                    verdict.contract.digest.size() + verdict.digests.sha256.size() + verdict.digests.crc64nvme.size();
  for (const auto* digest :
       {&verdict.digests.crc32, &verdict.digests.crc32c, &verdict.digests.sha1, &verdict.digests.md5})
    sum += digest->value_or("").size();
  for (const Finding& finding : verdict.findings) sum += text_bytes(finding);
  for (const CompanionUse& companion : decision->companions) sum += text_bytes(companion.ref) + companion.sha256.size();
  return sum;
}

}  // namespace

std::size_t text_bytes(const FileRecord& record) {
  std::size_t sum = record.id.value().size() + text_bytes(record.origin) + text_bytes(record.source) +
                    record.sequencer.size() + record.owner.value().size() + record.upload_id.value().size() +
                    record.last_error.size() + text_bytes(record.decision) + text_bytes(record.target) +
                    text_bytes(record.review) + text_bytes(record.prior_decision) + text_bytes(record.prior_target);
  if (record.companion) sum += record.companion->waits_for.value().size();
  for (const HistoryEntry& entry : record.history)
    sum += entry.codes.size() + entry.contract.name.size() + entry.contract.digest.size() + text_bytes(entry.review) +
           text_bytes(entry.target);
  return sum;
}

}  // namespace scalper
