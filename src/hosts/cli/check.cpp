#include "hosts/cli/check.h"

#include <algorithm>
#include <chrono>

#include "base/escape.h"
#include "hosts/cli/check_files.h"
#include "hosts/cli/check_report.h"
#include "hosts/local_exit_codes.h"
#include "validate/detect/types.h"

namespace scalper::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::seconds kShortWork{1};  // no progress line before
constexpr std::uint64_t kBarWidth = 24;

std::string bar(std::uint64_t done, std::uint64_t total) {
  const std::uint64_t full = total == 0 ? 0 : std::min(kBarWidth, done * kBarWidth / total);
  return "[" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "]";
}

struct Progress {
  CheckProgress counters;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  Steady::time_point begun = Steady::now();
  Steady::time_point shown{};

  void show(Terminal& terminal) {
    const auto now = Steady::now();
    if (now - begun < kShortWork || now - shown < std::chrono::milliseconds(100)) return;
    shown = now;
    const double seconds = std::chrono::duration<double>(now - begun).count();
    const std::uint64_t done = counters.bytes;
    terminal.show_progress(bar(bytes == 0 ? counters.files.load() : done, bytes == 0 ? files : bytes) + " " +
                           std::to_string(counters.files) + " of " + std::to_string(files) + " files, " +
                           human_size(done) + " of " + human_size(bytes) + ", " +
                           human_size(static_cast<std::uint64_t>(static_cast<double>(done) / seconds)) + "/s");
  }
};

int refuse_contracts(const ContractChoice& choice, Terminal& terminal) {
  terminal.complain("the contract is refused, nothing was checked");
  for (const LintMessage& message : choice.messages) terminal.err() << lint_line(message) << "\n";
  return kExitContractRefused;
}

}  // namespace

int check(const Arguments& arguments, Terminal& terminal) {
  terminal.use_colours(arguments.value("--color"));
  const bool json = arguments.has("--json");
  const std::string type = arguments.value("--as");
  if (arguments.has("--as") && type.find('/') == std::string::npos) {
    terminal.complain("--as takes a media type such as text/csv, not \"" + escape_text(type) + "\"");
    return kExitUsage;
  }
  if (arguments.has("--as") && find_content_type(type) == nullptr) {
    terminal.complain("--as: this version knows no media type \"" + escape_text(type) + "\"");
    return kExitUsage;
  }
  if (arguments.has("--contract") && arguments.value("--contract").empty()) {
    terminal.complain("--contract takes a file or a folder, not \"\"");
    return kExitUsage;
  }
  if (std::count(arguments.operands.begin(), arguments.operands.end(), "-") > 1) {
    terminal.complain("\"-\" is standard input, which can be read only once");
    return kExitUsage;
  }
  const auto choice = choose_contracts(arguments.value("--contract"));
  if (!choice.ok()) {
    terminal.complain("--contract: " + choice.error().message());
    return exit_code_of(choice.error().code());
  }
  if ((*choice).empty) {
    terminal.complain("--contract: " + no_contracts_in(arguments.value("--contract")));
    return kExitNotFound;
  }
  if ((*choice).refused) return refuse_contracts(*choice, terminal);

  Progress progress;
  std::uint64_t skipped = 0;
  const std::vector<FileToCheck> files = find_files(arguments.operands, skipped);
  progress.files = files.size();
  for (const FileToCheck& file : files) progress.bytes += file.size;

  CheckCounts counts;
  CompanionFiles companions;
  if (!json) terminal.out() << table_head(terminal);
  check_all(
      files, {(*choice).contracts, type, companions}, progress.counters,
      [&](const CheckedFile& file) {
        counts.add(file);
        terminal.out() << (json ? json_line(file) : table_rows(file, terminal));
        if (terminal.shows_progress()) progress.show(terminal);
      },
      [&] { progress.show(terminal); });
  if (skipped > 0) terminal.complain(std::to_string(skipped) + " links or special files inside folders were left out");
  if (!json)
    terminal.out() << summary_line(counts, std::chrono::duration<double>(Steady::now() - progress.begun).count());
  return counts.exit_code();
}

}  // namespace scalper::cli
