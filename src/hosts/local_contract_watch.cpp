#include "hosts/local_contract_watch.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "api/contract_set.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "digest/sha256.h"

namespace scalper {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarker = "control#contracts-folder";  // the digest that the folder last published
constexpr std::size_t kMostEntries = 20000;
constexpr int kRestless = 10;  // looks in a row of which each saw another folder

// Changes whenever a name, a size or a time below the folder does; empty: there is no folder.
std::string signature_of(const std::string& folder) {
  std::error_code failed;
  if (!fs::is_directory(folder, failed)) return {};
  Sha256 sha;
  std::size_t entries = 0;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    struct stat st {};
    if (++entries > kMostEntries) continue;
    // Of a link that which it leads to, as long as it leads somewhere.
    if (::stat(at->path().c_str(), &st) != 0 && ::lstat(at->path().c_str(), &st) != 0) continue;
    const auto number = [](std::int64_t n) { return " " + std::to_string(n); };
    sha.update(as_bytes(at->path().string() + number(static_cast<std::int64_t>(st.st_ino)) + number(st.st_size) +
                        number(st.st_mtim.tv_sec) + number(st.st_mtim.tv_nsec) + number(st.st_ctim.tv_sec) +
                        number(st.st_ctim.tv_nsec) + "\n"));
  }
  return to_hex(sha.finish());
}

std::string first_error(const CompiledSet& set) {
  for (const LintMessage& message : set.messages)
    if (message.level == LintMessage::Level::kError) return lint_line(message);
  return "the set does not compile";
}

}  // namespace

Result<void> ContractWatch::begin(const CallContext& context) {
  seen_ = signature_of(folder_);
  const auto current = source_.current_digest(context);
  if (!current.ok() && current.error().code() != ErrorCode::kNotFound) return current.error();
  taken_ = seen_;
  auto taken = take(context);
  if (taken.failed_with(ErrorCode::kNotFound)) return current.ok() ? Result<void>() : use(context, {});
  if (taken.ok() || !current.ok()) return taken;
  complain(taken.error().message());
  return {};
}

void ContractWatch::look(const CallContext& context) {
  const std::string now = signature_of(folder_);
  const bool settled = now == seen_;
  seen_ = now;
  restless_ = settled ? 0 : restless_ + 1;
  if (restless_ == kRestless) {
    taken_.clear();  // whatever it is when it rests is judged
    complain(
        escape_text(folder_, 400) +
        ": it changes all the time, and a set that is being written is not taken: write it elsewhere and move it in");
  }
  if (!settled || now == taken_) return;
  taken_ = now;
  if (now.empty()) return complain(escape_text(folder_, 400) + ": the folder is gone");
  if (const auto taken = take(context); !taken.ok()) {
    if (is_retryable(taken.error().code())) taken_.clear();
    complain(taken.error().message());
  }
}

Result<void> ContractWatch::take(const CallContext& context) {
  SCALPER_TRY_ASSIGN(const auto texts, read_contract_folder(folder_));
  return use(context, texts);
}

// A folder without contracts is more often an accident, half of a change or a mount that is away than a wish for weaker
// checks: who has it writes it down.
Result<void> ContractWatch::use(const CallContext& context, const std::vector<ContractText>& texts) {
  const CompiledSet set = compile_contracts(texts);
  if (!set.index) return Error(ErrorCode::kInvalidArgument, first_error(set));
  if (set.says_nothing) {
    SCALPER_TRY_ASSIGN(const bool any, there_were_any(context));
    if (any)
      return Error(ErrorCode::kInvalidArgument,
                   escape_text(folder_, 400) +
                       ": no contract is left, and the set before it is not given up for that; if the built-in "
                       "contract is to judge alone, a file set.yaml with the line 'unmatched: builtin' says so");
  }
  std::vector<ContractFile> files;
  files.reserve(texts.size());
  for (const ContractText& text : texts) files.push_back({text.path, text.text});
  return publish(context, std::move(files));
}

// The set in use is asked; the marker only where its pointer is lost. A set that cannot be read may have held some.
Result<bool> ContractWatch::there_were_any(const CallContext& context) {
  const auto current = source_.current_digest(context);
  if (current.failed_with(ErrorCode::kNotFound)) {
    SCALPER_TRY_ASSIGN(const auto marker, records_.get_marker(context, kMarker));
    return marker && marker->value != api::contract_set_digest({});
  }
  if (!current.ok()) return current.error();
  const auto set = source_.load(context, *current);
  if (!set.ok()) return true;
  std::vector<ContractText> texts;
  for (const ContractFile& file : set->files) texts.push_back({file.path, file.text});
  return !compile_contracts(texts).says_nothing;
}

Result<void> ContractWatch::publish(const CallContext& context, std::vector<ContractFile> files) {
  const std::string digest = api::contract_set_digest(files);
  SCALPER_TRY_ASSIGN(const auto marker, records_.get_marker(context, kMarker));
  const auto current = source_.current_digest(context);
  if (!marker || marker->value != digest || !current.ok()) {
    const auto count = static_cast<std::int64_t>(files.size());
    SCALPER_TRY(source_.publish(context, {digest, std::move(files)}));
    SCALPER_TRY(records_.put_marker(context, kMarker, digest, marker ? marker->revision : 0));
    telemetry_.log({LogLevel::kInfo, "contracts_published", {{"digest", digest}, {"files", count}}});
  }
  const std::lock_guard lock(mutex_);
  complaint_.clear();
  return {};
}

void ContractWatch::complain(const std::string& why) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(complaint_, why) == why) return;
  }
  telemetry_.log({LogLevel::kError, "contracts_refused", {{"error", why}}});
}

std::string ContractWatch::complaint() const {
  const std::lock_guard lock(mutex_);
  return complaint_;
}

}  // namespace scalper
