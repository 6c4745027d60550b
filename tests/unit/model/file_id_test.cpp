#include "model/file_id.h"

#include <gtest/gtest.h>

namespace scalper {
namespace {

// Expected by: printf 'input\0orders/a.csv\0v1' | sha256sum | xxd -r -p | base32 | cut -c1-26 | tr A-Z a-z
TEST(FileId, IsTheBase32OfTheFirst130Bits) {
  const FileId id = file_id({BucketName{"input"}, ObjectKey{"orders/a.csv"}, VersionId{"v1"}});
  EXPECT_EQ(id.value(), "tp4mbvp4ot72s5552kdfjf3ivw");
  EXPECT_TRUE(is_file_id(id.value()));
}

TEST(FileId, DiffersWhereTheBoundariesDiffer) {
  EXPECT_NE(file_id({BucketName{"a"}, ObjectKey{"b"}, VersionId{"c"}}),
            file_id({BucketName{"ab"}, ObjectKey{""}, VersionId{"c"}}));
}

TEST(FileId, RefusesOtherForms) {
  EXPECT_FALSE(is_file_id(""));
  EXPECT_FALSE(is_file_id("abcdefghijklmnopqrstuvwxy"));
  EXPECT_FALSE(is_file_id("ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
  EXPECT_FALSE(is_file_id("abcdefghijklmnopqrstuvwxy1"));
}

}  // namespace
}  // namespace scalper
