#include "validate/formats/zip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "support/whole_checks.h"
#include "support/zip_of.h"
#include "validate/formats/compression.h"

namespace scalper::tests {
namespace {

constexpr std::string_view kTable = "id,name\n1,ada\n";

ContractSettings with_archive(ArchiveSettings archive) {
  ContractSettings settings;
  settings.archive = std::move(archive);
  return settings;
}

std::string nested(std::string text, int times, const std::string& name = "a.zip") {
  for (; times > 0; --times) text = zip_of({{name, text}});
  return text;
}

TEST(Zip, FindingsNameTheMemberAndWhereItBegins) {
  const std::string first = zip_of({{"in/good.csv", std::string(kTable)}});
  const std::string whole = zip_of({{"good.csv", std::string(kTable)}, {"in/bad.csv", "a,b\n1,2\n3\n"}});
  const Verdict verdict = verdict_on(whole, "t.zip");
  ASSERT_EQ(codes_of(verdict), "csv.row_width");
  EXPECT_EQ(verdict.type, "application/zip");
  EXPECT_EQ(verdict.findings[0].location.path, (std::vector<std::string>{"in/bad.csv"}));
  EXPECT_EQ(verdict.findings[0].location.byte, 8U);
  EXPECT_EQ(verdict.findings[0].location.outer_byte, whole.find("PK\3\4", 1));
  const Verdict deep = verdict_on(zip_of({{"x.zip", whole}}), "t.zip");
  ASSERT_EQ(codes_of(deep), "csv.row_width");
  EXPECT_EQ(deep.findings[0].location.path, (std::vector<std::string>{"x.zip", "in/bad.csv"}));
  EXPECT_EQ(deep.findings[0].location.outer_byte, 0U);
}

TEST(Zip, DepthCountsContainersOfEveryKind) {
  const std::string text = "text\n";
  EXPECT_EQ(codes_of(verdict_on(nested(zip_of({{"a.txt", text}}), 4), "a.zip")), "-");
  EXPECT_EQ(codes_of(verdict_on(nested(zip_of({{"a.txt", text}}), 5), "a.zip")), "archive.depth");
  const std::string mixed = zip_of({{"a.txt.gz", gzip_of(text)}});
  EXPECT_EQ(codes_of(verdict_on(mixed, "a.zip", with_archive({.max_depth = 1, .member_types = {}}))), "archive.depth");
  EXPECT_EQ(codes_of(verdict_on(mixed, "a.zip", with_archive({.max_depth = 2, .member_types = {}}))), "-");
}

TEST(Zip, EntriesAreCountedOverAllArchivesWithinEachOther) {
  std::vector<std::pair<std::string, std::string>> members;
  for (int i = 0; i < 9; ++i) members.emplace_back(std::to_string(i) + ".txt", "text\n");
  const std::string ten = zip_of(members);  // nine, and ten with what holds them
  const auto most = [&](std::uint64_t entries) {
    return codes_of(
        verdict_on(zip_of({{"in.zip", ten}}), "a.zip", with_archive({.max_entries = entries, .member_types = {}})));
  };
  EXPECT_EQ(most(10), "-");
  EXPECT_EQ(most(9), "archive.entries");
}

// Sixteen in each of sixteen in each ...: what is inside is small, what comes out is not.
TEST(Zip, TotalsAreCountedOverAllArchivesOfOneDepth) {
  const std::string leaf = zip_of({{"a.txt", std::string(100'000, 'a')}});
  std::vector<std::pair<std::string, std::string>> members;
  for (int i = 0; i < 16; ++i) members.emplace_back(std::to_string(i) + ".zip", leaf);
  const std::string whole = zip_of(members);
  const auto most = [&](std::uint64_t total) {
    return codes_of(
        verdict_on(whole, "a.zip", with_archive({.max_ratio = 1'000'000, .max_total = total, .member_types = {}})));
  };
  EXPECT_EQ(most(1'600'000), "-");
  EXPECT_EQ(most(1'599'999), "archive.total");
  EXPECT_EQ(most(100'000), "archive.total");
}

TEST(Zip, RatioHoldsForEachMemberAndForAll) {
  const std::string blank(kRatioLooked + 1, 'a');
  EXPECT_EQ(codes_of(verdict_on(zip_of({{"a.txt", blank}}), "a.zip")), "archive.ratio");
  EXPECT_EQ(codes_of(verdict_on(zip_of({{"a.txt", blank.substr(1)}}), "a.zip")), "-");
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 64; ++i) many.emplace_back(std::to_string(i) + ".txt", blank.substr(1));
  EXPECT_EQ(codes_of(verdict_on(zip_of(many), "a.zip")), "archive.ratio");
  FileFacts unsized;
  unsized.name = "a.zip";
  const std::string whole = zip_of(many);
  EXPECT_EQ(codes_of(verdict_on(Chunks{whole}, unsized)), "archive.ratio");
}

TEST(Zip, MembersHaveToBeOfTheTypesThatTheContractNames) {
  ContractSettings settings;
  settings.types = {"application/zip"};
  settings.archive.member_types = {"text/csv"};
  const auto codes = [&](const std::string& name, const std::string& content) {
    return codes_of(verdict_on(zip_of({{"a.csv", std::string(kTable)}, {name, content}}), "t.zip", settings));
  };
  EXPECT_EQ(codes("b.csv", std::string(kTable)), "-");
  EXPECT_EQ(codes("b.csv.gz", gzip_of(kTable)), "-") << "what is inside of a compression counts";
  EXPECT_EQ(codes("b.json", "{}"), "type.not_allowed");
  EXPECT_EQ(codes("b.json.gz", gzip_of("{}")), "type.not_allowed");
  EXPECT_EQ(codes("b.zip", zip_of({{"b.csv", std::string(kTable)}})), "type.not_allowed");
  settings.archive.member_types = {};
  EXPECT_EQ(codes("b.json", "{}"), "-");
  settings.types = {"text/csv"};
  EXPECT_EQ(codes("b.csv", std::string(kTable)), "type.not_allowed") << "an archive is no table";
}

TEST(Zip, MalwareScansDoNotSeeLongMembers) {
  ContractSettings settings;
  settings.malware_scan = true;
  FileFacts facts;
  facts.name = "a.zip";
  Env env;
  env.does_the_rest = true;
  auto validator = Validator::begin(contract_of(settings), facts, env);
  ASSERT_TRUE(validator.ok());
  validator->feed(as_bytes(zip_of({{"a.csv", std::string(kTable)}})));
  const auto verdict = validator->finish();
  ASSERT_TRUE(verdict.ok());
  EXPECT_EQ(codes_of(*verdict), "malware.unscanned");
  EXPECT_EQ(verdict->kind, VerdictKind::kUnverifiable);
}

// 100,000 members cost a second at most, and twice as many not more than twice that (with room for the machine's
// noise).
TEST(Zip, TimeIsLinearInMembers) {
  const auto seconds = [](std::size_t members) {
    std::vector<std::pair<std::string, std::string>> all;
    for (std::size_t i = 0; i < members; ++i) all.emplace_back(std::to_string(i), "x");
    const std::string whole = zip_of(all);
    const auto begin = std::chrono::steady_clock::now();
    const Verdict verdict = verdict_on(whole, "a.zip", with_archive({.max_entries = 100'000, .member_types = {}}));
    EXPECT_EQ(codes_of(verdict), "-");
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  static_cast<void>(seconds(1000));
  const double half = seconds(50'000);
  const double whole = seconds(100'000);
  EXPECT_LT(whole, std::max(3.5 * half, 0.5)) << half << " s for half of them";
}

TEST(Zip, MembersBeyondTheIndexAreUnverifiable) {
  std::vector<std::pair<std::string, std::string>> all;
  for (int i = 0; i < 100'001; ++i) all.emplace_back(std::to_string(i), "x");
  EXPECT_EQ(codes_of(verdict_on(zip_of(all), "a.zip", with_archive({.max_entries = 100'000, .member_types = {}}))),
            "archive.entries");
}

}  // namespace
}  // namespace scalper::tests
