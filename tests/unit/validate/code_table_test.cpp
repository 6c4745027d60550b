// The table of finding codes, and the page that is made of it: docs/findings.md. After a change of the table write the
// page again: SCALPER_WRITE_DOCS=1 build/bin/scalper_tests_unit --gtest_filter='FindingsPage.*'
#include "validate/code_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "support/suites.h"

namespace scalper::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SCALPER_SOURCE_DIR;

std::string family_of(std::string_view code) { return std::string(code.substr(0, code.find('.'))); }

// Table cells of Markdown: a bar would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string page() {
  std::ostringstream out;
  out << "# Finding codes\n\n"
         "What a check may say of a file. A code is stable; its message and its place are in the finding itself.\n\n"
         "- **error**: the file breaks a rule; its verdict is `invalid`.\n"
         "- **unverifiable**: something could not be checked; the verdict is `unverifiable`, unless there is an error "
         "as "
         "well.\n"
         "- **warning**: does not change the verdict.\n\n"
         "A contract may make some of them stricter or milder; the severity here is the one without. This page is made "
         "of\n"
         "`src/validate/code_table.cpp`; `tests/unit/validate/code_table_test.cpp` says how to write it again.\n";
  std::string family;
  for (const FindingCode& code : all_codes()) {
    if (family_of(code.code) != family) {
      family = family_of(code.code);
      out << "\n## " << family << "\n\n| Code | Severity | Cause | Remedy |\n|---|---|---|---|\n";
    }
    out << "| `" << code.code << "` | " << to_string(code.severity) << " | " << cell(code.cause) << " | "
        << cell(code.remedy) << " |\n";
  }
  return out.str();
}

TEST(FindingsPage, IsThatOfTheTable) {
  const fs::path path = kSource / "docs" / "findings.md";
  if (std::getenv("SCALPER_WRITE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << page();
    GTEST_SKIP() << "docs/findings.md was written";
  }
  EXPECT_EQ(read_file(path), page()) << "write it again: SCALPER_WRITE_DOCS=1 build/bin/scalper_tests_unit "
                                        "--gtest_filter='FindingsPage.*'";
}

TEST(CodeTable, HasWholeSentencesInStableFamilies) {
  const std::set<std::string> families = {
      "size",  "type",    "checksum", "encoding", "json",  "ndjson", "schema", "csv",         "table",   "xml",
      "zip",   "archive", "tar",      "gzip",     "image", "pdf",    "safety", "signature",   "malware", "hook",
      "limit", "route",   "store",    "contract", "text",  "yaml",   "toml",   "compression", "parquet"};
  for (const FindingCode& code : all_codes()) {
    EXPECT_EQ(families.count(family_of(code.code)), 1U) << code.code;
    EXPECT_TRUE(code.cause.ends_with('.') && code.cause.size() > 10) << code.code;
    EXPECT_TRUE(code.remedy.ends_with('.') && code.remedy.size() > 4) << code.code;
    EXPECT_EQ(find_code(code.code), &code);
  }
  EXPECT_EQ(find_code("csv.nothing"), nullptr);
}

// A code that nothing says is a promise that nothing keeps.
TEST(CodeTable, HasOnlyWhatTheSourceSays) {
  std::map<std::string, int> said;
  for (const FindingCode& code : all_codes()) said['"' + std::string(code.code) + '"'] = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kSource / "src")) {
    if (entry.path().extension() != ".cpp" || entry.path().filename() == "code_table.cpp") continue;
    const std::string text = read_file(entry.path());
    for (auto& [code, count] : said) count += text.find(code) != std::string::npos ? 1 : 0;
  }
  for (const auto& [code, count] : said) EXPECT_GT(count, 0) << code << " is said nowhere";
}

}  // namespace
}  // namespace scalper::tests
