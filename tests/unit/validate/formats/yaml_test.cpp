// YAML: the places of findings, what a contract forbids, and the bounds.
#include "validate/formats/yaml.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"

namespace scalper::tests {
namespace {

using Briefs = std::vector<std::string>;

Briefs briefs(const std::string& text, const ContractSettings& settings = {}) {
  return briefs_of(make_yaml_checker, text, settings);
}

TEST(Yaml, NamesThePlaceOfWhatIsWrong) {
  const std::vector<std::pair<std::string, Briefs>> cases = {
      {"a: 1\nb: ]\n", {"yaml.syntax 8 2"}},
      {"a: 1\n---\nb: ]\n", {"yaml.syntax 12 3"}},
      {"# caf\xC3\xA9\n\xC3\xA9: ]\n", {"yaml.syntax 12 2"}},
      {"a: *b\n", {"yaml.alias 3 1"}},
      {"a: &x 1\n---\nb: *x\n", {"yaml.alias 15 3"}},
      {"a: 1\n\xC3\xA9: 2\na: 3\n", {"yaml.duplicate_key 11 3"}},
      {"{a: 1, a: 2, b: {a: 1}, a: 3}\n", {"yaml.duplicate_key 7 1", "yaml.duplicate_key 24 1"}},
      {"? [x, y]\n: 1\n? z\n: 2\n? z\n: 3\n", {"yaml.duplicate_key 23 5"}},
      {"a: 1\nb: \x01\n", {"yaml.character 8 2"}},
      {"a: 1\nb: \xFF\n", {"encoding.utf8 8 2"}},
      {"\xEF\xBB\xBF"
       "a: *b\n",
       {"yaml.alias 6 1"}},
      {"a: \"x\n", {"yaml.syntax 6 2"}},
      {"a: [1\n...\n", {"yaml.syntax 6 2"}},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(briefs(text), expected) << text;
}

TEST(Yaml, AnchorsAndAliasesAreForbiddenWhereTheContractSaysSo) {
  ContractSettings settings;
  settings.yaml.aliases = false;
  EXPECT_EQ(briefs("a: &x 1\nb: *x\n", settings), (Briefs{"yaml.alias_forbidden 3 1", "yaml.alias_forbidden 11 2"}));
  EXPECT_EQ(briefs("a: 1\n", settings), Briefs{});
  settings.text.bom = Strictness::kError;
  EXPECT_EQ(briefs("\xEF\xBB\xBF"
                   "a: 1\n",
                   settings),
            Briefs{"text.bom 0 1"});
}

TEST(Yaml, HasBounds) {
  const std::string longest(kMostYamlDocument - 4, 'x');
  EXPECT_EQ(briefs("a: " + longest + "\n"), Briefs{});
  EXPECT_EQ(briefs("a: " + longest + "x\n"), Briefs{"limit.memory 0 1"});
  EXPECT_EQ(briefs("--- a\n--- " + longest + "\n"), Briefs{"limit.memory 6 2"});
  std::string directives;
  for (std::size_t i = 0; i <= kMostYamlDirectives; ++i) directives += "%TAG !t" + std::to_string(i) + "! tag:x\n";
  EXPECT_EQ(briefs(directives + "--- a\n").at(0).substr(0, 11), "limit.token");
  std::string anchors;
  for (std::size_t i = 0; i <= kMostYamlAnchors; ++i) anchors += "- &a" + std::to_string(i) + "\n";
  const Briefs many = briefs(anchors + "- *unknown\n");
  ASSERT_EQ(many.size(), 1U);
  EXPECT_TRUE(many[0].starts_with("limit.memory ")) << many[0];
}

}  // namespace
}  // namespace scalper::tests
