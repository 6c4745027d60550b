// docs/findings.md is made of the table of codes and of the cases that give them. After a change write it again:
// SCALPER_WRITE_DOCS=1 build/bin/scalper_tests_unit --gtest_filter='FindingsPage.*'
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "base/escape.h"
#include "hosts/cli/explain_code.h"
#include "hosts/cli/program.h"
#include "hosts/local_exit_codes.h"
#include "model/location_text.h"
#include "support/suites.h"
#include "support/whole_checks.h"
#include "validate/code_table.h"

namespace scalper::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kPage = fs::path(SCALPER_SOURCE_DIR) / "docs" / "findings.md";
constexpr std::size_t kMostLines = 8;
constexpr std::size_t kLongestLine = 100;  // characters
constexpr std::size_t kLongestBinary = 60;
constexpr const char* kIntroduction =
    "# Finding codes\n\n"
    "What a check may say of a file. A code is stable; its message and its place are in the finding itself.\n\n"
    "- **error**: the file breaks a rule; its verdict is `invalid`.\n"
    "- **unverifiable**: something could not be checked; the verdict is `unverifiable`, unless there is an error as "
    "well.\n"
    "- **warning**: does not change the verdict.\n\n"
    "A contract may make some of them stricter or milder; the severity here is the one without. Each example is a "
    "file\n"
    "of `tests/cases/files`, shown with its bytes escaped, and what the engine says of it. `scalper explain CODE` "
    "prints "
    "a\n"
    "section of this page, which is made of `src/validate/code_table.cpp` and the cases;\n"
    "`tests/unit/validate/findings_page_test.cpp` says how to write it again.\n";

// Codes that no file has by itself, and what else it takes. Each of them has a test of its own where it is said.
const std::map<std::string, std::string>& without_file() {
  const std::string checksum = "It takes a file and a checksum that its sender stated.";
  const std::string hook = "It takes a contract with `hooks`, in a gate.";
  const std::string malware = "It takes a contract with `malware: require`, in a gate.";
  static const std::map<std::string, std::string> all = {
      {"checksum.metadata_malformed", checksum},
      {"checksum.mismatch", checksum},
      {"checksum.missing", "It takes a contract with `integrity.require`, and no checksum beside the file."},
      {"checksum.orphan", "It takes a gate, and a checksum file that waits in vain."},
      {"checksum.sidecar_malformed", "It takes a checksum file beside a file."},
      {"contract.no_checker",
       "It takes a contract with a key that `docs/contracts.md` calls *not yet* or *gate only*."},
      {"contract.unmatched", "It takes a set of contracts with `unmatched: quarantine`."},
      {"hook.failed", hook},
      {"hook.unavailable", hook},
      {"limit.cell", "It takes a cell of more than 16 MiB, or of more than 256 KiB under a schema."},
      {"limit.checksum_file", "It takes a checksum file of more than 1 MiB or 10,000 lines."},
      {"limit.columns", "It takes more names of columns than are compared."},
      {"limit.crashes", "It takes a gate whose checks ended three times while they read the file."},
      {"limit.entities", "It takes thousands of declared entities."},
      {"limit.time", "It takes a contract with `limits.time_per_gib`, and a slow machine."},
      {"malware.failed", malware},
      {"malware.found", malware},
      {"malware.unavailable", malware},
      {"malware.unscanned", malware},
      {"route.target_conflict", "It takes a gate, and an output key that something else holds."},
      {"store.unreadable", "It takes a gate whose store fails."},
      {"type.declared", "It takes a sender who declares a media type with the upload."},
  };
  return all;
}

std::string family_of(std::string_view code) { return std::string(code.substr(0, code.find('.'))); }

// The section that the page has now, or nothing.
std::string section_now(std::string_view page, std::string_view code) {
  const std::string heading = "\n### `" + std::string(code) + "`\n";
  const std::size_t at = page.find(heading);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = page.substr(at + heading.size());
  return std::string(rest.substr(0, std::min(rest.find("\n## "), rest.find("\n### "))));
}

struct Example {
  const FileCase* file = nullptr;
  Finding finding;
};

// For each code the case that the page shows now, as long as it gives the code; else the smallest one that does. So a
// new case does not change the page.
std::map<std::string, Example> examples(const std::string& page) {
  std::map<std::string, std::string> shown;
  for (const FindingCode& code : all_codes()) shown[std::string(code.code)] = section_now(page, code.code);
  std::map<std::string, Example> all;
  for (const FileCase& one : file_cases()) {
    FileFacts facts;
    facts.name = one.path;
    facts.size = one.bytes.size();
    for (const Finding& finding : verdict_on(Chunks{one.bytes}, facts, one.contract).findings) {
      Example& known = all[finding.code];
      const std::string mark = "`tests/cases/files/" + one.path + "`";
      const bool kept = shown[finding.code].find(mark) != std::string::npos;
      if (known.file == &one) continue;
      if (known.file == nullptr || kept || one.bytes.size() < known.file->bytes.size()) {
        const bool stays =
            known.file != nullptr && !kept &&
            shown[finding.code].find("`tests/cases/files/" + known.file->path + "`") != std::string::npos;
        if (!stays) known = {&one, finding};
      }
    }
  }
  return all;
}

bool is_plain(std::string_view bytes) {
  return is_valid_utf8(bytes) && std::none_of(bytes.begin(), bytes.end(), [](char c) {
           return (c >= 0 && c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7F;
         });
}

std::string bytes_shown(std::string_view bytes) {
  if (!is_plain(bytes)) return "    " + escape_text(bytes, kLongestBinary) + "\n";
  std::string out;
  for (std::size_t line = 0; !bytes.empty(); ++line) {
    if (line == kMostLines) return out + "    ...\n";
    const std::size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
    out += "    " + escape_text(bytes.substr(0, end), kLongestLine) + "\n";
    bytes.remove_prefix(end);
  }
  return out;
}

std::string example_text(const Example& example) {
  const FileCase& file = *example.file;
  const std::string contract = file.contract->stamp().name;
  return "- Example: `tests/cases/files/" + file.path + "`, " + std::to_string(file.bytes.size()) + " bytes" +
         (contract == "builtin" ? "" : ", under the contract `" + contract + "` of `tests/cases/contracts`") + ":\n\n" +
         (file.bytes.empty() ? std::string("    (no bytes)\n") : bytes_shown(file.bytes)) + "\n> " +
         example.finding.message + location_text(example.finding.location) + "\n";
}

std::string page_of(const std::string& now) {
  const auto known = examples(now);
  std::string text = kIntroduction;
  std::string family;
  for (const FindingCode& code : all_codes()) {
    if (family_of(code.code) != family) {
      family = family_of(code.code);
      text += "\n## " + family + "\n";
    }
    const std::string name(code.code);
    text += "\n### `" + name + "`\n\n- Severity: " + std::string(to_string(code.severity)) +
            "\n- Cause: " + std::string(code.cause) + "\n- Remedy: " + std::string(code.remedy) + "\n";
    if (const auto example = known.find(name); example != known.end()) {
      text += example_text(example->second);
    } else if (const auto why = without_file().find(name); why != without_file().end()) {
      text += "- No example: " + why->second + "\n";
    }
  }
  return text;
}

TEST(FindingsPage, IsThatOfTheTableAndTheCases) {
  const std::string now = read_file(kPage);
  const std::string page = page_of(now);
  if (std::getenv("SCALPER_WRITE_DOCS") != nullptr) {
    std::ofstream(kPage, std::ios::binary) << page;
    GTEST_SKIP() << "docs/findings.md was written";
  }
  EXPECT_TRUE(now == page) << "write it again: SCALPER_WRITE_DOCS=1 build/bin/scalper_tests_unit "
                              "--gtest_filter='FindingsPage.*'";
}

TEST(FindingsPage, HasAnExampleOfEveryCodeThatAFileCanHave) {
  const auto known = examples(read_file(kPage));
  for (const FindingCode& code : all_codes()) {
    const std::string name(code.code);
    EXPECT_NE(known.contains(name), without_file().contains(name))
        << name << ": a case in tests/cases/files gives it, or without_file() says what else it takes; never both";
  }
  for (const auto& [code, why] : without_file()) EXPECT_NE(find_code(code), nullptr) << code << ": " << why;
}

TEST(FindingsPage, IsPrintedSectionBySection) {
  for (const FindingCode& code : all_codes()) {
    std::ostringstream out;
    std::ostringstream err;
    cli::Terminal terminal({out, err, false, false});
    EXPECT_EQ(cli::run_program({"explain", std::string(code.code)}, terminal, {}, "0"), kExitOk) << err.str();
    EXPECT_TRUE(out.str().starts_with(std::string(code.code) + "\n\nSeverity: ")) << out.str();
    EXPECT_NE(out.str().find("Cause: " + std::string(code.cause)), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("Remedy: " + std::string(code.remedy)), std::string::npos) << out.str();
    EXPECT_EQ(out.str().find("##"), std::string::npos) << out.str();
  }
}

}  // namespace
}  // namespace scalper::tests
