#include "validate/safety/polyglot.h"

#include <gtest/gtest.h>

#include "support/whole_checks.h"
#include "support/zip_of.h"

namespace scalper::tests {
namespace {

// Of a type that has no checker, so that nothing else is said of it.
const std::string kTiff = std::string("II*\0", 4) + std::string(100, '\0');

ContractSettings with(Strictness polyglot) {
  ContractSettings settings;
  settings.checks = Checks::kTypeOnly;
  settings.safety.polyglot = polyglot;
  return settings;
}

TEST(Polyglot, IsAsGraveAsTheContractSays) {
  const std::string both = kTiff + zip_of({{"a.csv", "a,b\n1,2\n"}});
  const Verdict error = verdict_on(both, "a.tif", with(Strictness::kError));
  EXPECT_EQ(codes_of(error), "safety.polyglot");
  EXPECT_EQ(error.kind, VerdictKind::kInvalid);
  const Verdict warned = verdict_on(both, "a.tif", with(Strictness::kWarn));
  EXPECT_EQ(codes_of(warned), "safety.polyglot");
  EXPECT_EQ(warned.kind, VerdictKind::kValid);
  EXPECT_EQ(codes_of(verdict_on(both, "a.tif", with(Strictness::kAllow))), "-");
  EXPECT_EQ(codes_of(verdict_on(kTiff, "a.tif", with(Strictness::kError))), "-");
}

TEST(Polyglot, IsFoundInMembersAsWell) {
  const std::string both = kTiff + zip_of({{"a.csv", "a,b\n1,2\n"}});
  const Verdict verdict = verdict_on(zip_of({{"in.tif", both}}), "a.zip", with(Strictness::kError));
  ASSERT_EQ(codes_of(verdict), "safety.polyglot");
  EXPECT_EQ(verdict.findings[0].location.path, (std::vector<std::string>{"in.tif"}));
}

TEST(Polyglot, IsFoundBehindWhateverLength) {
  const std::string zip = zip_of({{"a.csv", "a,b\n1,2\n"}});
  for (const std::size_t gap : {0U, 1U, 4000U, 65535U, 65557U, 65558U, 131114U, 300000U}) {
    const std::string whole = kTiff + std::string(gap, 'x') + zip;
    EXPECT_EQ(codes_of(verdict_on(whole, "a.tif", with(Strictness::kError))), "safety.polyglot") << gap;
    FileFacts facts;
    facts.name = "a.tif";
    for (const std::size_t piece : {1000U, 65536U, 65557U}) {
      Chunks chunks;
      for (std::size_t at = 0; at < whole.size(); at += piece)
        chunks.push_back(std::string_view(whole).substr(at, piece));
      EXPECT_EQ(codes_of(verdict_on(chunks, facts, contract_of(with(Strictness::kError)))), "safety.polyglot") << piece;
    }
  }
}

}  // namespace
}  // namespace scalper::tests
