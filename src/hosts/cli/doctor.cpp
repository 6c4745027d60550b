#include "hosts/cli/doctor.h"

#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

#include "adapters/local/hot_folder.h"
#include "adapters/local/inbox.h"
#include "adapters/local/superseded.h"
#include "base/escape.h"
#include "hosts/cli/answers.h"
#include "hosts/cli/contract_files.h"
#include "hosts/cli/doctor_aws.h"
#include "hosts/environment.h"
#include "hosts/local_exit_codes.h"
#include "model/telemetry_json.h"

namespace scalper::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uint64_t kLittleSpace = std::uint64_t{1} << 30;
constexpr std::size_t kPathChars = 400;

class Findings {
 public:
  explicit Findings(Terminal& terminal) : terminal_(terminal) {}
  void good(const std::string& text) { terminal_.out() << terminal_.paint(Colour::kGreen, "ok    ") << text << "\n"; }
  void note(const std::string& text) { terminal_.out() << terminal_.paint(Colour::kDim, "note  ") << text << "\n"; }
  void bad(const std::string& text) {
    terminal_.out() << terminal_.paint(Colour::kRed, "BAD   ") << text << "\n";
    bad_ = true;
  }
  [[nodiscard]] bool any_bad() const { return bad_; }

 private:
  Terminal& terminal_;
  bool bad_ = false;
};

std::string_view heading_of(ReadBy read_by) {
  switch (read_by) {
    case ReadBy::kBoth: return "On one machine and on AWS";
    case ReadBy::kLocal: return "On one machine";
    case ReadBy::kAws: return "On AWS";
    case ReadBy::kSdk: return "On AWS, as its tools and SDKs read them";
    case ReadBy::kLambda: return "Set by Lambda";
  }
  return "";
}

int print_environment(Terminal& terminal) {
  constexpr std::size_t kColumn = 30;
  std::string_view heading;
  for (const EnvironmentVariable& variable : kEnvironment) {
    if (heading != heading_of(variable.read_by)) {
      terminal.out() << (heading.empty() ? "" : "\n") << (heading = heading_of(variable.read_by)) << ":\n";
    }
    std::string name(variable.name);
    name.resize(std::max(kColumn, name.size() + 2), ' ');
    terminal.out() << name << variable.meaning;
    if (!variable.fallback.empty()) {
      terminal.out() << " [" << variable.fallback << "]";
    }
    terminal.out() << "\n";
  }
  return kExitOk;
}

std::string first_line(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

void look_at_machine(Findings& findings) {
  findings.good(std::to_string(std::max(1U, std::thread::hardware_concurrency())) + " cores for validation");
  const std::string watches = first_line("/proc/sys/fs/inotify/max_user_watches");
  if (watches.empty()) {
    findings.note("inotify is not there; the inbox is scanned on a timer only");
  } else {
    findings.good(watches + " folders can be watched for new files");
  }
  if (first_line("/proc/sys/fs/leases-enable") == "1") {
    findings.good("file leases are there: files are adopted without a copy");
  } else {
    findings.note("no file leases here; every file is copied once while it is validated");
  }
}

// What stays in the inbox, and why.
struct Staying {
  std::uint64_t passed_over = 0;
  std::uint64_t no_files = 0;
  std::uint64_t out_of_reach = 0;
  std::string example;  // of the last kind

  void count_out_of_reach(const fs::path& path) {
    if (++out_of_reach == 1) example = path.string();
  }
};

bool is_out_of_reach(const fs::path& path, bool folder) {
  return ::access(path.c_str(), folder ? R_OK | W_OK | X_OK : R_OK) != 0;
}

Staying count_staying(const std::string& input) {
  Staying staying;
  std::error_code failed;
  fs::recursive_directory_iterator at(input, fs::directory_options::skip_permission_denied, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    const fs::path& path = at->path();
    std::error_code gone;
    const fs::file_status status = at->symlink_status(gone);
    const bool folder = fs::is_directory(status);
    const bool too_deep = static_cast<std::size_t>(at.depth()) + (folder ? 1 : 0) >= HotFolderOptions{}.depth;
    if (is_ignored_in_inbox(path.filename().string())) {
      ++staying.passed_over;
      at.disable_recursion_pending();
    } else if (!folder && !fs::is_regular_file(status)) {
      staying.no_files += gone || !fs::exists(status) ? 0 : 1;
    } else if (too_deep || is_out_of_reach(path, folder)) {
      staying.count_out_of_reach(path);
    }
    if (too_deep) at.disable_recursion_pending();
  }
  return staying;
}

void look_at_inbox(const std::string& data, Findings& findings) {
  const Staying staying = count_staying(data + "/input");
  if (staying.passed_over > 0) {
    findings.note(std::to_string(staying.passed_over) +
                  " names in the inbox are passed over: .*, ~$*, *.part, *.tmp, *.crdownload");
  }
  if (staying.no_files > 0) {
    findings.note(std::to_string(staying.no_files) +
                  " names in the inbox are links, pipes, sockets or devices and stay there");
  }
  if (staying.out_of_reach > 0) {
    findings.bad(std::to_string(staying.out_of_reach) +
                 " files or folders in the inbox cannot be taken by this user, or lie too deep; the first is " +
                 escape_text(staying.example, kPathChars));
  }
}

void look_at_replaced(const std::string& data, Findings& findings) {
  std::uint64_t superseded = 0;
  std::uint64_t strangers = 0;
  std::error_code failed;
  for (fs::directory_iterator at(data + "/.scalper/replaced", failed); !failed && at != fs::directory_iterator();
       at.increment(failed))
    ++(parse_superseded(at->path().filename().string()) ? superseded : strangers);
  if (superseded > 0)
    findings.good(std::to_string(superseded) +
                  " files that newer ones displaced wait for their end in .scalper/replaced");
  if (strangers > 0)
    findings.note(std::to_string(strangers) +
                  " files in .scalper/replaced are not known and stay there; look at them, and move them away");
}

void look_at_folder(const std::string& data, Findings& findings) {
  const std::string shown = escape_text(data, kPathChars);
  std::error_code failed;
  if (!fs::is_directory(data, failed)) {
    findings.note("there is no data folder at " + shown + " yet; 'scalper up' makes it");
    return;
  }
  if (::access(data.c_str(), R_OK | W_OK | X_OK) != 0) {
    findings.bad("the data folder " + shown + " is not readable and writable for this user");
  } else {
    findings.good("the data folder " + shown + " is readable and writable");
  }
  const fs::space_info space = fs::space(data, failed);
  if (!failed && space.available < kLittleSpace) {
    findings.bad("only " + human_size(space.available) + " are free there");
  } else if (!failed) {
    findings.good(human_size(space.available) + " are free there");
  }
  look_at_inbox(data, findings);
  look_at_replaced(data, findings);
}

void look_at_contracts(const std::string& folder, Findings& findings) {
  std::error_code failed;
  const std::string shown = escape_text(folder, kPathChars);
  if (!fs::is_directory(folder, failed)) {
    findings.note("no contracts at " + shown +
                  ": a gate that is told no others judges by the last published, else by the built-in one");
    return;
  }
  const auto choice = choose_contracts(folder);
  if (!choice.ok()) {
    return findings.bad(choice.error().message());
  }
  for (const LintMessage& message : (*choice).messages) {
    findings.note(lint_line(message));
  }
  if ((*choice).refused) {
    findings.bad("the contracts at " + shown + " are refused");
  } else {
    findings.good("the contracts at " + shown + " are sound");
  }
}

// Those of the folder say little of a gate that was started with others.
void look_at_contracts_in_use(GateClient& gate, Findings& findings) {
  const auto answer = gate.ask("GET", "/v1/contracts", "");
  if (!answer.ok()) return findings.bad(answer.error().message());
  const json::value told = json::parse((*answer).body);
  const auto* const contracts = told.is_object() ? told.as_object().if_contains("contracts") : nullptr;
  if (contracts == nullptr || !contracts->is_array()) return;
  std::string names;
  for (const json::value& contract : contracts->as_array())
    names += (names.empty() ? "" : ", ") + escape_text(text_of(contract, "name"), kPathChars);
  findings.good("contracts in use there: " + (names.empty() ? "none" : names));
}

void look_at_gate(const Arguments& arguments, Findings& findings) {
  const auto reached = reach_gate(arguments);
  if (const auto* why = std::get_if<NotReached>(&reached)) {
    const bool quiet = why->exit_code == kExitUnreachable || why->exit_code == kExitNotFound;
    return quiet && !arguments.has("--url") ? findings.note(why->message) : findings.bad(why->message);
  }
  GateClient& gate = *std::get<std::unique_ptr<GateClient>>(reached);
  const auto answer = gate.ask("GET", "/v1/health", "");
  if (!answer.ok()) {
    return findings.bad(answer.error().message());
  }
  const json::value health = json::parse((*answer).body);
  const std::string status = text_of(health, "status");
  const std::string who = gate.is_running() ? "the gate that runs here is " : "no gate runs; the folder by itself is ";
  if (status == "ok") {
    findings.good(who + status + ", version " + text_of(health, "version"));
  } else {
    findings.bad(who + status);
  }
  for (const auto& check : health.at("checks").as_object()) {
    const std::string said = text_of(health.at("checks"), check.key());
    if (said != "ok") {
      findings.bad(std::string(check.key()) + ": " + said);
    }
  }
  if (health.at("paused").as_bool()) {
    findings.note("it is paused: nothing new is claimed");
  }
  look_at_contracts_in_use(gate, findings);
}

}  // namespace

int doctor(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--env")) {
    return print_environment(terminal);
  }
  if (arguments.has("--telemetry")) {
    terminal.out() << telemetry_json() << "\n";
    return kExitOk;
  }
  terminal.use_colours("auto");
  const auto target = choose_target(arguments);
  if (!target.ok()) {
    terminal.complain(target.error().message());
    return kExitUsage;
  }
  if (*target == GateTarget::kAws) return doctor_aws(arguments, terminal);
  for (const char* option : {"--canary", "--destroyable", "--wait", "--json"})
    if (arguments.has(option)) {
      terminal.complain(std::string(option) + " is for --aws");
      return kExitUsage;
    }
  Findings findings(terminal);
  look_at_machine(findings);
  look_at_folder(data_folder(arguments), findings);
  look_at_contracts(contracts_folder(arguments), findings);
  look_at_gate(arguments, findings);
  return findings.any_bad() ? kExitSomeInvalid : kExitOk;
}

}  // namespace scalper::cli
