// The suites of others through the whole engine, as files that arrive.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/escape.h"
#include "support/suites.h"
#include "support/whole_checks.h"

namespace scalper::tests {
namespace {

TEST(SuiteValidator, JsonParsingIsRefusedAndAcceptedAsItsNamesSay) {
  SCALPER_SUITE_OR_SKIP(folder, "json-parsing");
  int accepted = 0;
  int refused = 0;
  for (const auto& path : files_in(*folder)) {
    const std::string name = path.filename().string();
    const std::string text = read_file(path);
    const Verdict verdict = verdict_on(text, name);
    EXPECT_TRUE(name[0] != 'y' || verdict.kind == VerdictKind::kValid) << name << ": " << codes_of(verdict);
    EXPECT_TRUE(name[0] != 'n' || verdict.kind != VerdictKind::kValid) << name;
    accepted += name[0] == 'y' ? 1 : 0;
    refused += name[0] == 'n' ? 1 : 0;
    const Verdict packed = verdict_on(gzip_of(text), name + ".gz");
    EXPECT_EQ(packed.kind, verdict.kind) << name << ".gz: " << codes_of(packed);
  }
  EXPECT_GT(accepted, 50);
  EXPECT_GT(refused, 100);
}

// Without a name that says JSON a text may be taken for plain text; but never is it called JSON and valid.
TEST(SuiteValidator, JsonParsingWithoutNames) {
  SCALPER_SUITE_OR_SKIP(folder, "json-parsing");
  for (const auto& path : files_in(*folder)) {
    const std::string name = path.filename().string();
    const Verdict verdict = verdict_on(read_file(path), "unnamed");
    const bool json = verdict.type == "application/json";
    EXPECT_FALSE(name[0] == 'n' && json && verdict.kind == VerdictKind::kValid) << name;
  }
}

TEST(SuiteValidator, CsvSpectrumIsValid) {
  SCALPER_SUITE_OR_SKIP(folder, "csv-spectrum");
  int valid = 0;
  for (const auto& path : files_in(*folder / "csvs")) {
    const Verdict verdict = verdict_on(read_file(path), path.filename().string());
    EXPECT_EQ(verdict.kind, VerdictKind::kValid) << path << ": " << codes_of(verdict);
    EXPECT_EQ(verdict.type, "text/csv");
    ++valid;
  }
  EXPECT_EQ(valid, 12);
}

// As names of files, as what a sender declared, and as contents: one line, nothing that a terminal obeys.
TEST(SuiteValidator, NaughtyStringsAreHarmlessEverywhere) {
  SCALPER_SUITE_OR_SKIP(folder, "naughty-strings");
  const boost::json::value list = boost::json::parse(read_file(*folder / "blns.json"));
  for (const boost::json::value& value : list.as_array()) {
    const std::string text(std::string_view(value.as_string()));
    FileFacts facts;
    facts.name = text + ".csv.gz";
    facts.content_type = text;
    facts.declared = {{DigestKind::kSha256, "00", text}};
    const std::string packed = gzip_of("a,b\n" + text + "\n");
    for (const Finding& finding : verdict_on(Chunks{packed}, facts).findings) {
      EXPECT_TRUE(is_valid_utf8(finding.message));
      for (const char c : finding.message) EXPECT_TRUE(c < 0 || c >= ' ') << finding.code;
    }
    EXPECT_TRUE(is_valid_utf8(verdict_on(text, text).type));
  }
}

}  // namespace
}  // namespace scalper::tests
