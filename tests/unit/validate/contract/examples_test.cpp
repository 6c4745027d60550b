// The examples of docs/contracts.md are what happens: each contract is linted, each file judged, each sentence
// compared. After a change write what is told again: SCALPER_WRITE_DOCS=1 build/bin/scalper_tests_unit
// --gtest_filter='ContractExamples.*'
//
// In the chapter "Examples" a contract is a block of YAML, its schemas blocks of JSON that begin with a comment
// `# name`. A line that begins with a name in ticks and " is " says what a file comes to; the file is the block behind
// it, or, where its name has a folder, a file of the source.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "support/suites.h"
#include "support/whole_checks.h"
#include "validate/contract.h"
#include "validate/contract/grammar.h"
#include "validate/contract/tree.h"

namespace scalper::grammar {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SCALPER_SOURCE_DIR;
const fs::path kPage = kSource / "docs" / "contracts.md";
constexpr std::string_view kChapter = "\n## Examples\n";

std::string told(const Verdict& verdict) {
  std::string text(to_string(verdict.kind));
  if (verdict.findings.empty()) return text;
  const Finding& first = verdict.findings.front();
  return text + ", `" + first.code + "`: " + first.message;
}

// The keys that the contract states: "csv.delimiter".
void collect_keys(const ContractNode& node, const std::string& path, std::set<std::string>& keys) {
  for (const ContractNode& child : node.children) {
    const std::string full = path.empty() ? child.key : path + "." + child.key;
    if (find_key(full) != nullptr) {
      keys.insert(full);
    } else {
      collect_keys(child, full, keys);
    }
  }
}

// Walks the chapter line by line.
class Examples {
 public:
  explicit Examples(const std::string& page) {
    const std::size_t at = page.find(kChapter);
    before_ = page.substr(0, at == std::string::npos ? page.size() : at);
    std::istringstream lines(at == std::string::npos ? std::string() : page.substr(at));
    for (std::string line; std::getline(lines, line);) lines_.push_back(line);
  }

  void run() {
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      const std::string& line = lines_[at_];
      if (line.starts_with("### ")) begin_example();
      if (line.starts_with("```yaml")) files_ = {{"example.yaml", block()}};
      if (line.starts_with("```json") && lines_[at_ + 1].starts_with("# ")) add_schema();
      if (line.starts_with("`") && line.find("` is ") != std::string::npos) judge();
    }
    begin_example();
  }

  [[nodiscard]] std::string page() const {
    std::string text = before_;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

  std::vector<std::string> wrong;
  std::set<std::string> shown;  // keys of contracts that have a good file and one that is not
  int judged = 0;

 private:
  // The lines of the block that begins here; afterwards at its end.
  std::string block() {
    std::string text;
    for (++at_; at_ < lines_.size() && lines_[at_] != "```"; ++at_) text += lines_[at_] + "\n";
    return text;
  }

  void add_schema() {
    const std::string name = lines_[at_ + 1].substr(2);
    const std::string text = block();
    files_.push_back({name, text.substr(text.find('\n') + 1)});
  }

  void begin_example() {
    if (good_ && bad_) shown.insert(keys_.begin(), keys_.end());
    good_ = bad_ = false;
    keys_.clear();
    files_.clear();
  }

  void judge() {
    const std::size_t said_at = at_;
    const std::string line = lines_[at_];
    const std::string name = line.substr(1, line.find('`', 1) - 1);
    const bool of_source = name.find('/') != std::string::npos;
    std::string bytes;
    if (of_source) {
      bytes = tests::read_file(kSource / name);
    } else {
      while (at_ + 1 < lines_.size() && !lines_[at_].starts_with("```")) ++at_;
      bytes = block();
    }
    const CompiledSet set = compile_contracts(files_);
    for (const LintMessage& message : set.messages) wrong.push_back(line + ": lint: " + message.message);
    if (set.index == nullptr || set.index->all().empty()) return;
    FileFacts facts;
    facts.name = name;
    facts.size = bytes.size();
    const Verdict verdict = tests::verdict_on(tests::Chunks{bytes}, facts, set.index->all().front());
    const std::string now = "`" + name + "` is " + told(verdict) + (of_source ? "" : ":");
    if (now != line) wrong.push_back(line + "\n  now: " + now);
    lines_[said_at] = now;
    ++judged;
    (verdict.kind == VerdictKind::kValid ? good_ : bad_) = true;
    std::vector<LintMessage> unsaid;
    Lint lint("", unsaid);
    if (const auto tree = read_yaml(files_.front().text, lint)) collect_keys(*tree, "", keys_);
  }

  std::string before_;
  std::vector<std::string> lines_;
  std::size_t at_ = 0;
  std::vector<ContractText> files_;
  std::set<std::string> keys_;
  bool good_ = false;
  bool bad_ = false;
};

TEST(ContractExamples, AreWhatHappens) {
  Examples examples(tests::read_file(kPage));
  examples.run();
  if (std::getenv("SCALPER_WRITE_DOCS") != nullptr) {
    std::ofstream(kPage, std::ios::binary) << examples.page();
    GTEST_SKIP() << "docs/contracts.md was written";
  }
  for (const std::string& wrong : examples.wrong) ADD_FAILURE() << wrong;
  EXPECT_GT(examples.judged, 60);
}

// Keys whose effect is no matter of a contract and a file alone.
const std::set<std::string> kElsewhere = {
    "contract",       "description", "match.prefix", "match.suffix",    "integrity.require",  "integrity.from",
    "integrity.wait", "malware",     "hooks",        "limits.findings", "limits.time_per_gib"};

TEST(ContractExamples, ThereIsOneForEveryKeyThatIsChecked) {
  Examples examples(tests::read_file(kPage));
  examples.run();
  for (const Key& key : all_keys()) {
    if (key.built != Built::kYes || kElsewhere.contains(std::string(key.path))) continue;
    EXPECT_TRUE(examples.shown.contains(std::string(key.path)))
        << key.path << ": docs/contracts.md has no example with a good file and one that is not";
  }
}

}  // namespace
}  // namespace scalper::grammar
