#include "model/access_token.h"

#include <gtest/gtest.h>

#include <set>

namespace scalper {
namespace {

TEST(AccessToken, TextIsRecognisedAndChecked) {
  const std::string text = new_token_text().value();
  EXPECT_EQ(text.size(), kTokenLength);
  EXPECT_TRUE(text.starts_with("scalper_"));
  EXPECT_TRUE(is_token_text(text));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(is_token_text(other)) << i;
  }
  for (const std::string& wrong : {std::string(), std::string("scalper_"), text + "a", text.substr(1), " " + text})
    EXPECT_FALSE(is_token_text(wrong));
}

// Known once and for all: tokens outlive programs.
TEST(AccessToken, TextKeepsItsForm) {
  const std::string body = "scalper_" + std::string(52, 'a');
  EXPECT_TRUE(is_token_text(body + "n2epqvy"));  // by Python's zlib.crc32 and base64.b32encode
}

TEST(AccessToken, TextsDiffer) {
  std::set<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.insert(new_token_text().value());
  EXPECT_EQ(texts.size(), 100U);
}

TEST(AccessToken, IsInForceUntilItExpiresOrIsRevoked) {
  const WallTime now{Millis{1000}};
  AccessToken token;
  EXPECT_TRUE(is_in_force(token, now));
  token.expires = now;
  EXPECT_FALSE(is_in_force(token, now));
  token.expires = now + Millis{1};
  EXPECT_TRUE(is_in_force(token, now));
  token.revoked = now + Millis{100};
  EXPECT_FALSE(is_in_force(token, now)) << "a clock that runs behind does not bring it back";
  EXPECT_EQ(end_of(token), now + Millis{1});
}

TEST(AccessToken, StoredTextIsReadStrictly) {
  AccessToken token{.hash = token_hash("x"), .name = "n", .role = Role::kUploader, .prefixes = {"a/"}};
  token.expires = WallTime{Millis{1'800'000'000'123}};
  const std::string text = token_to_json(token);
  EXPECT_EQ(token_from_json(text).value(), token);
  EXPECT_EQ(text.find("scalper_"), std::string::npos);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string other = text;
    const std::size_t at = other.find(from);
    return at == std::string::npos ? std::string("planted nothing") : other.replace(at, from.size(), to);
  };
  for (const std::string& wrong :
       {std::string(), std::string("[]"), std::string("{}"), with("uploader", "root"), with("uploader", "none"),
        with("uploader", "operator"), with("[\"a/\"]", "\"a/\""), with("\"a/\"", "7"),
        with("\"expires\":\"", "\"expires\":\"x"), with("\"name\":\"n\"", "\"name\":\"\"")})
    EXPECT_TRUE(token_from_json(wrong).failed_with(ErrorCode::kCorrupt)) << wrong;
}

}  // namespace
}  // namespace scalper
