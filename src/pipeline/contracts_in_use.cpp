#include "pipeline/contracts_in_use.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/escape.h"

namespace scalper {
namespace {

constexpr std::size_t kShownDigest = 12;
constexpr std::size_t kShownPath = 200;

// What an operator reads in the log and on the health page: which set, where, what, and how to see the rest.
std::string refusal(const std::string& digest, const std::vector<LintMessage>& messages) {
  const auto is_error = [](const LintMessage& m) { return m.level == LintMessage::Level::kError; };
  const auto first = std::find_if(messages.begin(), messages.end(), is_error);
  std::string text = "the contract set " + escape_text(digest, kShownDigest) + " is refused: ";
  if (first == messages.end()) return text + "it does not compile";
  if (!first->path.empty()) text += escape_text(first->path, kShownPath) + ":";
  if (first->line > 0) text += std::to_string(first->line) + ":" + std::to_string(first->column) + ":";
  text += (text.ends_with(':') ? " " : "") + first->message;
  const auto errors = std::count_if(messages.begin(), messages.end(), is_error);
  if (errors > 1) text += " (and " + std::to_string(errors - 1) + " more; `scalper contract lint` says all)";
  return text;
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
    if (*current == refused_digest_ && !refused_digest_.empty()) return kept();  // the files of a digest never change
  }
  const Result<ContractSet> set = source_.load(context, *current);
  if (!set.ok()) return keep_last_good(set.error().message(), {});
  std::vector<ContractText> files;
  for (const ContractFile& file : set->files) files.push_back({file.path, file.text});
  CompiledSet compiled = compile_contracts(files);
  if (!compiled.index) return keep_last_good(refusal(*current, compiled.messages), *current);
  const std::lock_guard lock(mutex_);
  digest_ = *current;
  index_ = std::move(compiled.index);
  complaint_.clear();
  refused_digest_.clear();
  return index_;
}

Result<std::shared_ptr<const ContractIndex>> ContractsInUse::keep_last_good(const std::string& why,
                                                                            std::string digest) {
  bool said = false;
  bool any = false;
  {
    const std::lock_guard lock(mutex_);
    any = index_ != nullptr;
    said = complaint_ == why;
    complaint_ = why;
    refused_digest_ = std::move(digest);
  }
  if (!said) {
    const std::string then =
        any ? "; the set before it stays in use" : "; nothing is claimed until there is a sound one";
    telemetry_.log({LogLevel::kError, any ? "contracts_refused" : "contracts_missing", {{"error", why + then}}});
  }
  const std::lock_guard lock(mutex_);
  return kept();
}

Result<std::shared_ptr<const ContractIndex>> ContractsInUse::kept() const {
  if (!index_) return Error(ErrorCode::kUnavailable, "no loadable contract set, nothing is claimed: " + complaint_);
  return index_;
}

std::string ContractsInUse::complaint() const {
  const std::lock_guard lock(mutex_);
  return complaint_;
}

}  // namespace scalper
