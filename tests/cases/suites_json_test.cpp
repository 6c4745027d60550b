// nst/JSONTestSuite: y_ must be accepted, n_ must be refused, i_ is free; what this program does with each i_ is
// written down here.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/escape.h"
#include "support/check_layer.h"
#include "support/suites.h"
#include "validate/formats/json.h"
#include "validate/formats/ndjson.h"

namespace scalper::tests {
namespace {

// The codes in the order of the findings; "" = nothing to say.
const std::map<std::string, std::string>& free_choices() {
  static const std::map<std::string, std::string> choices = {
      {"i_number_pos_double_huge_exp.json", "json.number_range"},
      {"i_number_real_neg_overflow.json", "json.number_range"},
      {"i_number_real_pos_overflow.json", "json.number_range"},
      {"i_number_real_underflow.json", "json.number_range"},
      {"i_number_too_big_neg_int.json", ""},
      {"i_number_too_big_pos_int.json", ""},
      {"i_object_key_lone_2nd_surrogate.json", "json.lone_surrogate"},
      {"i_string_1st_surrogate_but_2nd_missing.json", "json.lone_surrogate"},
      {"i_string_1st_valid_surrogate_2nd_invalid.json", "json.lone_surrogate"},
      {"i_string_UTF-8_invalid_sequence.json", "encoding.utf8"},
      {"i_string_UTF8_surrogate_U+D800.json", "encoding.utf8"},
      {"i_string_incomplete_surrogate_pair.json", "json.lone_surrogate"},
      {"i_string_invalid_lonely_surrogate.json", "json.lone_surrogate"},
      {"i_string_invalid_utf-8.json", "encoding.utf8"},
      {"i_string_inverted_surrogates_U+1D11E.json", "json.lone_surrogate json.lone_surrogate"},
      {"i_string_iso_latin_1.json", "encoding.utf8"},
      {"i_string_lone_second_surrogate.json", "json.lone_surrogate"},
      {"i_string_not_in_unicode_range.json", "encoding.utf8"},
      {"i_string_overlong_sequence_6_bytes.json", "encoding.utf8"},
      {"i_string_overlong_sequence_6_bytes_null.json", "encoding.utf8"},
      {"i_string_truncated-utf-8.json", "encoding.utf8"},
      {"i_string_utf16BE_no_BOM.json", "json.syntax"},
      {"i_string_utf16LE_no_BOM.json", "json.syntax"},
      {"i_structure_500_nested_arrays.json", ""},
      {"i_structure_UTF-8_BOM_empty_object.json", "json.bom"},
  };
  return choices;
}

std::string codes_of(const std::vector<Finding>& findings) {
  std::string codes;
  for (const Finding& finding : findings) codes += (codes.empty() ? "" : " ") + finding.code;
  return codes;
}

bool refused(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.severity != Severity::kWarning; });
}

TEST(SuiteJsonParsing, RefusesAllThatIsWrongAndAcceptsAllThatIsRight) {
  SCALPER_SUITE_OR_SKIP(folder, "json-parsing");
  std::map<char, int> counted;
  for (const auto& path : files_in(*folder)) {
    const std::string name = path.filename().string();
    const std::string text = read_file(path);
    const std::vector<Finding> found = findings_of(make_json_checker, {text});
    ++counted[name[0]];
    EXPECT_TRUE(name[0] != 'y' || !refused(found)) << name << ": " << codes_of(found);
    EXPECT_TRUE(name[0] != 'n' || refused(found)) << name;
    if (name[0] == 'i') {
      ASSERT_EQ(free_choices().count(name), 1U) << name << " is not in the list of choices";
      EXPECT_EQ(codes_of(found), free_choices().at(name)) << name;
    }
  }
  EXPECT_GT(counted['y'], 50);
  EXPECT_GT(counted['n'], 100);
  EXPECT_EQ(counted['i'], static_cast<int>(free_choices().size()));
}

TEST(SuiteJsonParsing, DoesNotDependOnCuts) {
  SCALPER_SUITE_OR_SKIP(folder, "json-parsing");
  for (const auto& path : files_in(*folder)) {
    const std::string text = read_file(path);
    static_cast<void>(briefs_of(make_json_checker, text, {}, 2000));
    if (text.size() < 2000) static_cast<void>(briefs_of(make_ndjson_checker, text + "\n", {}, 100));
  }
}

}  // namespace
}  // namespace scalper::tests
