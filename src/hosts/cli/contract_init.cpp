#include "hosts/cli/contract_init.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <future>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/escape.h"
#include "hosts/cli/check_files.h"
#include "hosts/cli/check_report.h"
#include "hosts/cli/new_files.h"
#include "hosts/cli/progress_line.h"
#include "hosts/local_exit_codes.h"
#include "validate/detect/types.h"
#include "validate/integrity/companion_key.h"
#include "validate/learn/contract_draft.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kPathChars = 400;
constexpr std::size_t kMostNameChars = 64;
constexpr std::size_t kMostSuffixes = 16;
constexpr std::size_t kMostTypesTold = 8;
constexpr std::chrono::milliseconds kTick{100};
constexpr int kExitSignalled = 128;  // and the number

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

bool is_name(std::string_view text) {
  const auto first = text.substr(0, 1);
  return !text.empty() && text.size() <= kMostNameChars && first.find_first_of("._-") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_name_character) && text != "builtin";
}

// The nearest name to what a file or folder is called.
std::string as_name(std::string_view text) {
  std::string name;
  for (const char c : text) name += is_name_character(c) ? c : '-';
  while (!name.empty() && name.find_first_of("._-") == 0) name.erase(0, 1);
  name = name.substr(0, kMostNameChars);
  while (!name.empty() && name.find_last_of("._-") == name.size() - 1) name.pop_back();
  if (name == "set" || name == "builtin") name += "-files";  // these mean something else
  return name;
}

std::string stem_of(const std::string& path) {
  const std::string_view segment = last_segment(path);
  return std::string(segment.substr(0, segment.find('.', 1)));
}

// "a/orders-1.csv", "a/orders-2.csv" -> "orders".
std::string name_of(const std::vector<FileToCheck>& samples) {
  std::string common = stem_of(samples.front().path);
  for (const FileToCheck& sample : samples) {
    const std::string stem = stem_of(sample.path);
    const auto end = std::mismatch(common.begin(), common.end(), stem.begin(), stem.end()).first;
    common.erase(end, common.end());
  }
  if (samples.size() > 1)
    while (!common.empty() && ((common.back() | 0x20) < 'a' || (common.back() | 0x20) > 'z')) common.pop_back();
  const std::string name = as_name(common);
  return name.empty() ? "samples" : name;
}

// ".csv", ".csv.gz": of each sample, that of its content and those of what packs it. None if one has none.
std::vector<std::string> suffixes_of(const std::vector<FileToCheck>& samples) {
  std::set<std::string> all;
  for (const FileToCheck& sample : samples) {
    const std::string name(last_segment(sample.path));
    const std::string inside = name_inside_compression(name);
    const std::size_t point = inside.size() < name.size() ? inside.rfind('.') : name.rfind('.');
    if (point == std::string::npos || point == 0) return {};
    const std::string suffix = name.substr(point);
    if (!std::all_of(suffix.begin(), suffix.end(), is_name_character)) return {};
    all.insert(suffix);
  }
  if (all.size() > kMostSuffixes) return {};
  return {all.begin(), all.end()};
}

struct Place {
  std::string folder;  // "" or ending in '/'
  std::string stem;
};

// Nothing after a complaint.
std::optional<Place> place_of(const Arguments& arguments, const std::string& name, Terminal& terminal) {
  if (!arguments.has("--output")) return Place{"", name};
  const std::string path = arguments.value("--output");
  const std::size_t slash = path.rfind('/') + 1;  // npos + 1 is 0
  const std::string file = path.substr(slash);
  const std::string stem = file.substr(0, file.size() - std::min(file.size(), std::size_t{5}));
  if (file.ends_with(".yaml") && is_name(stem) && stem != "set") return Place{path.substr(0, slash), stem};
  terminal.complain(
      "--output takes a file NAME.yaml, NAME of letters, digits, '.', '_' and '-', and not \"set\"; not " +
      ("\"" + escape_text(path, kPathChars) + "\""));
  return std::nullopt;
}

class Init {
 public:
  Init(const Arguments& arguments, Terminal& terminal, const StopOrder& stop)
      : arguments_(arguments), terminal_(terminal), stop_(stop) {}

  int run() {
    if (const int code = find_samples(); code != kExitOk) return code;
    const std::string name = contract_name();
    if (!is_name(name)) {
      terminal_.complain("--name takes at most 64 letters, digits, '.', '_' and '-', and not \"builtin\"; not \"" +
                         escape_text(name) + "\"");
      return kExitUsage;
    }
    const auto place = place_of(arguments_, name, terminal_);
    if (!place) return kExitUsage;
    if (const int code = learn(); code != kExitOk) return code;
    question_.name = name;
    question_.prefix = arguments_.has("--prefix") ? arguments_.value("--prefix") : name + "/";
    question_.suffixes = suffixes_of(samples_);
    question_.stem = place->stem;
    const std::vector<ContractText> files = learn::draft_contract(notes_, question_);
    if (const int code = prove(files); code != kExitOk) return code;
    return arguments_.has("--dry-run") ? print(files) : write(*place, files);
  }

 private:
  int find_samples() {
    std::uint64_t skipped = 0;
    if (std::count(arguments_.operands.begin(), arguments_.operands.end(), "-") > 0) {
      terminal_.complain("samples are read twice, and standard input cannot be: name files");
      return kExitUsage;
    }
    samples_ = find_files(arguments_.operands, skipped, stop_.token);
    // A checksum file beside a sample is none.
    std::erase_if(samples_, [](const FileToCheck& file) { return companion_key(file.key).has_value(); });
    for (const FileToCheck& sample : samples_) progress_.bytes += 2 * sample.size;
    progress_.files = 2 * samples_.size();
    if (!samples_.empty() || stop_.token.stop_requested()) return stopped();
    terminal_.complain("there is no sample: no file but links, special files and checksum files");
    return kExitNotFound;
  }

  [[nodiscard]] std::string contract_name() const {
    if (arguments_.has("--name")) return arguments_.value("--name");
    return arguments_.has("--output") ? as_name(stem_of(arguments_.value("--output"))) : name_of(samples_);
  }

  int stopped() {
    if (!stop_.token.stop_requested()) return kExitOk;
    const int signal = stop_.signal();
    terminal_.complain(std::string("stopped by ") + (signal == SIGINT ? "SIGINT" : "SIGTERM") +
                       ": nothing was written");
    return kExitSignalled + signal;
  }

  // Beside the thread that draws how far it is.
  CheckedFile judge(const FileToCheck& sample, const CheckSettings& settings) {
    auto file = std::async(std::launch::async, [&] { return check_file(sample, settings, progress_.counters); });
    while (file.wait_for(kTick) != std::future_status::ready) progress_.show(terminal_);
    return file.get();
  }

  // What is said of a sample that is not valid; kExitOk if it is.
  int refuse(const CheckedFile& file, const std::string& why) {
    if (file.verdict && file.verdict->kind == VerdictKind::kValid) return kExitOk;
    terminal_.complain(why);
    terminal_.err() << table_rows(file, terminal_);
    return file.verdict ? kExitSomeInvalid : kExitCouldNotRead;
  }

  // Each sample by itself, under the built-in contract.
  int learn() {
    const ChosenContracts builtin;
    question_.least = std::numeric_limits<std::uint64_t>::max();
    for (const FileToCheck& sample : samples_) {
      const std::set<std::string> before = notes_.types;
      const CheckedFile file = judge(sample, {builtin, "", companions_, stop_.token, &notes_});
      if (const int code = stopped(); code != kExitOk) return code;
      if (const int code = refuse(file, "a sample has to be valid by itself, and this one is not; nothing was written");
          code != kExitOk)
        return code;
      note(*file.verdict);
      for (const std::string& type : notes_.types)
        if (!before.contains(type)) first_of_[type] = sample.path;
    }
    const std::string why = learn::disagreement(notes_);
    return why.empty() ? static_cast<int>(kExitOk) : disagree(why);
  }

  void note(const Verdict& verdict) {
    ++question_.samples;
    question_.least = std::min(question_.least, verdict.size);
    question_.most = std::max(question_.most, verdict.size);
    question_.unsaid = question_.unsaid || verdict.findings_total > verdict.findings.size();
    for (const Finding& finding : verdict.findings) question_.warned.insert(finding.code);
  }

  int disagree(const std::string& why) {
    terminal_.complain(why + "; nothing was written");
    std::size_t told = 0;
    for (const auto& [type, path] : first_of_)
      if (first_of_.size() > 1 && told++ < kMostTypesTold)
        terminal_.err() << "  " << escape_text(path, kPathChars) << " is " << type << "\n";
    terminal_.err() << "One contract speaks of one kind of file: call 'scalper contract init --name NAME SAMPLE...' "
                       "once for each kind, with the samples of that kind alone.\n";
    return kExitSomeInvalid;
  }

  // The contract is sound, and each sample is valid under it.
  int prove(const std::vector<ContractText>& files) {
    CompiledSet set = compile_contracts(files);
    for (const LintMessage& message : set.messages) terminal_.err() << lint_line(message) << "\n";
    if (set.index == nullptr) {
      terminal_.complain(arguments_.has("--prefix")
                             ? "the contract would be refused, as its --prefix perhaps; nothing was written"
                             : "a defect of the program, please report it: the contract that it "
                               "made is refused; nothing was written");
      return arguments_.has("--prefix") ? kExitUsage : kExitInternal;
    }
    const ChosenContracts made(std::move(set.index), true);
    for (const FileToCheck& sample : samples_) {
      const CheckedFile file = judge(sample, {made, "", companions_, stop_.token});
      if (const int code = stopped(); code != kExitOk) return code;
      const int code = refuse(file,
                              "a defect of the program, please report it: this sample is not valid under what was "
                              "learnt of it; nothing was written");
      if (code != kExitOk) return code == kExitSomeInvalid ? static_cast<int>(kExitInternal) : code;
    }
    return kExitOk;
  }

  int print(const std::vector<ContractText>& files) {
    for (const ContractText& file : files)
      terminal_.out() << (&file == &files.front() ? "" : "\n") << "==> " << file.path << " <==\n" << file.text;
    return kExitOk;
  }

  int write(const Place& place, const std::vector<ContractText>& files) {
    const auto written = write_new_files(place.folder, files, arguments_.has("--force"));
    if (!written.ok()) {
      terminal_.complain(written.error().message());
      return exit_code_of(written.error().code());
    }
    for (const ContractText& file : files)
      terminal_.out() << "wrote " << escape_text(place.folder + file.path, kPathChars) << "\n";
    terminal_.out() << (question_.samples == 1 ? "the sample is"
                                               : "all " + std::to_string(question_.samples) + " samples are")
                    << " valid under it; its keys begin with \"" << escape_text(question_.prefix)
                    << "\": look it through, then 'scalper contract lint'\n";
    return kExitOk;
  }

  const Arguments& arguments_;
  Terminal& terminal_;
  const StopOrder& stop_;
  std::vector<FileToCheck> samples_;
  ProgressLine progress_;
  CompanionFiles companions_;
  learn::SampleNotes notes_;
  learn::DraftQuestion question_;
  std::map<std::string, std::string> first_of_;  // the first sample of each type
};

}  // namespace

int init_contract(const Arguments& arguments, Terminal& terminal, const StopOrder& stop) {
  terminal.use_colours("auto");
  return Init(arguments, terminal, stop).run();
}

}  // namespace scalper::cli
