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
#include "hosts/cli/contract_naming.h"
#include "hosts/cli/new_files.h"
#include "hosts/cli/progress_line.h"
#include "hosts/local_exit_codes.h"
#include "validate/detect/types.h"
#include "validate/integrity/companion_key.h"
#include "validate/learn/contract_draft.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kPathChars = 400;
constexpr std::size_t kMostSuffixes = 16;
constexpr std::size_t kMostTypesTold = 8;
constexpr std::chrono::milliseconds kTick{100};
constexpr int kExitSignalled = 128;  // and the number

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
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
  if (file.ends_with(".yaml") && is_contract_name(stem) && stem != "set") return Place{path.substr(0, slash), stem};
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
    std::vector<std::string> paths;
    paths.reserve(samples_.size());
    for (const FileToCheck& sample : samples_) paths.push_back(sample.path);
    choose_names(naming_of(paths));
    const std::string& name = naming_.name;
    if (!is_contract_name(name)) {
      terminal_.complain("--name takes at most 64 letters, digits, '.', '_' and '-', and not \"builtin\"; not \"" +
                         escape_text(name) + "\"");
      return kExitUsage;
    }
    const auto place = place_of(arguments_, name, terminal_);
    if (!place) return kExitUsage;
    if (const int code = learn(); code != kExitOk) return code;
    question_.name = name;
    question_.prefix = naming_.prefix;
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
    for (const FileToCheck& sample : samples_)
      if (const int code = find_sample(sample); code != kExitOk) return code;
    if (!samples_.empty() || stop_.token.stop_requested()) return stopped();
    terminal_.complain("there is no sample: no file but links, special files and checksum files");
    return kExitNotFound;
  }

  int find_sample(const FileToCheck& sample) {
    if (!sample.failure) return kExitOk;
    const bool missing = sample.failure->code() == ErrorCode::kNotFound;
    const std::string path = "\"" + escape_text(sample.path, kPathChars) + "\"";
    terminal_.complain(missing ? "there is no sample " + path + "; nothing was written"
                               : "the sample " + path + " cannot be read: " + sample.failure->message() +
                                     "; nothing was written");
    return missing ? kExitNotFound : kExitCouldNotRead;
  }

  // What was said wins; a name that was said stands for the keys as well.
  void choose_names(ContractNaming found) {
    naming_ = std::move(found);
    const bool named = arguments_.has("--name");
    if (named || arguments_.has("--output")) {
      naming_.name = named ? arguments_.value("--name") : as_contract_name(stem_of(arguments_.value("--output")));
      naming_.prefix = naming_.name + "/";
      naming_.why = named ? "from --name" : "from --output";
    }
    if (!arguments_.has("--prefix")) return;
    naming_.prefix = arguments_.value("--prefix");
    naming_.why = "from --prefix";
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
    terminal_.complain(file.verdict ? why : "a sample could not be read; nothing was written");
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
    tell_prefix(terminal_.err(), "nothing was written");
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
    tell_prefix(terminal_.out(), "look it through, then 'scalper contract lint " +
                                     escape_text(place.folder + files.front().path, kPathChars) + "'");
    return kExitOk;
  }

  // A wrong prefix is not seen in any verdict of the samples: in the gate it judges other keys.
  void tell_prefix(std::ostream& to, const std::string& next) const {
    to << (question_.samples == 1 ? "the sample is" : "all " + std::to_string(question_.samples) + " samples are")
       << " valid under it; it judges keys that begin with \"" << escape_text(question_.prefix) << "\" (" << naming_.why
       << "; another: --prefix P): " << next << "\n";
  }

  const Arguments& arguments_;
  Terminal& terminal_;
  const StopOrder& stop_;
  ContractNaming naming_;
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
