// What `contract lint` says of schemas: every reference that leads nowhere, every pattern that cannot be matched, each
// with file, line and column; and what a contract's digest holds of schemas that refer to others.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "validate/contract.h"
#include "validate/schema/compiled_schema.h"

namespace scalper::schema {
namespace {

using std::string;

CompiledSet set_of(const std::map<string, string>& schemas, const string& extra = "") {
  std::vector<ContractText> files{{"c.yaml", "contract: c\njson: {schema: s.json" + extra + "}\n"}};
  for (const auto& [path, text] : schemas) files.push_back({path, text});
  return compile_contracts(files);
}

std::vector<string> said(const CompiledSet& set) {
  std::vector<string> lines;
  for (const LintMessage& m : set.messages)
    lines.push_back(m.path + ":" + std::to_string(m.line) + ":" + std::to_string(m.column) +
                    (m.level == LintMessage::Level::kError ? " e " : " w ") + m.message);
  return lines;
}

string digest_of(const CompiledSet& set) { return set.index->match("a.json")->stamp().digest; }

TEST(SchemaLint, NamesThePlaceOfWhatCannotBe) {
  struct Case {
    string schema;
    string begins;
  };
  const std::vector<Case> cases = {
      {"{\n \"$ref\": \"other.json\"}",
       "s.json:2:10 e the reference \"other.json\" leads nowhere: the set has no schema"},
      {"{\"$ref\": \"#/$defs/a\"}", "s.json:1:10 e the reference \"#/$defs/a\" leads nowhere: there is nothing"},
      {"{\"$ref\": \"#a\"}", "s.json:1:10 e the reference \"#a\" leads nowhere: there is no anchor"},
      {"{\"$ref\": \"http://example.com/a\"}", "s.json:1:10 e the reference \"http://example.com/a\" leads nowhere"},
      {"{\"$dynamicRef\": \"#a\"}", "s.json:1:17 e the reference \"#a\" leads nowhere"},
      {"{\"$ref\": 1}", "s.json:1:10 e `$ref` wants a text"},
      {"{\"pattern\": \"ab(?=c)\"}", "s.json:1:16 e the pattern \"ab(?=c)\" cannot be used: look-around"},
      {"{\"pattern\": \"(a)\\\\1\"}", "s.json:1:17 e the pattern \"(a)\\\\1\" cannot be used: back-references"},
      {"{\"pattern\": \"a{1001}\"}", "s.json:1:15 e the pattern \"a{1001}\" cannot be used: a repeat over 1,000"},
      {"{\"patternProperties\": {\"(?!a)\": true}}", "s.json:1:25 e the pattern \"(?!a)\" cannot be used: look-around"},
      {"{\"allOf\": [{\"$ref\": \"#\"}]}", "s.json:1:12 e the schema refers to itself without a step"},
      {"{\"type\": \"text\"}", "s.json:1:10 e `type` wants one of null, boolean"},
      {"{\"properties\": {\"a\": 1}}", "s.json:1:22 e a schema is wanted here"},
      {"{\"required\": \"a\"}", "s.json:1:14 e `required` wants a list of names"},
      {"{\"minLength\": -1}", "s.json:1:15 e `minLength` wants a whole number"},
      {"{\"multipleOf\": 0}", "s.json:1:16 e `multipleOf` wants a number above 0"},
      {"{\"items\": [true]}", "s.json:1:11 e `items` wants a schema; the list of draft 7 is `prefixItems`"},
      {"{\"$schema\": \"http://json-schema.org/draft-04/schema#\"}", "s.json:1:13 e `$schema` names"},
      {"{\"$id\": \"#a\"}", "s.json:1:9 e `$id` may have no fragment"},
      {"[1]", "s.json:1:1 e a schema is an object, true or false"},
      {"{\"requried\": [\"a\"]}", "s.json:1:2 w the keyword \"requried\" checks nothing; did you mean \"required\"?"},
      {"{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"$ref\": \"#/definitions/a\", \"minLength\": 2, "
       "\"definitions\": {\"a\": {}}}",
       "s.json:1:83 w the keyword \"minLength\" checks nothing beside `$ref` in draft 7: put both into `allOf`"},
      {"{\"$schema\": \"http://json-schema.org/draft-07/schema#\", \"prefixItems\": [{}]}",
       "s.json:1:56 w the keyword \"prefixItems\" checks nothing in draft 7: it is one of draft 2020-12"},
      {"{\"additionalItems\": false}",
       "s.json:1:2 w the keyword \"additionalItems\" checks nothing in draft 2020-12: it is one of draft 7"},
      {"{\"type\": \"string\",\n \"type\": \"null\"}", "s.json:2:2 e the key \"type\" is there twice"},
      {"{\"properties\": {\"a\": {}, \"b\": {}, \"a\": {}}}", "s.json:1:35 e the key \"a\" is there twice"},
      {"{\"pattern\": \"^(abcdef){500}$\"}",
       "s.json:1:14 e the pattern \"^(abcdef){500}$\" cannot be used: the pattern is too long to match quickly"},
      {"{\"minimum\": 1e99999999999999999999}", "s.json:1:13 e `minimum` wants a number"},
  };
  for (const Case& one : cases) {
    const CompiledSet set = set_of({{"s.json", one.schema}});
    const std::vector<string> lines = said(set);
    ASSERT_EQ(lines.size(), 1U) << one.schema << ": " << testing::PrintToString(lines);
    EXPECT_TRUE(lines.front().starts_with(one.begins)) << one.schema << ": " << lines.front();
    EXPECT_EQ(set.index == nullptr, one.begins.find(" e ") != string::npos) << one.schema;
  }
}

TEST(SchemaLint, HasABoundForEverything) {
  string many = "{\"$defs\": {\"x\": true";
  for (int i = 0; i < 300; ++i)
    many += ", \"d" + std::to_string(i) + "\": {\"pattern\": \"" + std::to_string(i) + "\"}";
  many += "}, \"allOf\": [true";
  for (int i = 0; i < 300; ++i) many += ", {\"$ref\": \"#/$defs/d" + std::to_string(i) + "\"}";
  const std::vector<string> lines = said(set_of({{"s.json", many + "]}"}}));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines.front().find("more than 256 different patterns"), string::npos) << lines.front();
  string nodes = "{\"allOf\": [true";
  for (std::size_t i = 0; i <= kMostNodes; ++i) nodes += ",{}";
  EXPECT_NE(said(set_of({{"s.json", nodes + "]}"}})).at(0).find("20,000 subschemas"), string::npos);
}

TEST(SchemaLint, ReadsReferencesWithinTheSet) {
  const CompiledSet set = set_of({{"s.json",
                                   "{\"properties\": {\"a\": {\"$ref\": \"t/a.json#/$defs/x\"}, \"b\": {\"$ref\": "
                                   "\"https://example.com/b\"}, \"c\": {\"$ref\": "
                                   "\"https://json-schema.org/draft/2020-12/schema\"}}}"},
                                  {"t/a.json", "{\"$defs\": {\"x\": {\"$ref\": \"b%20c.json\"}}}"},
                                  {"t/b c.json", "{\"type\": \"null\"}"},
                                  {"z.json", "{\"$id\": \"https://example.com/b\", \"$ref\": \"urn:x:y\"}"},
                                  {"y.json", "{\"$id\": \"urn:x:y\"}"}});
  EXPECT_EQ(said(set), std::vector<string>{});
  ASSERT_NE(set.index, nullptr);
  EXPECT_EQ(set.index->match("a")->settings().json.compiled->files,
            (std::vector<string>{"s.json", "t/a.json", "t/b c.json", "y.json", "z.json"}));
}

TEST(SchemaLint, TheDigestHoldsWhatTheSchemaRefersTo) {
  const string root = "{\"$ref\": \"a.json\"}";
  const string alone = digest_of(set_of({{"s.json", "{}"}}));
  EXPECT_NE(alone, digest_of(set_of({{"s.json", "{ }"}})));
  const string both = digest_of(set_of({{"s.json", root}, {"a.json", "{}"}}));
  EXPECT_EQ(both, digest_of(set_of({{"s.json", root}, {"a.json", "{}"}, {"b.json", "{}"}})));
  EXPECT_NE(both, digest_of(set_of({{"s.json", root}, {"a.json", "{ }"}})));
  EXPECT_NE(alone, digest_of(set_of({{"s.json", "{}"}}, ", formats: assert")));
}

// A file is read once for all contracts, and also where another one looked for an `$id` in it: what is wrong is said
// all the same.
TEST(SchemaLint, SaysWhatIsWrongWithAFileThatWasReadForAnother) {
  const CompiledSet set = compile_contracts({{"a.yaml", "contract: a\nmatch: {prefix: a}\njson: {schema: s.json}\n"},
                                             {"b.yaml", "contract: b\nmatch: {prefix: b}\njson: {schema: t.json}\n"},
                                             {"s.json", "{\"$ref\": \"urn:x:y\"}"},
                                             {"t.json", "{\"$id\": \"#a\"}"},
                                             {"u.json", "{\"$id\": \"urn:x:y\"}"}});
  EXPECT_EQ(set.index, nullptr);
  ASSERT_EQ(said(set).size(), 1U);
  EXPECT_TRUE(said(set)[0].starts_with("t.json:1:9 e `$id` may have no fragment")) << said(set)[0];
}

TEST(SchemaLint, AnUnknownVocabularyThatIsDemandedIsAnError) {
  const std::map<string, string> set = {
      {"s.json", "{\"$schema\": \"m.json\"}"},
      {"m.json",
       "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"$vocabulary\": {\"urn:other\": true}}"}};
  const std::vector<string> lines = said(set_of(set));
  ASSERT_FALSE(lines.empty());
  EXPECT_TRUE(lines.back().starts_with("s.json:1:13 e the metaschema demands the vocabulary \"urn:other\""))
      << lines.back();
}

}  // namespace
}  // namespace scalper::schema
