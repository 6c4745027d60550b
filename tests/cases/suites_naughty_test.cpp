// minimaxir/big-list-of-naughty-strings: as cells, headers, members and names.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "base/escape.h"
#include "support/check_layer.h"
#include "support/csv_traces.h"
#include "support/suites.h"
#include "validate/formats/csv.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"

namespace scalper::tests {
namespace {

namespace json = boost::json;

std::vector<std::string> naughty_strings(const std::filesystem::path& folder) {
  std::vector<std::string> strings;
  const json::value list = json::parse(read_file(folder / "blns.json"));
  for (const json::value& value : list.as_array()) strings.emplace_back(std::string_view(value.as_string()));
  return strings;
}

std::string quoted_cell(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

// No finding but those of `allowed`; that whatever is said is harmless is checked by briefs_of().
void expect_codes(MakeChecker make, const std::string& text, const std::set<std::string>& allowed) {
  static_cast<void>(briefs_of(make, text, {}, 60));
  for (const Finding& finding : findings_of(make, {text})) {
    EXPECT_TRUE(allowed.count(finding.code) > 0)
        << escape_text(text, 300) << ": " << finding.code << " " << finding.message;
  }
}

TEST(SuiteNaughtyStrings, AreHarmlessInCellsAndHeaders) {
  SCALPER_SUITE_OR_SKIP(folder, "naughty-strings");
  const std::vector<std::string> strings = naughty_strings(*folder);
  ASSERT_GT(strings.size(), 500U);
  for (const std::string& text : strings) {
    const std::string cell = quoted_cell(text);
    expect_codes(make_csv_checker, "id,text\n1," + cell + "\n", {"safety.csv_formula", "csv.nul"});
    expect_codes(make_csv_checker, "id," + cell + "\n1\n",
                 {"safety.csv_formula", "csv.nul", "csv.header_empty", "csv.row_width", "csv.header_duplicate"});
    const CsvRows want = {{"id", "text"}, {"1", text}};
    EXPECT_EQ(csv_rows({"id,text\r\n1," + cell}), want);
  }
}

TEST(SuiteNaughtyStrings, AreHarmlessInMembersAndNames) {
  SCALPER_SUITE_OR_SKIP(folder, "naughty-strings");
  for (const std::string& text : naughty_strings(*folder)) {
    const std::string written = json::serialize(json::value(text));
    expect_codes(make_json_checker, "{\"a\":" + written + "," + written + ":[1]}", {"json.duplicate_key"});
    expect_codes(make_ndjson_checker, "{" + written + ":1," + written + ":2}\n", {"json.duplicate_key"});
  }
}

// As files: whatever the verdict, nobody crashes and nothing is said that a terminal would obey.
TEST(SuiteNaughtyStrings, AreHarmlessAsWholeFiles) {
  SCALPER_SUITE_OR_SKIP(folder, "naughty-strings");
  for (const std::string& text : naughty_strings(*folder)) {
    for (const MakeChecker make : {make_json_checker, make_ndjson_checker, make_csv_checker}) {
      static_cast<void>(briefs_of(make, text + "\n" + text, {}, 60));
    }
  }
}

}  // namespace
}  // namespace scalper::tests
