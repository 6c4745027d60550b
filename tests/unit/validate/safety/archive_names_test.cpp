#include "validate/safety/archive_names.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/escape.h"

namespace scalper::tests {
namespace {

// The codes that the names of one archive bring about, in their order; "/" at the end makes a folder.
std::vector<std::string> judged(const std::vector<std::string>& names, NameText text = NameText::kUtf8,
                                std::size_t memory = Budget::kCheckers) {
  Findings findings(1000);
  Budget budget(memory);
  const ContractSettings settings;
  Layer layer;
  layer.settings = &settings;
  layer.findings = &findings;
  layer.budget = &budget;
  ArchiveNames judge(layer);
  std::uint64_t at = 0;
  for (const std::string& name : names)
    if (!judge.judge(name, text, name.ends_with('/'), at++)) break;
  std::vector<std::string> codes;
  for (const Finding& finding : findings.kept()) codes.push_back(finding.code);
  return codes;
}

using Codes = std::vector<std::string>;

TEST(ArchiveNames, HarmlessOnesPass) {
  for (const char* name : {"a", "a/b/c.csv", "./a", "a..b", "...a", ".hidden", "a/.b/..c", "Zo\xC3\xAB", "con1",
                           "comma", "lpt", "lpt10", "auxiliary.txt", "a b", "\xF0\x9F\x98\x80.txt", "b/"})
    EXPECT_EQ(judged({name}), Codes{}) << name;
}

TEST(ArchiveNames, WhatLeavesTheFolderOrCannotBeAName) {
  const std::string nul("a\0b", 3);
  for (const std::string& name :
       {std::string(), std::string(".."), std::string("../a"), std::string("a/../b"), std::string("a/.."),
        std::string("/"), std::string("/a"), std::string("//host/share"), std::string("c:a"), std::string("Z:/a"),
        std::string("a\\b"), std::string("\\\\host\\a"), nul, std::string("a\nb"), std::string("a\x7F"),
        std::string("a\xE2\x80\xAE"
                    "b"),
        std::string("a\xE2\x81\xA6"
                    "b"),
        std::string(256, 'a'), std::string("\xFF")})
    EXPECT_EQ(judged({name}), Codes{"archive.name"}) << escape_text(name);
  std::string long_name;
  while (long_name.size() <= kMostNameBytes) long_name += "abc/";
  EXPECT_EQ(judged({long_name + "x"}), Codes{"archive.name"});
}

TEST(ArchiveNames, WhatWindowsReadsOtherwiseIsAWarning) {
  for (const char* name : {"con",         "CON.txt", "a/nul",    "aux.c",      "COM1.csv", "lpt9", "com0",
                           "com\xC2\xB2", "clock$",  "con .txt", "nul:stream", "a.",       "a ",   "a./b",
                           "b /c",        "a?",      "a*b",      "a|b",        "a<b",      "a\"b", "file:stream"})
    EXPECT_EQ(judged({name}), Codes{"archive.name_windows"}) << name;
}

TEST(ArchiveNames, AnEncodingThatNobodyStates) {
  EXPECT_EQ(judged({"Zo\xC3\xAB"}, NameText::kUnstated), Codes{"archive.name_encoding"});
  EXPECT_EQ(judged({"Zo\x89"}, NameText::kUnstated), Codes{"archive.name_encoding"});
  EXPECT_EQ(judged({"Zoe"}, NameText::kUnstated), Codes{});
}

TEST(ArchiveNames, ClashWhereSomeSystemTakesTwoForOne) {
  const std::vector<std::vector<std::string>> pairs = {{"a", "a"},
                                                       {"a", "A"},
                                                       {"a/b", "A/B"},
                                                       {"a", "./a"},
                                                       {"a", "a."},
                                                       {"a/b", "a//b"},
                                                       {"a/b", "a./b "},
                                                       {"\xC3\xAB", "e\xCC\x88"},
                                                       {"ss", "\xC3\x9F"},
                                                       {"\xC3\x89", "e\xCC\x81"},
                                                       {"\xCE\xA3", "\xCF\x82"},
                                                       {"\xEF\xAC\x81", "fi"},
                                                       {"a", "a/"},
                                                       {"a/", "a"},
                                                       {"a", "a/b"},
                                                       {"A", "a/b/c"}};
  for (const auto& pair : pairs) {
    const Codes codes = judged(pair);
    EXPECT_EQ(std::count(codes.begin(), codes.end(), "archive.name_clash"), 1) << pair[0] << " " << pair[1];
  }
}

TEST(ArchiveNames, NoClashWhereAllSystemsTellThemApart) {
  EXPECT_EQ(judged({"b/", "b/", "B/", "b/a", "c/a", "c/b", "ab/c", "a", "a1", "a1c"}), Codes{});
  EXPECT_EQ(judged({"\xC3\xAB", "\xC3\xA9", "e"}), Codes{});
  EXPECT_EQ(judged({".", "./", "./"}), Codes{}) << "the folder itself";
}

TEST(ArchiveNames, SayWhereMemoryEnds) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back(std::to_string(i));
  EXPECT_EQ(judged(names), Codes{});
  EXPECT_EQ(judged(names, NameText::kUtf8, 4096), Codes{"limit.memory"});
}

TEST(ArchiveNames, LinksThatLeave) {
  for (const auto& [name, target] : std::vector<std::pair<std::string, std::string>>{{"a", ".."},
                                                                                     {"a", "../b"},
                                                                                     {"a/b", "../.."},
                                                                                     {"a/b", "../../c"},
                                                                                     {"a", "/b"},
                                                                                     {"a", "c:b"},
                                                                                     {"a", ""},
                                                                                     {"a", "b/.."},
                                                                                     {"a/b", "c/../../d"},
                                                                                     {"a", "b\\c"},
                                                                                     {"a", std::string("b\0c", 3)},
                                                                                     {"./a", "../b"},
                                                                                     {"a//b", "../../c"}})
    EXPECT_TRUE(link_leaves(name, target)) << name << " -> " << target;
  for (const auto& [name, target] : std::vector<std::pair<std::string, std::string>>{
           {"a", "b"}, {"a/b", "../c"}, {"a/b/c", "../../d"}, {"a", "./b"}, {"a", "..b"}, {"a", "b/c"}})
    EXPECT_FALSE(link_leaves(name, target)) << name << " -> " << target;
}

}  // namespace
}  // namespace scalper::tests
