// JSON text sequences: what RFC 7464 says of whole, cut and broken texts, with the place of each finding.
#include "validate/formats/json_seq.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"

namespace scalper::tests {
namespace {

using Briefs = std::vector<std::string>;

// A '~' stands for the record separator.
std::string sequence(std::string text) {
  for (char& c : text) c = c == '~' ? '\x1E' : c;
  return text;
}

Briefs briefs(const std::string& text, const ContractSettings& settings = {}) {
  return briefs_of(make_json_seq_checker, sequence(text), settings);
}

TEST(JsonSeq, TakesWhatTheRfcAllows) {
  for (const char* const text :
       {"", "~1\n", "~{}\n", "~~{}\n", "~{}\n~~~[]\n", "~\"a\"\n", "~null\t\n", "~ 1 \r\n", "~{\n\"a\":\n1}\n~2\n",
        "~-0\n~1e5\n", "~[1,2]\n~false\n", "~\n{}\n", "~\"\\u001e\"\n", "~[[[]]]\n\n", "~true\n~true\n~true\n"}) {
    EXPECT_EQ(briefs(text), Briefs{}) << text;
  }
}

TEST(JsonSeq, NamesThePlaceOfWhatIsWrong) {
  const std::vector<std::pair<std::string, Briefs>> cases = {
      {"{}\n", {"json.sequence 0 1"}},
      {" ~{}\n", {"json.sequence 0 1"}},
      {"~12", {"json.truncated 3 1 1"}},
      {"~1\n~2~3\n", {"json.truncated 5 2 2"}},
      {"~true~{}\n", {"json.truncated 5 1 1"}},
      {"~tru~{}\n", {"json.truncated 4 1 1"}},
      {"~[1,\n~2\n", {"json.truncated 5 2 1"}},
      {"~{\"a\":\"b~{}\n", {"json.truncated 8 1 1"}},
      {"~1\n~", {"json.truncated 4 2 2"}},
      {"~", {"json.truncated 1 1 1"}},
      {"~\n~1\n", {"json.empty 2 2 1"}},
      {"~1 2\n~3\n", {"json.trailing 3 1 1"}},
      {"~{\n]\n~3\n~}\n", {"json.syntax 3 2 1", "json.syntax 9 4 3"}},
      {"~01\n", {"json.number 2 1 1"}},
      {"~\"\x01\"\n", {"json.string 2 1 1"}},
      {"~\"\xFF\"\n~\"\xC3", {"encoding.utf8 2 1 1", "encoding.utf8 7 2 2"}},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(briefs(text), expected) << text;
}

TEST(JsonSeq, WarnsOfATextWithoutALineFeedAtItsEnd) {
  EXPECT_EQ(briefs("~{}~[] ~1\n"), (Briefs{"json.sequence_end 3 1 1", "json.sequence_end 7 1 2"}));
}

TEST(JsonSeq, HoldsEachTextToTheSettingsOfJson) {
  ContractSettings settings;
  settings.json.depth = 1;
  settings.json.duplicate_keys = Strictness::kError;
  EXPECT_EQ(briefs("~[[]]\n~{\"a\":1,\"a\":2}\n", settings),
            (Briefs{"json.depth 2 1 1", "json.duplicate_key 14 2 2 /a"}));
}

}  // namespace
}  // namespace scalper::tests
