#include "pipeline/contracts_in_use.h"

#include <utility>
#include <vector>

namespace scalper {
namespace {

std::string first_error(const std::vector<LintMessage>& messages) {
  for (const LintMessage& m : messages)
    if (m.level == LintMessage::Level::kError) return m.path + ":" + std::to_string(m.line) + ": " + m.message;
  return "the set does not compile";
}

}  // namespace

Result<std::shared_ptr<const ContractIndex>> ContractsInUse::snapshot(const CallContext& context) {
  const Result<std::string> current = source_.current_digest(context);
  if (!current.ok()) return keep_last_good(current.error().message(), {});
  {
    const std::lock_guard lock(mutex_);
    if (index_ && *current == digest_) {
      complaint_.clear();  // a refused set was taken back
      refused_digest_.clear();
      return index_;
    }
    if (index_ && *current == refused_digest_) return index_;
  }
  const Result<ContractSet> set = source_.load(context, *current);
  if (!set.ok()) return keep_last_good(set.error().message(), {});
  std::vector<ContractText> files;
  for (const ContractFile& file : set->files) files.push_back({file.path, file.text});
  CompiledSet compiled = compile_contracts(files);
  if (!compiled.index) return keep_last_good(first_error(compiled.messages), *current);
  const std::lock_guard lock(mutex_);
  digest_ = *current;
  index_ = std::move(compiled.index);
  complaint_.clear();
  refused_digest_.clear();
  return index_;
}

Result<std::shared_ptr<const ContractIndex>> ContractsInUse::keep_last_good(const std::string& why,
                                                                            std::string digest) {
  std::shared_ptr<const ContractIndex> kept;
  bool said = false;
  {
    const std::lock_guard lock(mutex_);
    said = complaint_ == why;
    complaint_ = why;
    refused_digest_ = std::move(digest);
    kept = index_;
  }
  if (!said) telemetry_.log({LogLevel::kError, kept ? "contracts_refused" : "contracts_missing", {{"error", why}}});
  if (!kept) return Error(ErrorCode::kUnavailable, "no loadable contract set, nothing is claimed: " + why);
  return kept;
}

std::string ContractsInUse::complaint() const {
  const std::lock_guard lock(mutex_);
  return complaint_;
}

}  // namespace scalper
