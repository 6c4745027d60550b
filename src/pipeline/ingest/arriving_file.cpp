#include "pipeline/ingest/arriving_file.h"

#include <utility>

#include "model/telemetry_names.h"
#include "pipeline/ingest/companion_role.h"
#include "pipeline/ingest/companions.h"
#include "pipeline/ingest/remarks.h"
#include "pipeline/upload.h"

namespace scalper {
namespace {

// Checksum files beside the file, a scanner, whose place no slow sender is to hold, or hooks, which are given the
// version that the store has.
bool needs_more(const CompiledContract* contract) {
  if (contract == nullptr) return false;
  return !contract->settings().hooks.empty() || contract->settings().malware_scan ||
         contract->integrity_from() == IntegrityFrom::kSidecar ||
         contract->integrity_from() == IntegrityFrom::kManifest;
}

FileFacts facts_of(const Upload& upload, const CompiledContract* contract, std::vector<Finding>& remarks) {
  FileFacts facts;
  facts.name = upload.key.value();
  facts.size = upload.size;
  if (!upload.content_type.empty()) facts.content_type = upload.content_type;
  if (contract != nullptr && contract->integrity_from() == IntegrityFrom::kMetadata) {
    MetadataDigests stated = declared_in_metadata(upload.metadata);
    facts.declared = std::move(stated.declared);
    remarks = std::move(stated.findings);
  }
  facts.require_declared = contract != nullptr && contract->integrity_required();
  return facts;
}

}  // namespace

Result<std::unique_ptr<ArrivingFile>> ArrivingFile::begin(Gate& gate, const CallContext& context, const Upload& upload,
                                                          ByteSource& body,
                                                          std::shared_ptr<const ContractIndex> contracts) {
  std::unique_ptr<ArrivingFile> file(new ArrivingFile(gate, body, std::move(contracts)));
  const std::string& key = upload.key.value();
  file->contract_ = file->contracts_->match(key);
  if (companion_role(*file->contracts_, key) || needs_more(file->contract_.get())) return file;
  FileFacts facts = facts_of(upload, file->contract_.get(), file->remarks_);
  Env env;
  env.stop = context.stop;
  env.elapsed = [file = file.get()] { return file->checking_; };
  SCALPER_TRY_ASSIGN(auto validator, Validator::begin(file->contract_ ? file->contract_ : builtin_contract(),
                                                      std::move(facts), std::move(env)));
  file->validator_.emplace(std::move(validator));
  return file;
}

Result<std::size_t> ArrivingFile::read(const CallContext& context, MutableBytes into) {
  SCALPER_TRY_ASSIGN(const std::size_t got, body_.read(context, into));
  if (!validator_ || got == 0) return got;
  const MonoTime begun = gate_.clock.mono_now();
  validator_->feed(Bytes(into).first(got));
  fed_ += got;
  checking_ += gate_.clock.mono_now() - begun;
  return got;
}

Result<std::optional<Verdict>> ArrivingFile::finish() {
  if (!validator_) return std::optional<Verdict>{};
  const MonoTime begun = gate_.clock.mono_now();
  SCALPER_TRY_ASSIGN(Verdict verdict, validator_->finish());
  checking_ += gate_.clock.mono_now() - begun;
  for (Finding& finding : remarks_) add_remark(verdict, std::move(finding));
  if (!contract_) add_remark(verdict, contract_unmatched());
  const auto took = std::chrono::duration_cast<Millis>(checking_);
  gate_.telemetry.observe(names::kValidateDuration, static_cast<double>(took.count()), verdict.contract.name);
  if (gate_.on_read) gate_.on_read(verdict.size, took);
  return std::optional(std::move(verdict));
}

}  // namespace scalper
