#include "validate/integrity/checksum_file.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/escape.h"
#include "validate/code_table.h"
#include "validate/integrity/companion_reader.h"
#include "validate/integrity/digest_text.h"

namespace scalper::tests {
namespace {

using namespace std::string_literals;

const std::string kSha = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
const std::string kOtherSha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const std::string kMd5 = "b1946ac92492d2347c6235b4d2611184";
const std::string kUpper = "5891B5B522D5DF086D0FF0B110FBD9D21BB4FC7163AF34D08286A2E846F6BE03";

// "sha256 5891 a.csv 1, ..." or "code line, ..."
std::string brief(const ChecksumFile& file) {
  std::string text;
  for (const ChecksumEntry& entry : file.entries)
    text += std::string(digest_word(entry.kind)) + " " + entry.hex.substr(0, 4) + " " + escape_text(entry.key) + " " +
            std::to_string(entry.line) + ", ";
  for (const Finding& finding : file.findings) {
    EXPECT_NE(find_code(finding.code), nullptr) << finding.code;
    text += finding.code.substr(finding.code.find('.') + 1) + " " + std::to_string(finding.location.line.value_or(0)) +
            ", ";
  }
  return text.empty() ? text : text.substr(0, text.size() - 2);
}

std::string read(const std::string& key, const std::string& text) {
  const auto companion = companion_key(key);
  EXPECT_TRUE(companion) << key;
  return brief(parse_checksum_file(*companion, text));
}

struct Case {
  std::string key;
  std::string text;
  std::string want;
};

TEST(ChecksumFile, ReadsWhatToolsWrite) {
  const std::string one = "sha256 5891 in/a.csv 1";
  const std::vector<Case> cases = {
      {"in/a.csv.sha256", kSha, one},
      {"in/a.csv.sha256", kSha + "\n", one},
      {"in/a.csv.sha256", kSha + " \t\r\n\r\n", one},
      {"in/a.csv.sha256", kUpper + "  a.csv\n", one},
      {"in/a.csv.sha256", kSha + "  a.csv\n", one},
      {"in/a.csv.sha256", kSha + " *a.csv\r\n", one},
      {"in/a.csv.sha256", kSha + " ./a.csv\n", one},
      {"in/a.csv.sha256", kSha + "\ta.csv\n", one},
      {"in/a.csv.sha256", "SHA256 (a.csv) = " + kSha + "\n", one},
      {"in/a.csv.sha256", "SHA2-256(a.csv)= " + kSha + "\n", one},
      {"in/a.csv.sha256", "\xEF\xBB\xBF" + kSha + "  a.csv\n", one},
      {"in/a.csv.sha256", "# made by hand\n; and more\n\n" + kSha + "  a.csv", "sha256 5891 in/a.csv 4"},
      {"in/a.csv.sha256", kOtherSha + "  b.csv\n" + kSha + "  a.csv\n", "sha256 5891 in/a.csv 2"},
      {"in/a.csv.sha256", "SHA512 (a.csv) = 00\nMD5 (a.csv) = " + kMd5 + "\nSHA256 (a.csv) = " + kSha + "\n",
       "md5 b194 in/a.csv 2, sha256 5891 in/a.csv 3"},
      {"a.crc32", "CBF43926", "crc32 cbf4 a 1"},
      {"a.crc32c", "CRC32C (a) = e3069283", "crc32c e306 a 1"},
      {"a.md5", kMd5 + "  a", "md5 b194 a 1"},
      {"a.md5", kMd5 + "  a\n" + kMd5 + " *a\n", "md5 b194 a 1"},
      {"in/SHA256SUMS", kSha + "  a.csv\n" + kOtherSha + " *b/c d.csv\n",
       "sha256 5891 in/a.csv 1, sha256 e3b0 in/b/c d.csv 2"},
      {"SHA256SUMS", kSha + "   a\n" + kSha + "  b \n", "sha256 5891  a 1, sha256 5891 b  2"},
      {"SHA256SUMS", "\\" + kSha + "  a\\nb\\\\c\\rd\n", "sha256 5891 a\\nb\\\\c\\rd 1"},
      {"SHA256SUMS", kSha + "  a\\nb\n", "sha256 5891 a\\\\nb 1"},
      {"SHA256SUMS", "\\SHA256 (a\\nb) = " + kSha + "\n", "sha256 5891 a\\nb 1"},
      {"SHA256SUMS", "SHA256 (a (1).csv) = " + kSha + "\n", "sha256 5891 a (1).csv 1"},
      {"MD5SUMS", "SHA256 (a) = " + kSha + "\n", "sha256 5891 a 1"},
      {"bag/manifest-sha256.txt", kSha + "   data/100%25%0A.csv\n", "sha256 5891 bag/data/100%\\n.csv 1"},
      {"bag/manifest-sha256.txt", kSha + " \t*data/%41\n", "sha256 5891 bag/data/%41 1"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.key, c.text), c.want) << c.key << ": " << escape_text(c.text, 300);
}

TEST(ChecksumFile, RefusesTheWholeFileForOneBadLine) {
  const std::vector<Case> cases = {
      {"a.sha256", "", "sidecar_malformed 0"},
      {"a.sha256", "\n# nothing\n", "sidecar_malformed 0"},
      {"a.sha256", kMd5 + "  a\n", "sidecar_malformed 1"},
      {"a.sha256", kSha + "0  a\n", "sidecar_malformed 1"},
      {"a.sha256", kSha + "x  a\n", "sidecar_malformed 1"},
      {"a.sha256", kSha + "  b\n", "sidecar_malformed 0"},
      {"a.sha256", "SHA512 (a) = 00\n", "sidecar_malformed 0"},
      {"a.sha256", kSha + "\n" + kOtherSha + "\n", "sidecar_malformed 2"},
      {"a.sha256", "SHA256 (a) = " + kSha.substr(1) + "\n", "sidecar_malformed 1"},
      {"a.sha256", "SHA256 (a) " + kSha + "\n", "sidecar_malformed 1"},
      {"a.sha256", "SHA256 (a = " + kSha + "\n", "sidecar_malformed 1"},
      {"a.sha256",
       "\xFF\xFE"
       "5\0",
       "sidecar_malformed 0"},
      {"a.sha256", kSha + "  a\0\n"s, "sidecar_malformed 0"},
      {"a.sha256", "\x89PNG\r\n\x1A\n", "sidecar_malformed 1, sidecar_malformed 2"},
      {"SHA256SUMS", kSha + "\n", "sidecar_malformed 1"},
      {"SHA256SUMS", kSha + "  a\n" + kOtherSha + "  ./a\n", "sidecar_malformed 2"},
      {"SHA256SUMS", kSha + "  a\n" + kSha + "  ../b\n", "sidecar_malformed 2"},
      {"SHA256SUMS", kSha + "  /etc/passwd\n", "sidecar_malformed 1"},
      {"SHA256SUMS", kSha + "  SHA256SUMS\n", "sidecar_malformed 1"},
      {"SHA256SUMS", "\\" + kSha + "  a\\tb\n", "sidecar_malformed 1"},
      {"SHA256SUMS", "\\" + kSha + "  a\\", "sidecar_malformed 1"},
      {"SHA256SUMS", "<html>\n", "sidecar_malformed 1"},
      {"SHA256SUMS", std::string(kChecksumFileBytes + 1, '\n'), "checksum_file 0"},
      {"SHA256SUMS", std::string(kChecksumFileLines + 1, '\n'), "checksum_file 0"},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.key, c.text), c.want) << c.key << ": " << escape_text(c.text, 300);
}

TEST(ChecksumFile, CountsAllBadLinesAndEscapesWhatItQuotes) {
  std::string text;
  for (int i = 0; i < 25; ++i) text += "\x1B[31m\n";
  const ChecksumFile file = parse_checksum_file(*companion_key("SHA256SUMS"), text);
  EXPECT_EQ(file.findings_total, 25U);
  ASSERT_EQ(file.findings.size(), kChecksumFileFindings);
  EXPECT_NE(file.findings[0].message.find("\\x1B[31m"), std::string::npos);
  EXPECT_EQ(file.findings[1].location.byte, 6U);
}

TEST(CompanionReader, ReadsTheSameHoweverItIsCut) {
  const std::string text = kSha + "  a.csv\r\n# end\r\n";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, text.size()}) {
    CompanionReader reader(*companion_key("a.csv.sha256"));
    for (std::size_t at = 0; at < text.size(); at += step) reader.feed(as_bytes(text.substr(at, step)));
    const ReadCompanion read = reader.finish();
    EXPECT_EQ(brief(read.says), "sha256 5891 a.csv 1");
    EXPECT_EQ(read.verdict.kind, VerdictKind::kValid);
    EXPECT_EQ(read.verdict.size, text.size());
    EXPECT_EQ(read.verdict.digests.sha256, to_hex(sha256(as_bytes(text))));
  }
}

TEST(CompanionReader, HoldsNoMoreThanTheLimitOfAHugeFile) {
  const std::string chunk(65536, 'x');
  CompanionReader reader(*companion_key("a.csv.sha256"));
  for (int i = 0; i < 100; ++i) reader.feed(as_bytes(chunk));
  const ReadCompanion read = reader.finish();
  EXPECT_EQ(read.verdict.size, 6553600U);
  EXPECT_EQ(read.verdict.kind, VerdictKind::kUnverifiable);
  EXPECT_EQ(brief(read.says), "checksum_file 0");
}

TEST(CompanionReader, ShowsNoParserWhatCrashedOne) {
  CompanionReader reader(*companion_key("a.csv.sha256"), true);
  reader.feed(as_bytes("rubbish"));
  const ReadCompanion read = reader.finish();
  EXPECT_TRUE(read.says.ok() && read.says.entries.empty());
  EXPECT_EQ(read.verdict.size, 7U);
}

}  // namespace
}  // namespace scalper::tests
