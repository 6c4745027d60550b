#include "hosts/cli/check.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/escape.h"
#include "hosts/cli/check_files.h"
#include "hosts/cli/check_report.h"
#include "hosts/cli/progress_line.h"
#include "hosts/local_exit_codes.h"
#include "validate/detect/types.h"

namespace scalper::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kExitSignalled = 128;  // and the number
constexpr std::size_t kMostNames = 400;

int refuse_contracts(const ContractChoice& choice, Terminal& terminal) {
  terminal.complain("the contract is refused, nothing was checked");
  for (const LintMessage& message : choice.messages) terminal.err() << lint_line(message) << "\n";
  return kExitContractRefused;
}

// Of what was typed; nullopt: nothing is wrong with it.
std::optional<int> refuse_words(const Arguments& arguments, Terminal& terminal) {
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
  return std::nullopt;
}

int tell_stopped(const StopOrder& stop, const CheckCounts& counts, std::size_t files, Terminal& terminal) {
  const int signal = stop.signal();
  terminal.complain(std::string("stopped by ") + (signal == SIGINT ? "SIGINT" : "SIGTERM") + ": " +
                    std::to_string(counts.files()) + " of " + std::to_string(files) +
                    " files were checked, nothing is said of the others");
  return kExitSignalled + signal;
}

// A key that lacks the prefix of its contract is easily mistyped, and judged less strictly than in the gate.
void tell_builtin(const CheckCounts& counts, const std::string& contracts, Terminal& terminal) {
  std::error_code failed;
  if (counts.by_builtin == 0 || !std::filesystem::is_directory(contracts, failed)) return;
  terminal.out() << counts.by_builtin << " of them were judged by the built-in contract, as none in "
                 << escape_text(contracts) << " is for them\n";
}

// A mistyped or emptied folder is never taken for one whose files are all valid.
int tell_nothing(const std::vector<std::string>& folders, std::uint64_t skipped, Terminal& terminal) {
  std::string names;
  for (const std::string& folder : folders)
    if (names.size() < kMostNames) names += (names.empty() ? "" : ", ") + escape_text(folder, kMostNames);
  terminal.complain("there was nothing to check: no file in " + names +
                    (skipped == 0 ? "" : " but " + std::to_string(skipped) + " links or special files"));
  return kExitCouldNotRead;
}

// Reads and prints. The exit code.
int check_operands(const Arguments& arguments, const ChosenContracts& contracts, const StopOrder& stop,
                   Terminal& terminal) {
  const bool json = arguments.has("--json");
  ProgressLine progress;
  std::uint64_t skipped = 0;
  const std::vector<FileToCheck> files = find_files(arguments.operands, skipped, stop.token);
  progress.files = files.size();
  for (const FileToCheck& file : files) progress.bytes += file.size;
  if (stop.token.stop_requested()) {
    terminal.complain("stopped while the folders were looked through: nothing was checked");
    return kExitSignalled + stop.signal();
  }

  if (files.empty()) return tell_nothing(arguments.operands, skipped, terminal);

  CheckCounts counts;
  CompanionFiles companions;
  if (!json) terminal.out() << table_head(terminal);
  check_all(
      files, {contracts, arguments.value("--as"), companions, stop.token}, progress.counters,
      [&](const CheckedFile& file) {
        counts.add(file);
        terminal.out() << (json ? json_line(file) : table_rows(file, terminal));
        if (terminal.shows_progress()) progress.show(terminal);
      },
      [&] { progress.show(terminal); });
  if (skipped > 0) terminal.complain(std::to_string(skipped) + " links or special files inside folders were left out");
  if (!json)
    terminal.out() << summary_line(counts, std::chrono::duration<double>(Steady::now() - progress.begun).count());
  if (!json) tell_builtin(counts, arguments.value("--contract"), terminal);
  return counts.files() < files.size() ? tell_stopped(stop, counts, files.size(), terminal) : counts.exit_code();
}

}  // namespace

int check(const Arguments& arguments, Terminal& terminal, const StopOrder& stop) {
  terminal.use_colours(arguments.value("--color"));
  if (const auto refused = refuse_words(arguments, terminal)) return *refused;
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
  return check_operands(arguments, (*choice).contracts, stop, terminal);
}

}  // namespace scalper::cli
