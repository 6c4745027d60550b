#include <gtest/gtest.h>

#include <random>

#include "base/escape.h"
#include "validate/contract.h"

namespace scalper::tests {
namespace {

using std::string;
using Feeds = std::vector<std::tuple<string, string, std::vector<string>>>;  // name, prefix, suffixes

string in_quotes(const string& text) { return "'" + text + "'"; }

std::vector<ContractText> files_of(const Feeds& feeds) {
  std::vector<ContractText> files;
  for (const auto& [name, prefix, suffixes] : feeds) {
    string text = "contract: " + name + "\nmatch:\n  prefix: " + in_quotes(prefix) + "\n";
    if (!suffixes.empty()) text += "  suffix:\n";
    for (const string& suffix : suffixes) text += "    - " + in_quotes(suffix) + "\n";
    files.push_back({name + ".yaml", text});
  }
  return files;
}

string name_for(const ContractIndex& index, const string& key) {
  const auto contract = index.match(key);
  return contract ? contract->stamp().name : "none";
}

TEST(ContractMatch, TakesTheLongestPrefixThenTheLongestSuffix) {
  const CompiledSet set = compile_contracts(files_of({{"all-logs", "", {".log"}},
                                                      {"orders", "orders/", {}},
                                                      {"orders-csv", "orders/", {".csv", ".csv.gz"}},
                                                      {"orders-gz", "orders/", {".gz"}},
                                                      {"acme", "orders/acme/", {".csv"}},
                                                      {"ac", "orders/ac", {".txt"}}}));
  ASSERT_TRUE(set.index) << set.messages.front().message;
  const std::vector<std::pair<string, string>> cases = {
      {"orders/a.csv", "orders-csv"},
      {"orders/a.csv.gz", "orders-csv"},
      {"orders/a.gz", "orders-gz"},
      {"orders/a.json", "orders"},
      {"orders/acme/a.csv", "acme"},
      {"orders/acme/a.json", "orders"},
      {"orders/acme/a.txt", "ac"},
      {"orders/ac.txt", "ac"},
      {"orders/acme/a.csv.gz", "orders-csv"},
      {"orders/acme/x.log", "orders"},
      {"orders", "builtin"},
      {"x.log", "all-logs"},
      {"", "builtin"},
      {"orders/", "orders"},
      {"orders/\xff.csv", "orders-csv"},
      {"Orders/a.csv", "builtin"},
  };
  for (const auto& [key, want] : cases) EXPECT_EQ(name_for(*set.index, key), want) << escape_text(key);
}

TEST(ContractMatch, SendsTheRestWhereTheSetSays) {
  auto files = files_of({{"orders", "orders/", {}}});
  files.push_back({"set.yaml", "unmatched: quarantine\n"});
  const CompiledSet set = compile_contracts(files);
  ASSERT_TRUE(set.index);
  EXPECT_EQ(set.index->match("else"), nullptr);
  EXPECT_EQ(name_for(*set.index, "orders/a"), "orders");
  EXPECT_EQ(set.index->all().size(), 1U);
  files.back().text = "unmatched: builtin\n";
  EXPECT_EQ(name_for(*compile_contracts(files).index, "else"), "builtin");
}

bool fits(const string& key, const string& prefix, const string& suffix) {
  return key.starts_with(prefix) && key.ends_with(suffix);
}

// Against a look at each, on texts of two letters so that prefixes nest.
TEST(ContractMatch, AgreesWithALookAtEach) {
  std::mt19937 random(4711);
  const auto word = [&](std::size_t most) {
    string text(random() % (most + 1), 'a');
    for (char& c : text) c = random() % 2 == 0 ? 'a' : 'b';
    return text;
  };
  for (int round = 0; round < 60; ++round) {
    Feeds feeds;
    std::map<std::pair<string, string>, string> taken;
    for (int i = 0; i < 40; ++i) {
      const string name = "c" + std::to_string(i);
      const string prefix = word(5);
      const string suffix = word(3);
      if (!taken.try_emplace({prefix, suffix}, name).second) continue;
      feeds.emplace_back(name, prefix, suffix.empty() ? std::vector<string>{} : std::vector<string>{suffix});
    }
    const CompiledSet set = compile_contracts(files_of(feeds));
    ASSERT_TRUE(set.index) << set.messages.front().message;
    for (int i = 0; i < 200; ++i) {
      const string key = word(10);
      std::tuple<std::size_t, std::size_t, string> best{0, 0, "builtin"};
      for (const auto& [what, name] : taken)
        if (fits(key, what.first, what.second))
          best = std::max(best, {what.first.size() + 1, what.second.size(), name});
      ASSERT_EQ(name_for(*set.index, key), std::get<2>(best)) << key << " in round " << round;
    }
  }
}

TEST(ContractMatch, HoldsThousands) {
  Feeds feeds;
  for (int i = 0; i < 5000; ++i)
    feeds.emplace_back("c" + std::to_string(i), "p/" + std::to_string(i) + "/", std::vector<string>{".csv"});
  const CompiledSet set = compile_contracts(files_of(feeds));
  ASSERT_TRUE(set.index);
  for (int i = 0; i < 5000; i += 7)
    EXPECT_EQ(name_for(*set.index, "p/" + std::to_string(i) + "/x.csv"), "c" + std::to_string(i));
  EXPECT_EQ(set.index->all().size(), 5001U);
}

}  // namespace
}  // namespace scalper::tests
