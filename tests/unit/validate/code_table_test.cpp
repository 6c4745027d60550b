// The table of finding codes. The page that is made of it, docs/findings.md, is in findings_page_test.cpp.
#include "validate/code_table.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "support/suites.h"

namespace scalper::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SCALPER_SOURCE_DIR;

std::string family_of(std::string_view code) { return std::string(code.substr(0, code.find('.'))); }

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
