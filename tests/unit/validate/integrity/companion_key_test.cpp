#include "validate/integrity/companion_key.h"

#include <gtest/gtest.h>

namespace scalper::tests {
namespace {

std::string brief(const std::optional<CompanionKey>& key) {
  if (!key) return "none";
  if (key->form == CompanionKey::Form::kSidecar) return "sidecar of " + key->file + " in [" + key->folder + "]";
  return std::string(key->bagit ? "bagit" : "sums") + " in [" + key->folder + "]";
}

TEST(CompanionKey, KnowsCompanionsByTheirNames) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"a.csv.sha256", "sidecar of a.csv in []"},
      {"in/a.csv.md5", "sidecar of in/a.csv in [in/]"},
      {"in/b/a.crc64nvme", "sidecar of in/b/a in [in/b/]"},
      {"a.csv.crc32c", "sidecar of a.csv in []"},
      {"a.csv.sha1", "sidecar of a.csv in []"},
      {"a.sha256.md5", "sidecar of a.sha256 in []"},
      {"SHA256SUMS", "sums in []"},
      {"in/MD5SUMS", "sums in [in/]"},
      {"in/SHA1SUMS", "sums in [in/]"},
      {"bag/manifest-sha256.txt", "bagit in [bag/]"},
      {"a.csv", "none"},
      {".sha256", "none"},
      {"in/.sha256", "none"},
      {"sha256", "none"},
      {"a.SHA256", "none"},
      {"a.sha512", "none"},
      {"sha256sums", "none"},
      {"SHA256SUMS/a", "none"},
      {"SHA256SUMS.bak", "none"},
      {"manifest-sha512.txt", "none"},
      {"a.sha256/", "none"},
      {"", "none"},
  };
  for (const auto& [key, want] : cases) EXPECT_EQ(brief(companion_key(key)), want) << key;
}

std::vector<std::string> keys_of(const std::vector<CompanionKey>& all) {
  std::vector<std::string> keys;
  for (const CompanionKey& one : all) {
    EXPECT_EQ(companion_key(one.key), one);  // what is looked for is known when it comes
    keys.push_back(one.key);
  }
  return keys;
}

using Keys = std::vector<std::string>;

TEST(CompanionKey, NamesTheCandidatesOfAFile) {
  EXPECT_EQ(keys_of(sidecars_of("in/a.csv", DigestKind::kSha256)), Keys{"in/a.csv.sha256"});
  EXPECT_EQ(keys_of(sidecars_of("a", std::nullopt)),
            (Keys{"a.sha256", "a.sha1", "a.md5", "a.crc64nvme", "a.crc32c", "a.crc32"}));
  EXPECT_EQ(keys_of(sidecars_of(std::string(1020, 'x'), DigestKind::kSha256)), Keys{});
  EXPECT_EQ(keys_of(manifests_of("in/b/a.csv", DigestKind::kMd5, "in/")),
            (Keys{"in/b/MD5SUMS", "in/b/manifest-md5.txt", "in/MD5SUMS", "in/manifest-md5.txt"}));
  EXPECT_EQ(keys_of(manifests_of("in/b/a.csv", DigestKind::kMd5, "in/b/a")),
            (Keys{"in/b/MD5SUMS", "in/b/manifest-md5.txt"}));
  EXPECT_EQ(keys_of(manifests_of("a", DigestKind::kSha1, "")), (Keys{"SHA1SUMS", "manifest-sha1.txt"}));
  EXPECT_EQ(keys_of(manifests_of("1/2/3/4/5/6/7/8/9/a", DigestKind::kMd5, "")).size(), 2 * kManifestLevels);
  EXPECT_EQ(keys_of(manifests_of("SHA1SUMS", DigestKind::kSha1, "")), Keys{"manifest-sha1.txt"});
}

TEST(CompanionKey, NamesOnlyFilesOfItsFolderAndBelow) {
  const auto companion = companion_key("in/SHA256SUMS");
  ASSERT_TRUE(companion);
  const std::vector<std::pair<std::string, std::string>> good = {
      {"a.csv", "in/a.csv"}, {"./a.csv", "in/a.csv"}, {"././b/a", "in/b/a"}, {"..a", "in/..a"},
      {"a..", "in/a.."},     {" a", "in/ a"},         {"\xFF", "in/\xFF"},   {"SHA256SUMS/x", "in/SHA256SUMS/x"},
  };
  for (const auto& [name, want] : good) {
    const auto key = named_key(*companion, name);
    ASSERT_TRUE(key.ok()) << name;
    EXPECT_EQ(*key, want);
  }
  for (const char* const name : {"", "./", "/a", "/etc/passwd", "..", "../a", "b/../a", "b/..", "b/./a", "b//a", "b/",
                                 ".", ".//a", "SHA256SUMS", "./SHA256SUMS"})
    EXPECT_TRUE(named_key(*companion, name).failed_with(ErrorCode::kInvalidArgument)) << name;
  EXPECT_TRUE(named_key(*companion, std::string(1021, 'x')).ok());
  EXPECT_FALSE(named_key(*companion, std::string(1022, 'x')).ok());
}

}  // namespace
}  // namespace scalper::tests
