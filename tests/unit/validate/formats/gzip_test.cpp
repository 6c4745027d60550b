#include "validate/formats/gzip.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace scalper::tests
