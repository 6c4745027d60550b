#include "validate/formats/compression.h"

#include <gtest/gtest.h>

#include "support/packers.h"
#include "support/whole_checks.h"

namespace scalper::tests {
namespace {

const Finding& only_finding(const Verdict& verdict) {
  static const Finding none;
  EXPECT_EQ(verdict.findings.size(), 1U) << codes_of(verdict);
  return verdict.findings.empty() ? none : verdict.findings[0];
}

ContractSettings with_archive(ArchiveSettings archive) {
  ContractSettings settings;
  settings.archive = std::move(archive);
  return settings;
}

std::string nested(std::string text, int times) {
  for (; times > 0; --times) text = gzip_of(text);
  return text;
}

TEST(Gzip, FindingsNameTheMemberInsideAndWhereItsBlockBegan) {
  const std::string first = gzip_of("a,b\n1,2\n");
  const Finding finding = only_finding(verdict_on(first + gzip_of("3,4\n5\n"), "in/t.csv.gz"));
  EXPECT_EQ(finding.code, "csv.row_width");
  EXPECT_EQ(finding.location.path, (std::vector<std::string>{"t.csv"}));
  EXPECT_EQ(finding.location.byte, 12U);
  EXPECT_EQ(finding.location.outer_byte, first.size());
  const Finding nested_finding = only_finding(verdict_on(nested("a,b\n5\n", 2), "t.csv.gz.gz"));
  EXPECT_EQ(nested_finding.location.path, (std::vector<std::string>{"t.csv.gz", "t.csv"}));
  EXPECT_EQ(nested_finding.location.outer_byte, 0U);
}

TEST(Gzip, RatioHoldsForTheWholeLayer) {
  const std::string dense(2 << 20U, 'a');
  const std::string packed = gzip_of(dense);
  EXPECT_EQ(codes_of(verdict_on(packed, "a.txt.gz")), "archive.ratio");
  const std::uint64_t ratio = dense.size() / packed.size();
  EXPECT_EQ(codes_of(verdict_on(packed, "a.txt.gz", with_archive({.max_ratio = ratio + 1, .member_types = {}}))), "-");
  EXPECT_EQ(codes_of(verdict_on(packed, "a.txt.gz", with_archive({.max_ratio = ratio, .member_types = {}}))),
            "archive.ratio");
  FileFacts unsized;
  unsized.name = "a.txt.gz";
  EXPECT_EQ(codes_of(verdict_on(Chunks{packed}, unsized)), "archive.ratio");
  // A layer inside has no known size either.
  EXPECT_EQ(codes_of(verdict_on(nested(dense, 2), "a.txt.gz.gz")), "archive.ratio");
  const Verdict bomb = verdict_on(packed, "a.txt.gz");
  EXPECT_EQ(only_finding(bomb).severity, Severity::kError);
  EXPECT_EQ(bomb.kind, VerdictKind::kInvalid);
}

TEST(Gzip, SmallFilesMayBeDense) {
  const std::string packed = gzip_of(std::string(kRatioLooked, 'a'));
  EXPECT_EQ(codes_of(verdict_on(packed, "a.txt.gz")), "-");
  EXPECT_EQ(codes_of(verdict_on(gzip_of(std::string(kRatioLooked + 1, 'a')), "a.txt.gz")), "archive.ratio");
}

TEST(Gzip, TotalAndDepthAreTheContracts) {
  const std::string packed = gzip_of("0123456789");
  EXPECT_EQ(codes_of(verdict_on(packed, "a.txt.gz", with_archive({.max_total = 10, .member_types = {}}))), "-");
  EXPECT_EQ(codes_of(verdict_on(packed, "a.txt.gz", with_archive({.max_total = 9, .member_types = {}}))),
            "archive.total");
  EXPECT_EQ(codes_of(verdict_on(nested("text", 5), "a.txt.gz.gz.gz.gz.gz")), "-");
  EXPECT_EQ(codes_of(verdict_on(nested("text", 6), "a.txt.gz.gz.gz.gz.gz.gz")), "archive.depth");
  EXPECT_EQ(codes_of(verdict_on(packed, "a.txt.gz", with_archive({.max_depth = 0, .member_types = {}}))),
            "archive.depth");
}

TEST(Gzip, TheEnginesOwnLimitsAreUnverifiable) {
  ContractSettings little;
  little.limits.decoder_memory = 1000;
  const Verdict windows = verdict_on(gzip_of("text"), "a.txt.gz", little);
  EXPECT_EQ(codes_of(windows), "limit.decoder");
  EXPECT_EQ(windows.kind, VerdictKind::kUnverifiable);
  ContractSettings deep;
  deep.archive.max_depth = 100'000;
  deep.limits.decoder_memory = std::uint64_t{1} << 40U;
  const Verdict layers = verdict_on(nested("text", 200), "a", deep);
  EXPECT_EQ(codes_of(layers), "limit.memory");
  EXPECT_EQ(layers.kind, VerdictKind::kUnverifiable);
}

TEST(Gzip, TypesOfTheContractMeanWhatIsInside) {
  ContractSettings csv;
  csv.types = {"text/csv"};
  EXPECT_EQ(codes_of(verdict_on(gzip_of("a,b\n1,2\n"), "a.csv.gz", csv)), "-");
  EXPECT_EQ(codes_of(verdict_on(gzip_of("{}"), "a.json.gz", csv)), "type.not_allowed");
  ContractSettings packed;
  packed.types = {"application/gzip"};
  EXPECT_EQ(codes_of(verdict_on(gzip_of("{}"), "a.json.gz", packed)), "-");
  EXPECT_EQ(codes_of(verdict_on("{}", "a.json", packed)), "type.not_allowed");
  packed.archive.member_types = {"text/csv"};
  EXPECT_EQ(codes_of(verdict_on(gzip_of("{}"), "a.json.gz", packed)), "type.not_allowed");
}

TEST(Gzip, WhatTheSenderDeclaredMayMeanWhatIsInside) {
  FileFacts facts;
  facts.name = "upload";
  facts.content_type = "text/csv";
  EXPECT_EQ(codes_of(verdict_on(Chunks{gzip_of("a,b\n1\n")}, facts)), "csv.row_width");
  facts.content_type = "application/x-gzip";
  EXPECT_EQ(codes_of(verdict_on(Chunks{gzip_of("a,b\n1\n")}, facts)), "-");
  facts.content_type = "image/png";
  EXPECT_EQ(codes_of(verdict_on(Chunks{gzip_of("a,b\n1\n")}, facts)), "type.declared");
}

TEST(Gzip, DamageEndsTheLayerAndNothingIsSaidOfItsContentsEnd) {
  const std::string packed = gzip_of("{\"a\": [1, 2, 3]}");
  const Finding cut = only_finding(verdict_on(packed.substr(0, packed.size() - 9), "a.json.gz"));
  EXPECT_EQ(cut.code, "gzip.truncated");
  EXPECT_EQ(cut.location.byte, packed.size() - 9);
  std::string damaged = packed;
  damaged[damaged.size() - 5] = static_cast<char>(damaged[damaged.size() - 5] ^ 1);
  EXPECT_EQ(only_finding(verdict_on(damaged, "a.json.gz")).code, "gzip.checksum");
}

TEST(Compression, EachFormatNamesTheMemberInsideAndWhereItsBlockBegan) {
  for (const Packer& packer : packers()) {
    SCOPED_TRACE(packer.extension);
    const std::string first = packer.pack("a,b\n1,2\n");
    const Finding finding = only_finding(verdict_on(first + packer.pack("3,4\n5\n"), "in/t.csv." + packer.extension));
    EXPECT_EQ(finding.code, "csv.row_width");
    EXPECT_EQ(finding.location.path, (std::vector<std::string>{"t.csv"}));
    EXPECT_EQ(finding.location.byte, 12U);
    EXPECT_EQ(finding.location.outer_byte, first.size());
  }
}

TEST(Compression, EachFormatHoldsTheContractsRatioAndTotal) {
  const std::string dense(8 << 20U, 'a');
  for (const Packer& packer : packers()) {
    SCOPED_TRACE(packer.extension);
    const std::string packed = packer.pack(dense);
    EXPECT_EQ(codes_of(verdict_on(packed, "a.txt." + packer.extension)), "archive.ratio");
    ArchiveSettings little;
    little.max_total = 1000;
    EXPECT_EQ(codes_of(verdict_on(packed, "a.txt." + packer.extension, with_archive(little))), "archive.total");
    EXPECT_EQ(codes_of(verdict_on(packer.pack("{}"), "a.json." + packer.extension)), "-");
  }
}

TEST(Compression, FormatsMayLieWithinEachOther) {
  std::string text = "a,b\n1,2\n";
  std::string name = "t.csv";
  for (const Packer& packer : packers()) {
    text = packer.pack(text);
    name += "." + packer.extension;
  }
  EXPECT_EQ(codes_of(verdict_on(text, name)), "-");
}

TEST(Compression, NoByteOfAFileMayBeLeftOutOrAdded) {
  for (const Packer& packer : packers()) {
    SCOPED_TRACE(packer.extension);
    const std::string packed = packer.pack("{\"order\": 17, \"lines\": [1, 2, 3]}\n");
    const std::string name = "a.json." + packer.extension;
    for (std::size_t size = 0; size < packed.size(); ++size)
      EXPECT_EQ(verdict_on(packed.substr(0, size), name).kind, VerdictKind::kInvalid) << size;
    for (const char more : {'x', '\x1F', 'B', '\0'})
      EXPECT_EQ(verdict_on(packed + more, name).kind, VerdictKind::kInvalid) << static_cast<int>(more);
  }
}

// With every checksum there, a flipped bit shows, unless the formats' own libraries decode the very same text from it
// (gzip's time, bits that fill a last byte, codes of bzip2 that no symbol uses).
TEST(Compression, EachFlippedBitShows) {
  const std::string text = "id,name\n1,first customer\n2,second customer\n";
  for (const Packer& packer : packers()) {
    SCOPED_TRACE(packer.extension);
    const std::string packed = packer.pack(text);
    std::size_t open = 0;
    for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
      std::string damaged = packed;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      if (verdict_on(damaged, "a.csv." + packer.extension).kind != VerdictKind::kValid) continue;
      ++open;
      EXPECT_EQ(packer.unpack(damaged), text) << "byte " << bit / 8 << " bit " << bit % 8;
    }
    EXPECT_LT(open * 6, packed.size() * 8);
  }
}

TEST(Compression, WhatNoScannerOpensIsNotCalledScanned) {
  ContractSettings scanned;
  scanned.malware_scan = true;
  for (const Packer& packer : packers()) {
    FileFacts facts;
    facts.name = "a.txt." + packer.extension;
    Env env;
    env.does_the_rest = true;
    auto validator = Validator::begin(contract_of(scanned), facts, env);
    ASSERT_TRUE(validator.ok());
    const std::string packed = packer.pack("text\n");
    validator->feed(as_bytes(packed));
    const auto verdict = validator->finish();
    ASSERT_TRUE(verdict.ok());
    const bool opened = packer.extension != "zst" && packer.extension != "lz4";
    EXPECT_EQ(codes_of(*verdict), opened ? "-" : "malware.unscanned") << packer.extension;
  }
}

TEST(Compression, WindowsAreAskedForBeforeTheyAreTaken) {
  const std::string text = "text\n";
  const auto codes_with = [](const std::string& packed, const std::string& name, std::uint64_t memory) {
    ContractSettings settings;
    settings.limits.decoder_memory = memory;
    const Verdict verdict = verdict_on(packed, name, settings);
    EXPECT_NE(verdict.kind, VerdictKind::kInvalid);
    EXPECT_EQ(verdict.kind == VerdictKind::kValid, verdict.findings.empty());
    return codes_of(verdict);
  };
  for (const Packer& packer : packers()) {
    SCOPED_TRACE(packer.extension);
    EXPECT_EQ(codes_with(packer.pack(text), "a.txt." + packer.extension, 30'000), "limit.decoder");
  }
  const std::string wide = zstd_of(text, 26);
  EXPECT_EQ(codes_with(wide, "a.txt.zst", std::uint64_t{64} << 20U), "limit.decoder");
  EXPECT_EQ(codes_with(wide, "a.txt.zst", std::uint64_t{70} << 20U), "-");
  // The last member counts as the first does, and windows are not summed over members.
  EXPECT_EQ(codes_with(zstd_of(text) + wide, "a.txt.zst", std::uint64_t{64} << 20U), "limit.decoder");
  EXPECT_EQ(codes_with(wide + wide + wide, "a.txt.zst", std::uint64_t{70} << 20U), "-");
}

}  // namespace
}  // namespace scalper::tests
