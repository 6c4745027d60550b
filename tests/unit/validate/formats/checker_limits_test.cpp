// What all checkers of formats keep: findings are counted where they are not kept, and no memory is taken unasked.
#include <gtest/gtest.h>

#include "support/check_layer.h"
#include "validate/formats/csv.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"

namespace scalper::tests {
namespace {

struct Subject {
  MakeChecker make;
  std::string head;
  std::string bad;  // each copy is one finding at least
  Severity severity;
};

std::vector<Subject> subjects() {
  return {{make_csv_checker, "a,b\n", "1\n", Severity::kError},
          {make_csv_checker, "a,b\n", "1,=A1\n", Severity::kWarning},
          {make_csv_checker, "a,b\n", "1,x\"y\n", Severity::kWarning},
          {make_csv_checker, "a,b\n", "1,\"x\"y\n", Severity::kError},
          {make_csv_checker, "a,b\n", "\n", Severity::kWarning},
          {make_ndjson_checker, "", "{]\n", Severity::kError},
          {make_ndjson_checker, "", "\n", Severity::kWarning},
          {make_ndjson_checker, "", "{\"a\":1,\"a\":2}\n", Severity::kWarning},
          {make_json_checker, "[", "1e999,", Severity::kWarning},
          {make_json_checker, "[", "\"\\ud800\",", Severity::kWarning}};
}

Findings few_findings(const Subject& subject, const std::string& text, std::size_t most) {
  const ContractSettings settings;
  Findings findings(most);
  Budget budget;
  Layer layer;
  layer.settings = &settings;
  layer.findings = &findings;
  layer.budget = &budget;
  const auto checker = subject.make(layer);
  checker->feed(as_bytes(text));
  checker->finish();
  return findings;
}

TEST(CheckerLimits, FindingsThatAreNotKeptAreCounted) {
  for (const Subject& subject : subjects()) {
    std::string text = subject.head;
    for (int i = 0; i < 50; ++i) text += subject.bad;
    const Findings all = few_findings(subject, text, 1000);
    const Findings few = few_findings(subject, text, 5);
    const Findings none = few_findings(subject, text, 0);
    EXPECT_GE(all.total(), 50U) << subject.bad;
    EXPECT_EQ(all.kept().front().severity, subject.severity) << subject.bad;
    EXPECT_EQ(few.total(), all.total()) << subject.bad;
    EXPECT_EQ(none.total(), all.total()) << subject.bad;
    EXPECT_EQ(none.verdict(), all.verdict()) << subject.bad;
    ASSERT_EQ(few.kept().size(), 5U);
    EXPECT_TRUE(std::equal(few.kept().begin(), few.kept().end(), all.kept().begin())) << subject.bad;
  }
}

TEST(CheckerLimits, WithoutMemoryNothingIsChecked) {
  const ContractSettings settings;
  for (const MakeChecker make : {make_json_checker, make_ndjson_checker, make_csv_checker}) {
    Findings findings(10);
    Budget budget(1000);
    Layer layer;
    layer.settings = &settings;
    layer.findings = &findings;
    layer.budget = &budget;
    {
      const auto checker = make(layer);
      EXPECT_EQ(checker->feed(as_bytes("{]")), FeedAnswer::kEnough);
      checker->finish();
    }
    ASSERT_EQ(findings.kept().size(), 1U);
    EXPECT_EQ(findings.kept()[0].code, "limit.memory");
    EXPECT_EQ(findings.verdict(), VerdictKind::kUnverifiable);
    EXPECT_TRUE(budget.reserve(1000)) << "what was refused was not taken";
  }
}

TEST(CheckerLimits, MemoryIsGivenBack) {
  const ContractSettings settings;
  Findings findings(10);
  Budget budget;
  Layer layer;
  layer.settings = &settings;
  layer.findings = &findings;
  layer.budget = &budget;
  for (int i = 0; i < 10; ++i) make_csv_checker(layer)->finish();
  EXPECT_TRUE(budget.reserve(Budget::kCheckers));
}

}  // namespace
}  // namespace scalper::tests
