// Willem van Schaik's PngSuite: pictures whose name begins with x are corrupt, all others are sound.
#include <gtest/gtest.h>

#include "support/suites.h"
#include "support/whole_checks.h"

namespace scalper::tests {
namespace {

TEST(SuitePng, RefusesWhatIsCorruptAndAcceptsTheRest) {
  SCALPER_SUITE_OR_SKIP(folder, "png");
  int corrupt = 0;
  int sound = 0;
  for (const auto& path : files_in(*folder)) {
    const std::string text = read_file(path);
    const std::string name = path.filename().string();
    const Verdict whole = verdict_on(text, name);
    FileFacts facts;
    facts.name = name;
    facts.size = text.size();
    EXPECT_EQ(verdict_on(Chunks{text.substr(0, 9), text.substr(9)}, facts, contract_of({})), whole) << name;
    const bool is_corrupt = name.starts_with("x");
    EXPECT_EQ(whole.kind, is_corrupt ? VerdictKind::kInvalid : VerdictKind::kValid) << name << " " << codes_of(whole);
    ++(is_corrupt ? corrupt : sound);
  }
  EXPECT_GE(corrupt, 10);
  EXPECT_GE(sound, 100);
}

}  // namespace
}  // namespace scalper::tests
