// TOML: the places of findings, and the bounds.
#include "validate/formats/toml.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"

namespace scalper::tests {
namespace {

using Briefs = std::vector<std::string>;

Briefs briefs(const std::string& text, const ContractSettings& settings = {}) {
  return briefs_of(make_toml_checker, text, settings);
}

TEST(Toml, NamesThePlaceOfWhatIsWrong) {
  const std::vector<std::pair<std::string, Briefs>> cases = {
      {"a = 1\nb = \n", {"toml.syntax 10 2"}},
      {"a = 1 2\n", {"toml.syntax 6 1"}},
      {"a.b = 1\na = 2\n", {"toml.duplicate_key 8 2"}},
      {"a = 1\na.b = 2\n", {"toml.duplicate_key 6 2"}},
      {"[a]\n[b]\n[a]\n", {"toml.table 9 3"}},
      {"[[a]]\n[a]\n", {"toml.table 7 2"}},
      {"a = \"x\n", {"toml.string 4 1"}},
      {"a = \"\\x\"\n", {"toml.string 5 1"}},
      {"a = '''\n\nx", {"toml.string 4 1"}},
      {"a = [\n1,\n.5]\n", {"toml.number 9 3"}},
      {"a = 2021-13-01\n", {"toml.date_time 4 1"}},
      {"a = {b = 1, b = 2}\n", {"toml.duplicate_key 12 1"}},
      {"\n\na = 1 # \x7F\n", {"toml.character 10 3"}},
      {"a = 1\n# \xFF\n", {"encoding.utf8 8 2"}},
      {"[a]\nb.c = 1\n[a.b]\n", {"toml.table 15 3"}},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(briefs(text), expected) << text;
}

TEST(Toml, AByteOrderMarkIsForbiddenWhereTheContractSaysSo) {
  ContractSettings settings;
  EXPECT_EQ(briefs("\xEF\xBB\xBF"
                   "a = 1\n",
                   settings),
            Briefs{});
  settings.text.bom = Strictness::kError;
  EXPECT_EQ(briefs("\xEF\xBB\xBF"
                   "a = 1\n",
                   settings),
            Briefs{"text.bom 0 1"});
}

TEST(Toml, HasBounds) {
  EXPECT_EQ(briefs("a = '" + std::string(kMostTomlDocument, 'x') + "'\n"), Briefs{"limit.memory 0 1"});
  EXPECT_EQ(briefs("a = '" + std::string(kMostTomlDocument - 7, 'x') + "'\n"), Briefs{});
  std::string keys;
  for (std::size_t i = 0; i <= kMostTomlKeys; ++i) keys += "k" + std::to_string(i) + "=1\n";
  const Briefs many = briefs(keys);
  ASSERT_EQ(many.size(), 1U);
  EXPECT_TRUE(many[0].starts_with("limit.memory ")) << many[0];
}

}  // namespace
}  // namespace scalper::tests
