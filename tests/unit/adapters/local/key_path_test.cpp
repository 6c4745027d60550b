#include "adapters/local/key_path.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/escape.h"
#include "model/file_id.h"

namespace scalper {
namespace {

using namespace std::string_literals;

const std::string kId = "abcdefghijklmnopqrstuvwxyz";

struct Golden {
  std::string key;
  std::string path;
  Tree tree = Tree::kPlain;
  PathShape shape = {};
};

// The rules of key_path.h, one by one. A change here moves the files of those who upgrade.
const std::vector<Golden>& golden() {
  static const std::vector<Golden> table = {
      {"a.csv", "a.csv"},
      {"orders/2026/a.csv", "orders/2026/a.csv"},
      {"a b+c~d", "a b+c~d"},
      {"back\\slash:*?\"<>|", "back\\slash:*?\"<>|"},
      {"caf\xc3\xa9", "caf\xc3\xa9"},
      {".hidden", ".hidden"},
      {"x.part", "x.part"},
      {"-rf", "-rf"},
      // %XX
      {"100%", "100%25"},
      {"a%20b", "a%2520b"},
      {"%f", "%25f"},
      {"tab\there", "tab%09here"},
      {"\x01\x1f\x7f", "%01%1F%7F"},
      {"nul\0in"s, "nul%00in"},
      {"bad\xff\xfeutf8", "bad%FF%FEutf8"},
      {"cut\xc3", "cut%C3"},
      {"over\xc0\xafslash", "over%C0%AFslash"},
      {"\xed\xa0\x80", "%ED%A0%80"},
      // dots
      {".", "%2E"},
      {"..", "%2E%2E"},
      {"../up", "%2E%2E/up"},
      {"a/../b", "a/%2E%2E/b"},
      {"a/.", "a/%2E"},
      {"...", "..."},
      {"..a", "..a"},
      {".scalper", "%2Escalper"},
      {".scalper/in/x", "%2Escalper/in/x"},
      {".scalper2", "%2Escalper2"},
      {"a/.scalper", "a/.scalper"},
      // empty segments and slashes at the end
      {"a//b", "a/%00/b"},
      {"/lead", "%00/lead"},
      {"folder/", "folder%2F"},
      {"a/folder/", "a/folder%2F"},
      {"/", "%2F"},
      {"//", "%00/%2F"},
      {"a//", "a/%2F"},
      {"\0"s, "%00%~" + hash26("\0"s)},
      {"a/\0/b"s, "a/%00%~" + hash26("\0"s) + "/b"},
      // long segments
      {std::string(200, 'k'), std::string(200, 'k')},
      {std::string(201, 'k'), std::string(120, 'k') + "%~" + hash26(std::string(201, 'k'))},
      {std::string(300, 's') + "/t", std::string(120, 's') + "%~" + hash26(std::string(300, 's')) + "/t"},
      {std::string(67, '\n'),
       [] {
         std::string name;
         for (int i = 0; i < 40; ++i) name += "%0A";
         return name + "%~" + hash26(std::string(67, '\n'));
       }()},
      {std::string(119, 'k') + "\xc3\xa9" + std::string(100, 'k'),
       std::string(119, 'k') + "%~" + hash26(std::string(119, 'k') + "\xc3\xa9" + std::string(100, 'k'))},
      // a file where a folder is, and the reverse
      {"a", "a%f", Tree::kPlain, {{}, true}},
      {"a/b", "a%2Fb", Tree::kPlain, {{0}, false}},
      {"a/b/c", "a%2Fb/c", Tree::kPlain, {{0}, false}},
      {"a/b/c", "a/b%2Fc", Tree::kPlain, {{1}, false}},
      {"a/b/c", "a%2Fb%2Fc%f", Tree::kPlain, {{0, 1}, true}},
      {"a/b/", "a%2Fb%2F", Tree::kPlain, {{0}, false}},
      {"a//b", "a%2F/b", Tree::kPlain, {{0}, false}},
      // quarantine
      {"a.csv/" + kId, kId + "--a.csv", Tree::kQuarantine},
      {"orders/a.csv/" + kId, "orders/" + kId + "--a.csv", Tree::kQuarantine},
      {"folder//" + kId, kId + "--folder%2F", Tree::kQuarantine},
      {".scalper/" + kId, kId + "--.scalper", Tree::kQuarantine},
      {"../" + kId, kId + "--%2E%2E", Tree::kQuarantine},
      {"a/b/" + kId, kId + "--a%2Fb%f", Tree::kQuarantine, {{0}, true}},
      {"reports/" + kId + "/1", "reports/" + kId + "/1", Tree::kQuarantine},
      {"/" + kId, "%00/" + kId, Tree::kQuarantine},
      {kId, kId, Tree::kQuarantine},
      {kId + "--a", "%61" + kId.substr(1) + "--a", Tree::kQuarantine},
      {"x/" + kId + "--a", "x/%61" + kId.substr(1) + "--a", Tree::kQuarantine},
      {"x/" + kId + "--a/" + kId, "x/" + kId + "--" + kId + "--a", Tree::kQuarantine},
      {"a.csv/" + kId, "a.csv/" + kId, Tree::kPlain},
  };
  return table;
}

TEST(KeyPath, GoldenTable) {
  for (const Golden& row : golden()) {
    SCOPED_TRACE(escape_text(row.key));
    EXPECT_EQ(path_of_key(ObjectKey{row.key}, row.tree, row.shape), row.path);
    const auto back = key_of_path(row.path, row.tree);
    if (row.path.find("%~") != std::string::npos) {
      EXPECT_FALSE(back) << "only the meta file knows";
    } else {
      ASSERT_TRUE(back);
      EXPECT_EQ(back->value(), row.key);
    }
  }
}

TEST(KeyPath, RefusesPathsThatNoKeyHas) {
  for (const std::string path : {"",     "%",   "%2",     "%zz", "%2e",    "%41",      "a%20b",    "%2Ea",  "a//b",
                                 "/a",   "a/",  ".",      "..",  "a/../b", ".scalper", "%00a%",    "tab\t", "\xff",
                                 "%FF%", "x%~", "%C3%A9", "f%",  "%f",     "a%f%f",    "%2E%2E%2E"})
    EXPECT_FALSE(key_of_path(path, Tree::kPlain)) << path;
  EXPECT_FALSE(key_of_path(kId + "--", Tree::kQuarantine).value_or(ObjectKey{}).value().ends_with("/" + kId));
  EXPECT_FALSE(key_of_path(std::string(201, 'k'), Tree::kPlain));
}

TEST(KeyPath, HashIsThatOfFileIds) {
  EXPECT_EQ(hash26("b\0k\0v"s), file_id({BucketName{"b"}, ObjectKey{"k"}, VersionId{"v"}}).value());
}

// Keys made of the pieces that rules speak of: no two share a path, every path is safe, and the way back holds.
TEST(KeyPath, IsInjectiveAndSafe) {
  const std::vector<std::string> pieces = {"/",
                                           "/",
                                           "a",
                                           "%",
                                           "%00",
                                           "%2F",
                                           "%f",
                                           "%~",
                                           ".",
                                           "..",
                                           "\0"s,
                                           "\x01",
                                           "\xff",
                                           "\xc3\xa9",
                                           ".scalper",
                                           kId,
                                           kId + "--",
                                           "--",
                                           std::string(120, 'x'),
                                           std::string(81, 'y')};
  constexpr unsigned kSeed = 20;
  std::mt19937 random(kSeed);
  for (const Tree tree : {Tree::kPlain, Tree::kQuarantine}) {
    std::map<std::string, std::string> key_at;
    for (int i = 0; i < 20000; ++i) {
      std::string key;
      for (auto n = 1 + random() % 5; n > 0; --n) key += pieces[random() % pieces.size()];
      const std::string path = path_of_key(ObjectKey{key}, tree);
      const auto [at, fresh] = key_at.emplace(path, key);
      ASSERT_EQ(at->second, key) << "two keys at " << escape_text(path) << ", seed " << kSeed;
      const auto back = key_of_path(path, tree);
      if (path.find("%~") == std::string::npos) {
        ASSERT_TRUE(back) << escape_text(path);
        ASSERT_EQ(back->value(), key);
      }
      for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string name = path.substr(begin, end - begin);
        ASSERT_FALSE(name.empty() || name == "." || name == "..") << escape_text(key);
        ASSERT_LE(name.size(), 230U);
        ASSERT_TRUE(is_valid_utf8(name));
        ASSERT_EQ(name.find('\0'), std::string::npos);
        begin = end + 1;
      }
    }
  }
}

}  // namespace
}  // namespace scalper
