#include "validate/formats/csv.h"

#include <gtest/gtest.h>

#include "base/escape.h"
#include "support/check_layer.h"

namespace scalper::tests {
namespace {

using namespace std::string_literals;
using Lines = std::vector<std::string>;

Lines csv(std::string_view text, const ContractSettings& settings = {}, std::size_t every = 400) {
  return briefs_of(make_csv_checker, text, settings, every);
}

TEST(CsvChecker, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, Lines>> cases = {
      {"a,b\n1,2\n", {}},
      {"a;b\r\n1,5;2\r\n", {}},
      {"a,b,c\n1,2,3\n1,2\n1,2,3,4\n", {"csv.row_width 12 3 2 #3 c", "csv.row_width 16 4 3 #4"}},
      {"a,b\n\"x\ny\",1\n2\n", {"csv.row_width 12 4 2 #2 b"}},
      {"a,b\n1,\"x\"y\n", {"csv.quote 9 2 1 #2 b"}},
      {"a,b\n1, \"x\"\n", {"csv.bare_quote 7 2 1 #2 b"}},
      {"a,b\n1,2\n3,\"x\n", {"csv.unclosed_quote 10 3 2 #2 b"}},
      {"a,b\n1,2\n\n3,4\n", {"csv.blank_line 8 3"}},
      {"a\n\nb\n", {}},
      {"a,b,a,\n1,2,3,4\n", {"csv.header_duplicate 4 1 #3 a", "csv.header_empty 6 1 #4 "}},
      {"a,b\r\n1,2\n", {"csv.line_ends 8 2"}},
      {"a,b\n1,\0\n"s, {"csv.nul 6 2 1 #2 b"}},
      {"a,b\n1,\xFF\n", {"encoding.utf8 6 2 1 #2 b"}},
      {"a,b\n1,\"\n\xC3(\"\n", {"encoding.utf8 8 3 1 #2 b"}},
      {"a,b\n1,\xE2\x82", {"encoding.utf8 6 2 1 #2 b"}},
      {"a,b;c\n1,2;3\n", {"csv.delimiter 0 1"}},
      {"\xEF\xBB\xBFname,b\n1\n", {"csv.row_width 10 2 1 #2 b"}},
      {"", {"csv.empty 0 1"}},
      {"\n", {"csv.blank_line 0 1", "csv.empty 0 1"}},
      {"a,b\n=1+1,x\n-5,\"@SUM(A1)\"\n", {"safety.csv_formula 4 2 1 #1 a", "safety.csv_formula 14 3 2 #2 b"}},
      {",b\n1,2\n", {"csv.header_empty 0 1 #1 "}},
      {"\n\n,b\n1,2\n", {"csv.blank_line 0 1", "csv.blank_line 1 2", "csv.header_empty 2 3 #1 "}},
      {"\na,b\n1\n", {"csv.blank_line 0 1", "csv.row_width 5 3 1 #2 b"}},
      {"=cmd,b\n", {"safety.csv_formula 0 1 #1 =cmd"}},
  };
  for (const auto& [text, want] : cases) EXPECT_EQ(csv(text), want) << escape_text(text);
}

TEST(CsvChecker, TakesTheContractAtItsWord) {
  ContractSettings settings;
  settings.csv.delimiter = ';';
  EXPECT_EQ(csv("a,b;c,d\n1;2\n", settings), Lines{});
  settings.csv.header = false;
  EXPECT_EQ(csv("1;1;\n2;2;3\n4;5\n", settings), Lines{"csv.row_width 11 3 3 #3"});
  EXPECT_EQ(csv("=A1;2\n", settings), Lines{"safety.csv_formula 0 1 1 #1"});
  settings.safety.csv_formula = Strictness::kAllow;
  EXPECT_EQ(csv("=A1;2\n", settings), Lines{});
  settings.safety.csv_formula = Strictness::kError;
  EXPECT_EQ(findings_of(make_csv_checker, {"=A1;2\n"}, settings).at(0).severity, Severity::kError);
  settings.csv.header = true;
  EXPECT_EQ(findings_of(make_csv_checker, {"a;a\n"}, settings).at(0).severity, Severity::kError);
  EXPECT_EQ(findings_of(make_csv_checker, {"a,a\n"}, {}).at(0).severity, Severity::kWarning);
  settings.csv.quote = '\'';
  EXPECT_EQ(csv("'a;b';c\n\"1;2\n", settings), Lines{});
  settings.text.bom = Strictness::kError;
  EXPECT_EQ(csv("\xEF\xBB\xBF"
                "a;b\n1;2\n",
                settings),
            Lines{"csv.bom 0 1"});
}

TEST(CsvChecker, FindsFaultsFarBehindTheFirstBytes) {
  std::string text = "id,name,note\n";
  while (text.size() < 40000) text += "17,\"Smith, \"\"Jo\"\"\",-12.5\n";
  const std::size_t rows = (text.size() - 13) / 25;
  EXPECT_EQ(csv(text, {}, 0), Lines{});
  const std::string place =
      std::to_string(text.size()) + " " + std::to_string(rows + 2) + " " + std::to_string(rows + 1);
  EXPECT_EQ(csv(text + "1,2\n", {}, 0), Lines{"csv.row_width " + place + " #3 note"});
}

TEST(CsvChecker, EscapesWhatItQuotes) {
  const std::vector<Finding> found = findings_of(make_csv_checker, {"a\n=\x1B[31m\n"}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].message.find("=\\x1B[31m"), std::string::npos) << found[0].message;
}

}  // namespace
}  // namespace scalper::tests
