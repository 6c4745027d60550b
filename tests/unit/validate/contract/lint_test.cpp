#include <gtest/gtest.h>

#include "base/escape.h"
#include "validate/contract.h"

namespace scalper::tests {
namespace {

using std::string;
using Lines = std::vector<string>;

// "path:line:column e message", cut after `words` where a case only looks at the beginning.
Lines said(const std::vector<ContractText>& files) {
  const CompiledSet set = compile_contracts(files);
  Lines lines;
  bool refused = false;
  for (const LintMessage& m : set.messages) {
    const bool error = m.level == LintMessage::Level::kError;
    refused = refused || error;
    lines.push_back(m.path + ":" + std::to_string(m.line) + ":" + std::to_string(m.column) + (error ? " e " : " w ") +
                    m.message);
  }
  EXPECT_EQ(set.index == nullptr, refused);
  return lines;
}

// Of a contract that has `text` below its name; "" = nothing. Only what comes first.
string said_of(const string& text) {
  const Lines lines = said({{"c.yaml", "contract: c\n" + text}});
  return lines.empty() ? "" : lines.front();
}

TEST(ContractLint, SaysWhatIsWrongWhereAndWhatWasMeant) {
  const std::vector<std::pair<string, string>> cases = {
      {"match: {prefx: a}", "c.yaml:2:9 e unknown key \"prefx\" in `match`; did you mean \"prefix\"?"},
      {"limit: {}", "c.yaml:2:1 e unknown key \"limit\"; did you mean \"limits\"?"},
      {"jsno: {}", "c.yaml:2:1 e unknown key \"jsno\"; did you mean \"json\"?"},
      {"duplicate_keys: warn", "c.yaml:2:1 e unknown key \"duplicate_keys\"; there is `json.duplicate_keys`"},
      {"size: {smallest: 1}", "c.yaml:2:8 e unknown key \"smallest\" in `size`; known are min, max"},
      {"<<: {size: {min: 1}}", "c.yaml:2:1 e unknown key \"<<\": merge keys are not used in contracts"},
      {"\"\\e[31m\": 1", "c.yaml:2:1 e unknown key \"\\x1B[31m\"; known are"},
      {"text: {bom: forbit}",
       "c.yaml:2:13 e `text.bom` cannot be \"forbit\"; did you mean \"forbid\"? It is one of allow, forbid"},
      {"text: {bom: 3}", "c.yaml:2:13 e `text.bom` wants a text, not a number: put it into quotes"},
      {"size: {min: 10XB}", "c.yaml:2:13 e `size.min` is a number of bytes or a whole number with"},
      {"size: {min: -1}", "c.yaml:2:13 e `size.min` is a whole number from 0 to 2^53, not \"-1\""},
      {"size: {min: 1.5}", "c.yaml:2:13 e `size.min` is a whole number from 0 to 2^53, not \"1.5\""},
      {"size: {min: 9007199254740993}", ""},  // a double cannot tell it from 2^53
      {"size: {min: 9007199254740994}", "c.yaml:2:13 e `size.min` is a whole number from 0 to 2^53"},
      {"size: {max: 9000TiB}", "c.yaml:2:13 e `size.max` is from 0B to 8192TiB, not \"9000TiB\""},
      {"size: {min: 2KiB, max: 1kB}", "c.yaml:2:24 e `size.max` is less than `size.min`: no file can be valid"},
      {"size: 5", "c.yaml:2:7 e `size` wants keys below it, not a number"},
      {"size:", "c.yaml:2:1 e `size` wants keys below it, not nothing"},
      {"size: {min: }", "c.yaml:2:8 e `size.min` has no value: write one, or leave the key out"},
      {"types: []", "c.yaml:2:8 e `types` has 0 members, allowed are 1 to 64"},
      {"types: [text/csv, text/csv]", "c.yaml:2:19 e `types` has \"text/csv\" twice"},
      {"types: [csv]", "c.yaml:2:9 e `types` has media types such as text/csv, in small letters, not \"csv\""},
      {"types: {a: b}", "c.yaml:2:8 e `types` wants a text or a list of texts, not keys"},
      {"types: [[text/csv]]", "c.yaml:2:9 e `types` wants texts, not a list"},
      {"integrity: {require: sha256}", "c.yaml:2:22 e `integrity.require` needs `integrity.from`"},
      {"integrity: {from: metadata, wait: 1s}", "c.yaml:2:35 e `integrity.wait` is for `integrity.from`: sidecar"},
      {"integrity: {from: sidecar, wait: 5}", "c.yaml:2:34 e `integrity.wait` needs a unit: ms, s, min, h or d"},
      {"integrity: {from: sidecar, wait: 5m}", "c.yaml:2:34 e `integrity.wait` is a whole number with ms, s, min,"},
      {"integrity: {from: sidecar, wait: 25h}", "c.yaml:2:34 e `integrity.wait` is from 0ms to 1d, not \"25h\""},
      {"csv: {delimiter: \"ab\"}", "c.yaml:2:18 e `csv.delimiter` is one character of ASCII, no letter and no digit"},
      {"csv: {delimiter: \"\\n\"}", "c.yaml:2:18 e `csv.delimiter` is one character of ASCII"},
      {"csv: {delimiter: '\"'}", "c.yaml:2:18 e `csv.delimiter` and `csv.quote` are equal"},
      {"csv: {header: yes}",
       "c.yaml:2:15 e `csv.header` wants true or false: `yes` and `no` are words here, write true"},
      {"json: {depth: 0}", "c.yaml:2:15 e `json.depth` is from 1 to 10000, not \"0\""},
      {"json: {schema: ../a.json}", "c.yaml:2:16 e `json.schema` names a .json file beside or below the contract"},
      {"json: {schema: /a.json}", "c.yaml:2:16 e `json.schema` names a .json file beside or below the contract"},
      {"limits: {findings: 10001}", "c.yaml:2:20 e `limits.findings` is from 1 to 10000, not \"10001\""},
      {"limits: {findings: 1e400}", "c.yaml:2:20 e `limits.findings` wants a whole number, not a text"},
      {"limits: {findings: .nan}", "c.yaml:2:20 e `limits.findings` wants a whole number, not a text"},
      {"match: {prefix: \"a\\0b\"}", "c.yaml:2:17 e `match.prefix` has a control character: \"a\\x00b\""},
      {"match: {suffix: ['']}", "c.yaml:2:18 e `match.suffix` has endings of 1 to 128 bytes"},
      {"match: {prefix: /a}", "c.yaml:2:17 w keys seldom begin with '/'"},
      {"hooks: [two words]", "c.yaml:2:9 e `hooks` is a name of at most 64 letters"},
      {"text: {encoding: utf-16, bom: forbid}",
       "c.yaml:2:31 e `text.bom: forbid` beside `text.encoding: utf-16`, which needs the mark"},
      {"text: {encoding: utf-16}", ""},
      {"text: {encoding: utf-8}", ""},
      {"description: \"of \\u00fc\"", ""},
  };
  for (const auto& [text, want] : cases) {
    const string got = said_of(text);
    EXPECT_EQ(want.empty() ? got : got.substr(0, want.size()), want) << text;
  }
}

TEST(ContractLint, SaysAllErrorsAtOnceInTheOrderOfTheFiles) {
  const Lines lines = said({{"b.yaml", "contract: [x]\nsize: {mx: 1}\ncsv: {header: 1}\n"},
                            {"a.yaml", "contrat: a\n"},
                            {"c.json", "{\"contract\": \"c\",\n \"tyes\": []}"}});
  const Lines want = {"a.yaml:1:1 e unknown key \"contrat\"; did you mean \"contract\"?",
                      "a.yaml:1:1 e there is no key `contract`",
                      "b.yaml:1:11 e `contract` wants a text, not a list",
                      "b.yaml:2:8 e unknown key \"mx\" in `size`; did you mean \"max\"?",
                      "b.yaml:3:15 e `csv.header` wants true or false, not a number",
                      "c.json:2:2 e unknown key \"tyes\"; did you mean \"types\"?"};
  ASSERT_EQ(lines.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i) EXPECT_EQ(lines[i].substr(0, want[i].size()), want[i]);
}

TEST(ContractLint, LooksAtTheWholeSet) {
  const string a = "contract: a\nmatch: {prefix: p/, suffix: [.csv, .txt]}\n";
  const std::vector<std::pair<std::vector<ContractText>, Lines>> cases = {
      {{}, {}},
      {{{"a.yaml", a}, {"b.yaml", "contract: a\nmatch: {prefix: q/}\n"}},
       {"b.yaml:1:11 e there is another contract \"a\": \"a.yaml\", line 1"}},
      {{{"a.yaml", a}, {"b.yaml", "contract: b\nmatch: {prefix: p/, suffix: .txt}\n"}},
       {"b.yaml:2:17 e prefix \"p/\" and suffix \".txt\" are those of the contract \"a\" already: two contracts cannot "
        "have the same"}},
      {{{"a.yaml", a}, {"b.yaml", "contract: b\nmatch: {prefix: p/}\n"}}, {}},
      {{{"a.yaml", "contract: a"}, {"b.yaml", "contract: b"}},
       {"b.yaml:1:11 e prefix \"\" are those of the contract \"a\" already: two contracts cannot have the same"}},
      {{{"a.yaml", a}, {"a.yaml", a}}, {"a.yaml:0:0 e the set has two files of this path"}},
      {{{"a.yaml", "contract: builtin"}},
       {"a.yaml:1:11 e `contract` cannot be \"builtin\": that is the contract for files without one"}},
      {{{"a.yaml", "- 1"}}, {"a.yaml:1:1 e a contract is keys with values, not a list"}},
      {{{"a.yaml", ""}}, {"a.yaml:1:1 e a contract is keys with values, not nothing"}},
      {{{"a.yaml", "contract: a\ncsv: {schema: b.json}"}},
       {"a.yaml:2:15 e `csv.schema` names \"b.json\", and the set has no such schema that is sound JSON"}},
      {{{"x/a.yaml", "contract: a\ncsv: {schema: b.json}"}, {"x/b.json", "{\"fields\": [{\"name\": \"a\"}]}"}}, {}},
      {{{"a.txt", "contract: a"}}, {"a.txt:0:0 e a set holds .yaml, .yml and .json files only"}},
      {{{"a.json", "{\"title\": 1}"}}, {"a.json:0:0 w no contract names this file"}},
      {{{"a.json", "{\"title\": 1"}}, {"a.json:1:12 e neither a contract nor a schema, this is no JSON: "}},
      {{{"a.json", "{\"contarct\": \"a\"}"}}, {"a.json:1:1 e this looks like a contract and has no key `contract`"}},
      {{{"a.json", "{\"match\": {}}"}}, {"a.json:1:1 e this looks like a contract and has no key `contract`"}},
      {{{"set.yaml", "unmatched: quarantene"}},
       {"set.yaml:1:12 e `unmatched` cannot be \"quarantene\"; did you mean \"quarantine\"? It is one of builtin, "
        "quarantine"}},
      {{{"set.yaml", "unmatchd: builtin"}}, {"set.yaml:1:1 e unknown key \"unmatchd\"; did you mean \"unmatched\"?"}},
      {{{"set.yaml", "contract: a"}},
       {"set.yaml:1:1 e \"contract\" belongs into a contract; this file speaks for the set"}},
      {{{"set.yaml", "unmatched: builtin"}, {"set.json", "{\"unmatched\": \"builtin\"}"}},
       {"set.yaml:0:0 e the set has \"set.json\" already"}},
      {{{"a.yaml", "contract: a\nunmatched: builtin"}}, {"a.yaml:2:1 e unknown key \"unmatched\"; known are "}},
  };
  for (const auto& [files, want] : cases) {
    const Lines lines = said(files);
    ASSERT_EQ(lines.size(), want.size()) << (lines.empty() ? "" : lines[0]) << (want.empty() ? "" : want[0]);
    for (std::size_t i = 0; i < want.size(); ++i) EXPECT_EQ(lines[i].substr(0, want[i].size()), want[i]);
  }
}

TEST(ContractLint, SetsHaveBounds) {
  const std::vector<ContractText> many(10'001, ContractText{"a.yaml", ""});
  EXPECT_EQ(said(many), Lines{":0:0 e the set has 10001 files, at most 10,000 are allowed"});
  EXPECT_EQ(said({{"a.json", string(17U << 20U, ' ')}}),
            Lines{":0:0 e the set has 17825792 bytes, at most 16 MiB are allowed"});
  EXPECT_EQ(said({{"a.json", string(3U << 20U, ' ')}}),
            Lines{"a.json:0:0 e the file has 3145728 bytes, a schema at most 2 MiB"});
  EXPECT_EQ(said({{"a.yaml", string(300'000, ' ')}}),
            Lines{"a.yaml:0:0 e the file has 300000 bytes, a contract at most 256 KiB"});
  EXPECT_EQ(said({{"a.json", string(300, '[')}}).front().substr(0, 60),
            "a.json:1:257 e neither a contract nor a schema, this is no J");
  std::vector<ContractText> broken;
  for (int i = 0; i < 2000; ++i) broken.push_back({"c" + std::to_string(i) + ".yaml", "x: 1\n"});
  EXPECT_EQ(said(broken).size(), 1000U);
}

}  // namespace
}  // namespace scalper::tests
