// Every file of tests/cases/files comes to the verdict, the type and the codes that its list states, however it is cut.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/escape.h"
#include "support/whole_checks.h"
#include "validate/code_table.h"

namespace scalper::tests {
namespace {

constexpr std::size_t kSmall = 2048;      // cut at every byte
constexpr std::size_t kBigChunk = 65536;  // as hosts read
constexpr unsigned kSeed = 20261122;
constexpr int kRandomCuts = 20;

FileFacts facts_of(const FileCase& one) {
  FileFacts facts;
  facts.name = one.path;
  facts.size = one.bytes.size();
  return facts;
}

Chunks in_pieces(std::string_view text, std::size_t size) {
  Chunks chunks;
  for (std::size_t at = 0; at < text.size(); at += size) chunks.push_back(text.substr(at, size));
  return chunks;
}

Chunks at_random(std::string_view text, std::mt19937& random) {
  Chunks chunks;
  while (!text.empty()) {
    // Short and long pieces, and empty ones.
    const std::size_t most = std::size_t{1} << (random() % 17U);
    const std::size_t size = std::min<std::size_t>(random() % (most + 1), text.size());
    chunks.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return chunks;
}

std::string said(const Verdict& verdict) {
  std::string text = std::string(to_string(verdict.kind)) + " " + verdict.type;
  for (const Finding& f : verdict.findings) {
    text += "\n  " + f.code + " byte " + std::to_string(f.location.byte.value_or(0)) + " outer " +
            std::to_string(f.location.outer_byte.value_or(0)) + ": " + f.message;
  }
  return text;
}

TEST(FileCases, AreManyAndOfEveryKind) {
  std::set<std::string> verdicts;
  for (const FileCase& one : file_cases()) verdicts.insert(one.verdict);
  EXPECT_GE(file_cases().size(), 100U);
  EXPECT_EQ(verdicts, (std::set<std::string>{"invalid", "unverifiable", "valid"}));
}

TEST(FileCases, ComeToWhatTheirListStates) {
  for (const FileCase& one : file_cases()) {
    SCOPED_TRACE(one.path);
    const Verdict verdict = verdict_on(Chunks{one.bytes}, facts_of(one), one.contract);
    EXPECT_EQ(to_string(verdict.kind), one.verdict) << said(verdict);
    EXPECT_TRUE(one.type == "-" || verdict.type == one.type) << verdict.type;
    EXPECT_EQ(codes_of(verdict), one.codes) << said(verdict);
    EXPECT_EQ(verdict.size, one.bytes.size());
  }
}

TEST(FileCases, SayOnlyWhatTheTableHasAndATerminalBears) {
  for (const FileCase& one : file_cases()) {
    for (const Finding& finding : verdict_on(Chunks{one.bytes}, facts_of(one), one.contract).findings) {
      EXPECT_NE(find_code(finding.code), nullptr) << finding.code;
      EXPECT_TRUE(is_valid_utf8(finding.message)) << one.path;
      for (const char c : finding.message) EXPECT_TRUE(c < 0 || c >= ' ') << one.path << ": " << finding.code;
    }
  }
}

TEST(FileCases, DoNotDependOnCuts) {
  for (const FileCase& one : file_cases()) {
    SCOPED_TRACE(one.path);
    const std::string_view text = one.bytes;
    const Verdict whole = verdict_on(Chunks{text}, facts_of(one), one.contract);
    const auto same = [&](const Chunks& chunks, const std::string& how) {
      const Verdict cut = verdict_on(chunks, facts_of(one), one.contract);
      EXPECT_EQ(cut, whole) << how << "\n" << said(cut) << "\ninstead of\n" << said(whole);
      return cut == whole;
    };
    if (!same(in_pieces(text, 1), "byte by byte") || !same(in_pieces(text, kBigChunk), "64 KiB")) continue;
    for (std::size_t at = 1; at < text.size() && text.size() <= kSmall; ++at) {
      if (!same({text.substr(0, at), text.substr(at)}, "cut at " + std::to_string(at))) break;
    }
    std::mt19937 random(kSeed);
    for (int i = 0; i < kRandomCuts; ++i) {
      if (!same(at_random(text, random), "seed 20261122, cut " + std::to_string(i))) break;
    }
  }
}

// The same for files that are larger than what checkers and detection hold, plain and packed.
TEST(FileCases, LargerOnesDoNotDependOnCuts) {
  std::string table = "id,name,note\r\n";
  for (int i = 0; table.size() < 300'000; ++i) {
    table += std::to_string(i) + ",Zo\xC3\xAB " + std::to_string(i % 97) + ",\"a, b\"\r\n";
    if (i % 1000 == 999) table += "short\x01," + std::to_string(i) + "\n";
  }
  std::string lines;
  for (int i = 0; lines.size() < 300'000; ++i) {
    lines += "{\"id\": " + std::to_string(i) + ", \"v\": [1, 2.5e3, \"\\u00eb\"]" + (i % 700 == 5 ? "]\n" : "}\n");
  }
  std::string noise;
  std::mt19937 bytes(kSeed);
  while (noise.size() < 200'000) noise += static_cast<char>(bytes());
  const std::string members = gzip_of(table.substr(0, 100'001)) + gzip_of(table.substr(100'001));
  std::string damaged = members;
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x10);
  for (const auto& [name, text] :
       std::vector<std::pair<std::string, std::string>>{{"t.csv", table},
                                                        {"l.ndjson", lines},
                                                        {"t.csv.gz", gzip_of(table)},
                                                        {"l.ndjson.gz", gzip_of(lines)},
                                                        {"m.csv.gz", members},
                                                        {"d.csv.gz", damaged},
                                                        {"t.txt", table},
                                                        {"n.txt", noise},
                                                        {"n.csv", noise},
                                                        {"n.json", noise},
                                                        {"l.json", lines},
                                                        {"t.csv.gz.gz", gzip_of(gzip_of(table))}}) {
    SCOPED_TRACE(name);
    FileFacts facts;
    facts.name = name;
    facts.size = text.size();
    const Verdict whole = verdict_on(Chunks{text}, facts);
    EXPECT_NE(whole.findings_total, 0U);
    EXPECT_EQ(verdict_on(in_pieces(text, 1), facts), whole);
    std::mt19937 random(kSeed);
    for (int i = 0; i < kRandomCuts; ++i) {
      const Verdict cut = verdict_on(at_random(text, random), facts);
      ASSERT_EQ(cut, whole) << "seed 20261122, cut " << i << "\n" << said(cut) << "\ninstead of\n" << said(whole);
    }
  }
}

}  // namespace
}  // namespace scalper::tests
