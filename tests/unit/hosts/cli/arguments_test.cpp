// What a person gets who types something else than the program knows: help of a family, and the nearest name.
#include "hosts/cli/arguments.h"

#include <gtest/gtest.h>

#include <sstream>

#include "hosts/cli/program.h"
#include "hosts/cli/verbs.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

struct Ended {
  int code = 0;
  std::string out;
  std::string err;
};

Ended run(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal({out, err, false, false});
  const int code = run_program(words, terminal, {}, "0");
  return {code, out.str(), err.str()};
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Arguments, EveryFamilyHasHelp) {
  for (const VerbSpec& verb : verbs()) {
    const std::size_t space = verb.name.find(' ');
    if (space == std::string_view::npos) continue;
    const std::string family(verb.name.substr(0, space));
    for (const auto& words : std::vector<std::vector<std::string>>{
             {family, "--help"}, {family, "-h"}, {family, "help"}, {"help", family}}) {
      const Ended ended = run(words);
      EXPECT_EQ(ended.code, kExitOk) << family;
      EXPECT_TRUE(says(ended.out, "scalper " + std::string(verb.name))) << ended.out;
      EXPECT_EQ(ended.err, "");
    }
    const Ended bare = run({family});
    EXPECT_EQ(bare.code, kExitUsage);
    EXPECT_EQ(bare.out, "");
    EXPECT_TRUE(says(bare.err, "scalper " + std::string(verb.name))) << bare.err;
  }
}

TEST(Arguments, EveryVerbHasHelpInThreeWays) {
  for (const VerbSpec& verb : verbs()) {
    std::vector<std::string> words;
    std::istringstream name{std::string(verb.name)};
    for (std::string word; name >> word;) words.push_back(word);
    std::vector<std::string> asked = words;
    asked.insert(asked.begin(), "help");
    const Ended first = run(asked);
    words.emplace_back("--help");
    const Ended second = run(words);
    EXPECT_EQ(first.code, kExitOk) << verb.name;
    EXPECT_EQ(first.out, second.out);
    EXPECT_TRUE(says(first.out, "SYNOPSIS\n  scalper " + std::string(verb.name)) || verb.synopsis.empty()) << first.out;
    if (words.size() < 3) continue;
    EXPECT_EQ(run({words[0], "help", words[1]}).out, first.out);
  }
}

TEST(Arguments, TheSynopsisNamesWhereAVerbAsks) {
  for (const VerbSpec& verb : verbs())
    for (const OptionSpec& option : verb.options)
      for (const std::string_view where : {"--url", "--aws", "--data"})
        EXPECT_TRUE(option.name != where || says(std::string(verb.synopsis), std::string(where))) << verb.name;
}

TEST(Arguments, NamesTheNearestVerb) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> all = {
      {{"chek", "a"}, "did you mean \"check\"?"},
      {{"statsu", "a"}, "did you mean \"status\"?"},
      {{"contrct", "lint"}, "did you mean \"contract\"?"},
      {{"contract", "lnit", "a"}, "there is no verb \"contract lnit\"; did you mean \"contract lint\"?"},
      {{"contract-lint", "a"}, "did you mean \"contract lint\"?"},
      {{"lint", "a"}, "did you mean \"contract lint\"?"},
      {{"help", "relase"}, "did you mean \"release\"?"},
      {{"help", "token", "lst"}, "did you mean \"token list\"?"},
      {{"check", "--jsno", "a"}, "no option \"--jsno\"; did you mean \"--json\"?"},
      {{"ls", "--statsu=valid"}, "no option \"--statsu\"; did you mean \"--status\"?"}};
  for (const auto& [words, hint] : all) {
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, kExitUsage) << words[0];
    EXPECT_TRUE(says(ended.err, hint)) << ended.err;
  }
  const Ended far = run({"quetzalcoatl"});
  EXPECT_EQ(far.code, kExitUsage);
  EXPECT_FALSE(says(far.err, "did you mean")) << far.err;
  EXPECT_TRUE(says(far.err, "'scalper --help'")) << far.err;
}

TEST(Arguments, AnOperandThatLooksLikeAnOptionIsNoneBehindTwoDashes) {
  EXPECT_FALSE(says(run({"check", "--", "--jsno"}).err, "no option"));
}

TEST(Arguments, NamesTheNearestFindingCode) {
  const Ended near = run({"explain", "--data", "/nonexistent", "csv.row_widht"});
  EXPECT_EQ(near.code, kExitNotFound);
  EXPECT_TRUE(says(near.err, "no finding code \"csv.row_widht\"; did you mean \"csv.row_width\"?")) << near.err;
  const Ended family = run({"explain", "--data", "/nonexistent", "gzip.nosuch_code_at_all"});
  EXPECT_EQ(family.code, kExitNotFound);
  EXPECT_TRUE(says(family.err, "gzip.trailing") || says(family.err, "gzip.")) << family.err;
  EXPECT_FALSE(says(run({"explain", "--data", "/nonexistent", "orders/a.csv"}).err, "finding code"));
}

}  // namespace
}  // namespace scalper::cli
