#include "api/target.h"

#include <gtest/gtest.h>

namespace scalper::api {
namespace {

struct Case {
  const char* text;
  std::vector<std::string> segments;
  Parameters parameters;
};

TEST(ApiTarget, TakesTargetsApart) {
  const std::vector<Case> cases = {
      {"/", {}, {}},
      {"/v1/files", {"v1", "files"}, {}},
      {"/v1/files?", {"v1", "files"}, {}},
      {"/v1/files?a=b&c=d", {"v1", "files"}, {{"a", "b"}, {"c", "d"}}},
      {"/a%2Fb/c%20d", {"a/b", "c d"}, {}},
      {"/a+b?x=a+b%2B", {"a+b"}, {{"x", "a b+"}}},
      {"/x?flag", {"x"}, {{"flag", ""}}},
      {"/x?a=b=c", {"x"}, {{"a", "b=c"}}},
      {"/x?k=%00%ff", {"x"}, {{"k", std::string("\0\xff", 2)}}},
  };
  for (const Case& c : cases) {
    const auto target = parse_target(c.text);
    ASSERT_TRUE(target.ok()) << c.text;
    EXPECT_EQ((*target).segments, c.segments) << c.text;
    EXPECT_EQ((*target).parameters, c.parameters) << c.text;
  }
}

TEST(ApiTarget, RefusesWhatIsBroken) {
  for (const char* text : {"",      "v1",          "http://h/v1", "*",         "/a//b",   "//",       "/a/",
                           "/%",    "/%4",         "/%zz",        "/a%",       "/x?a=%1", "/a#b",     "/x?a=1&a=2",
                           "/x?=1", "/x?a=1&&b=2", "/a b",        "/\xc3\xa9", "/a\tb",   "/x?a=\x7f"})
    EXPECT_TRUE(parse_target(text).failed_with(ErrorCode::kInvalidArgument)) << text;
  std::string many = "/x?";
  for (std::size_t i = 0; i <= kMaxParameters; ++i) many += "p" + std::to_string(i) + "=1&";
  EXPECT_FALSE(parse_target(many).ok());
}

TEST(ApiTarget, EncodesWhatItDecodes) {
  std::string all;
  for (int c = 1; c < 256; ++c) all += static_cast<char>(c);
  const auto target = parse_target("/" + percent_encoded(all) + "?k=" + percent_encoded(all));
  ASSERT_TRUE(target.ok());
  EXPECT_EQ((*target).segments.at(0), all);
  EXPECT_EQ((*target).parameters.at("k"), all);
}

}  // namespace
}  // namespace scalper::api
