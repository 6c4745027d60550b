// One order and one spelling of places, wherever a person reads them.
#include "model/location_text.h"

#include <gtest/gtest.h>

namespace scalper {
namespace {

TEST(LocationText, HasOneOrderFromOutsideIn) {
  Location where;
  EXPECT_EQ(location_text(where), "");
  where.byte = 258;
  EXPECT_EQ(location_text(where), " (byte 258)");
  where.line = 8;
  where.row = 7;
  where.column = "total";
  where.column_index = 5;
  EXPECT_EQ(location_text(where), " (line 8, row 7, column \"total\", byte 258)");
  where.pointer = "/a/0";
  where.path = {"a.zip", "b/c.csv"};
  EXPECT_EQ(location_text(where), " (in a.zip, in b/c.csv, line 8, row 7, column \"total\", at \"/a/0\", byte 258)");
}

TEST(LocationText, NumbersAColumnWithoutAName) {
  Location where;
  where.column_index = 3;
  EXPECT_EQ(location_text(where), " (column 3)");
  where.column = "";
  EXPECT_EQ(location_text(where), " (column 3)");
}

TEST(LocationText, EscapesWhatCameFromAFile) {
  Location where;
  where.column = "a\x1b[31m";
  where.pointer = "";
  where.path = {"\n"};
  EXPECT_EQ(location_text(where), " (in \\n, column \"a\\x1B[31m\", at the root)");
}

}  // namespace
}  // namespace scalper
