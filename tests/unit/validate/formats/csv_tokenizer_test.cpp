#include "validate/formats/csv_tokenizer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/escape.h"
#include "support/csv_traces.h"
#include "validate/formats/csv_formula.h"

namespace scalper::tests {
namespace {

using namespace std::string_literals;

void expect_as_reference_by(const std::string& text, const CsvOptions& options, std::size_t every) {
  const CsvTrace want = csv_reference_trace(text, options);
  for_each_cut(
      text,
      [&](const Chunks& chunks) {
        const CsvTrace got = csv_trace(chunks, options);
        const auto differ = std::mismatch(got.begin(), got.end(), want.begin(), want.end());
        ASSERT_TRUE(got == want) << "got " << (differ.first == got.end() ? "the end" : *differ.first) << ", not "
                                 << (differ.second == want.end() ? "the end" : *differ.second) << " of "
                                 << escape_text(text, 2000) << " in " << chunks.size() << " chunks, first "
                                 << chunks.front().size() << ", cells " << static_cast<int>(options.cells)
                                 << (options.portable ? ", portable" : "");
      },
      every);
}

void expect_as_reference(const std::string& text, CsvOptions options = {}, std::size_t every = 300) {
  for (const CsvCells cells : {CsvCells::kAll, CsvCells::kSuspicious, CsvCells::kNone}) {
    for (const bool portable : {false, true}) {
      options.cells = cells;
      options.portable = portable;
      expect_as_reference_by(text, options, every);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(CsvTokenizer, ReadsCellsAndRows) {
  const CsvRows want = {{"a", "b", ""}, {"1", "x,\r\n\"y\"", "z"}, {"", "", ""}, {"last"}};
  EXPECT_EQ(csv_rows({"a,b,\n1,\"x,\r\n\"\"y\"\"\",z\n\n,,\nlast"}), want);
  const CsvRows semicolons = {{"a", "b,c"}, {"d'", "e"}};
  EXPECT_EQ(csv_rows({"a;b,c\r\n'd''';e\r\n"}, {.delimiter = ';', .quote = '\''}), semicolons);
}

TEST(CsvTokenizer, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, CsvTrace>> cases = {
      {"a,b\n\"x\"y,z\n", {"row 0 2", "behind 7 0 2", "row 4 2"}},
      {"a,b\nx\"y\",z\n", {"row 0 2", "bare 5 0 2", "row 4 2"}},
      {"a,b\n1,\"x\n\n", {"row 0 2", "unclosed 6 1 2"}},
      {"a,b\n1,\0\n\0"s, {"row 0 2", "nul 6 1 2", "row 4 2", "row 8 1"}},
      {"a\nb\r\nc\n", {"row 0 1", "row 2 1", "ends 3 0 2", "row 5 1"}},
      {"a\r\nb\rc", {"row 0 1", "row 3 1", "ends 4 0 2", "row 5 1"}},
      {"a\rb\r", {"row 0 1", "row 2 1"}},
      {"a,b\n\n,", {"row 0 2", "blank 4", "row 5 2"}},
      {"", {}},
      {"\"\"", {"row 0 1"}},
  };
  for (const auto& [text, want] : cases) {
    EXPECT_EQ(csv_trace({text}, {.cells = CsvCells::kNone}), want) << escape_text(text);
    expect_as_reference(text);
  }
}

TEST(CsvTokenizer, KnowsFormulas) {
  for (const char* cell : {"=1+1", "=A1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x", "\t=1", "\r\n=1", "--A1"}) {
    EXPECT_TRUE(csv_formula_like(cell)) << cell;
  }
  for (const char* cell :
       {"", "=", "-", "+", "@", "-5", "+49 170 / 123-4", "-1,234.50", "-1.5e-7", "--", "a=1", "- 3 %", "1@2"}) {
    EXPECT_FALSE(csv_formula_like(cell)) << cell;
  }
}

TEST(CsvTokenizer, LongCellsComeInPiecesAndHaveALimit) {
  const std::size_t piece = CsvTokenizer::kPiece;
  for (const std::size_t size : {piece - 1, piece, piece + 1, 2 * piece + 7}) {
    const std::string x(size, 'x');
    expect_as_reference("a," + x + ",\"" + x + "\"\"" + x + "\"\n", {}, 0);
    expect_as_reference("a,b\n=" + x + ",\"" + x + "\"z\n", {.longest_cell = piece}, 0);
  }
}

TEST(CsvTokenizer, AgreesWithTheReferenceOnRandomBytes) {
  const std::vector<std::string> alphabets = {
      "ab,\n\"\r",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,,,,,\n\"",
      "a1,,,,\r\n=-+@5\"\t",
      "a,\n\"\"\"\"\0"s,
      "-5,+3.2,=x,@y\n\"\"\t",
      "abcdefgh;,\t|\n",
  };
  std::mt19937 random(7);
  for (int round = 0; round < 1000; ++round) {
    const std::string& alphabet = alphabets[static_cast<std::size_t>(round) % alphabets.size()];
    std::string text;
    for (std::size_t n = random() % 300; n > 0; --n) text += alphabet[random() % alphabet.size()];
    const char delimiter = round % 5 == 0 ? '\t' : round % 7 == 0 ? ';' : ',';
    const std::uint64_t width = random() % 4;
    expect_as_reference(text, {.delimiter = delimiter, .longest_cell = 70, .width = width}, round % 20 == 0 ? 400 : 0);
    if (HasFatalFailure()) FAIL() << "round " << round;
  }
}

// Tables that are right but for one byte, long enough for whole blocks.
TEST(CsvTokenizer, AgreesWithTheReferenceOnTablesWithOneFault) {
  std::mt19937 random(11);
  const std::vector<std::string> cells = {"1",
                                          "-2.5",
                                          "plain text",
                                          "\"quoted, with comma\"",
                                          "\"two \"\"quotes\"\"\"",
                                          "",
                                          "\"\"",
                                          "\"line\nbreak\"",
                                          "=SUM(A1)",
                                          "\"=x\"",
                                          "\"-7\"",
                                          "\"\t=1\""};
  for (int round = 0; round < 400; ++round) {
    std::string text;
    const std::string end = round % 3 == 0 ? "\r\n" : "\n";
    for (std::size_t row = 0; row < 12; ++row) {
      for (std::size_t column = 0; column < 5; ++column) {
        text += (column == 0 ? "" : ",") + cells[random() % (round % 2 == 0 ? 3 : cells.size())];
      }
      text += end;
    }
    if (round % 4 != 0) text[random() % text.size()] = "\"\r\n,\0x="[random() % 7];
    expect_as_reference(text, {.width = 5}, round % 30 == 0 ? 2000 : 0);
    if (HasFatalFailure()) FAIL() << "round " << round;
  }
}

// The fast path is taken, by both ways, and only from the rows on that were asked for.
TEST(CsvTokenizer, TellsRowsOfTheWantedWidthTogether) {
  std::string text;
  for (int row = 0; row < 100; ++row) text += row == 50 ? "1,2,3\n" : "4711,\"Smith, Ann\"\n";
  for (const bool portable : {false, true}) {
    const CsvOptions options = {.cells = CsvCells::kNone, .width = 2, .portable = portable};
    EXPECT_GT(csv_rows_alike(text, options), 80U) << portable;
    EXPECT_EQ(csv_rows_alike(text, {.cells = CsvCells::kNone, .portable = portable}), 0U) << portable;
    expect_as_reference(text, options, 0);
  }
}

TEST(CsvTokenizer, WantsOtherCellsAfterTheHeader) {
  class Header final : public CsvSink {
   public:
    void on_cell(const CsvCell& cell) override { cells += std::string(cell.text) + " "; }
    void on_row(const CsvRow& row) override {
      tokenizer->want(CsvCells::kNone);
      widths += std::to_string(row.width) + " ";
    }
    void on_fault(CsvFaultKind, std::uint64_t, std::uint64_t) override { ADD_FAILURE(); }
    CsvTokenizer* tokenizer = nullptr;
    std::string cells;
    std::string widths;
  };
  for (const std::string& end : {"\n"s, "\r\n"s}) {
    std::string text = "a,b" + end;
    for (const char* row :
         {"1,2", "3,4", "5,6", "1234567890,1234567890", "1234567890,1234567890", "1234567890,1234567890"}) {
      text += row + end;
    }
    for_each_cut(text, [&](const Chunks& chunks) {
      Header header;
      CsvTokenizer tokenizer(header, {.delimiter = ','});
      header.tokenizer = &tokenizer;
      feed_copies(chunks, [&](std::string_view chunk) { tokenizer.feed(chunk); });
      tokenizer.finish();
      ASSERT_EQ(header.cells, "a b ");
      ASSERT_EQ(header.widths, "2 2 2 2 2 2 2 ");
    });
  }
}

}  // namespace
}  // namespace scalper::tests
