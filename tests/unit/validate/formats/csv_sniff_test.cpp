#include "validate/formats/csv_sniff.h"

#include <gtest/gtest.h>

namespace scalper::tests {
namespace {

TEST(CsvSniff, FindsTheDelimiter) {
  struct Case {
    const char* text;
    char delimiter;
    std::optional<char> rival;
  };
  const Case cases[] = {
      {"a,b\n1,2\n", ',', {}},      {"a;b\n1,5;2\n", ';', {}},        {"a\tb\n1\t2,5\n", '\t', {}},
      {"a|b\n1|2\n", '|', {}},      {"one\ntwo\n", ',', {}},          {"", ',', {}},
      {"a,b;c\n1,2;3\n", ',', ';'}, {"a;b;c,d\n1;2;3,4\n", ';', ','}, {"name;note\nx;\"a, b, c\"\ny;z\n", ';', {}},
      {"a,b\n1,2\n3\n", ',', {}},   {"a b c, d\n1, 2\n", ',', {}},
  };
  for (const Case& c : cases) {
    const CsvSniffed got = sniff_csv(c.text, true, '"');
    EXPECT_EQ(got.delimiter, c.delimiter) << c.text;
    EXPECT_EQ(got.rival, c.rival) << c.text;
  }
}

TEST(CsvSniff, DoesNotCountARowThatTheSampleCuts) {
  EXPECT_EQ(sniff_csv("a;b;c\n1;2;3\n4;5", false, '"').delimiter, ';');
  EXPECT_FALSE(sniff_csv("a;b;c\n1;2;3\n4;5", false, '"').rival.has_value());
}

}  // namespace
}  // namespace scalper::tests
