#include "base/base64.h"

#include <gtest/gtest.h>

#include <random>

namespace scalper {
namespace {

// RFC 4648, section 10.
TEST(Base64, WritesTheVectorsOfItsStandard) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), text);
    EXPECT_EQ(from_base64(text), plain);
  }
}

TEST(Base64, TakesBackExactlyWhatItWrites) {
  std::mt19937 random(20261125);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 70, '\0');
    for (char& c : bytes) c = static_cast<char>(random() & 0xFFU);
    ASSERT_EQ(from_base64(to_base64(as_bytes(bytes))), bytes);
  }
}

TEST(Base64, RefusesEverythingElse) {
  for (const char* const wrong : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Zm9v=", "Z===", "Zm9vZg", "Zm 9v", "Zm9v\n",
                                  "Zm-v", "Zm_v", "Zh==", "Zm9=", "Zg==Zg=="})
    EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace scalper
