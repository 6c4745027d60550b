// What is published of the grammar - the editors' schema, the page for people, the sample contracts - says what the
// table says.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "validate/contract.h"
#include "validate/contract/grammar.h"
#include "validate/contract/values.h"

namespace scalper::grammar {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path kSource = SCALPER_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// For whoever changed the table: what the file has to be.
std::string kept_for_copying(const std::string& name, const std::string& text) {
  const fs::path path = fs::path(SCALPER_BINARY_DIR) / name;
  std::ofstream(path, std::ios::binary) << text;
  return "the table of the grammar says otherwise; what follows from it is in " + path.string();
}

json::value one_or_list(json::object each, const Key& key) {
  json::object list{
      {"type", "array"}, {"items", each}, {"minItems", key.least}, {"maxItems", key.most}, {"uniqueItems", true}};
  return json::object{{"anyOf", json::array{std::move(each), std::move(list)}}};
}

json::object text_of(const std::string& pattern) { return {{"type", "string"}, {"pattern", pattern}}; }

json::object schema_of(const Key& key) {
  const std::string name = "^[A-Za-z0-9][A-Za-z0-9._-]{0," + std::to_string(kMostNameChars - 1) + "}$";
  const json::object ending{{"type", "string"}, {"minLength", 1}, {"maxLength", kMostSuffixBytes}};
  const json::object whole{{"type", "integer"}, {"minimum", key.least}, {"maximum", key.most}};
  switch (key.shape) {
    case Shape::kName: return text_of(name);
    case Shape::kSentence:
    case Shape::kPrefix: return {{"type", "string"}, {"minLength", key.least}, {"maxLength", key.most}};
    case Shape::kSuffixes: return one_or_list(ending, key).as_object();
    case Shape::kMediaTypes:
      return one_or_list(text_of("^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$"), key).as_object();
    case Shape::kNames: return one_or_list(text_of(name), key).as_object();
    case Shape::kFile: return text_of("^[^/].*\\.json$");
    case Shape::kCharacter: return text_of("^[^A-Za-z0-9\\r\\n]$");
    case Shape::kFlag: return {{"type", "boolean"}};
    case Shape::kWhole: return whole;
    case Shape::kSize:
      return {{"anyOf", json::array{whole, text_of("^(0|[1-9][0-9]*) ?(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$")}}};
    case Shape::kDuration: return text_of("^(0|[1-9][0-9]*) ?(ms|s|min|h|d)$");
    case Shape::kChoice: break;
  }
  json::array words;
  for (const std::string_view word : key.choices) words.emplace_back(word);
  return {{"enum", std::move(words)}};
}

json::object section_schema(const std::string& path, std::string_view meaning) {
  json::object properties;
  for (const std::string_view name : names_below(path)) {
    const std::string full = path.empty() ? std::string(name) : path + "." + std::string(name);
    if (const Key* key = find_key(full)) {
      json::object value = schema_of(*key);
      value["description"] = key->meaning;
      properties[name] = std::move(value);
    } else {
      properties[name] = section_schema(full, find_section(full)->meaning);
    }
  }
  return {{"description", meaning},
          {"type", "object"},
          {"additionalProperties", false},
          {"properties", std::move(properties)}};
}

json::value editors_schema() {
  json::object schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Contract"}};
  for (auto& member : section_schema("", "What a feed's owner demands of its files; see docs/contracts.md."))
    schema[member.key()] = std::move(member.value());
  schema["required"] = json::array{"contract"};
  return schema;
}

TEST(ContractPublished, TheEditorsSchemaHasEveryKeyAndNoOther) {
  const json::value want = editors_schema();
  EXPECT_EQ(json::parse(read(kSource / "schemas/contract.schema.json")), want)
      << kept_for_copying("contract.schema.json", json::serialize(want));
}

std::string range(const Key& key) {
  switch (key.shape) {
    case Shape::kName: return "name of at most " + std::to_string(key.most) + " characters";
    case Shape::kSentence:
    case Shape::kPrefix: return "text of at most " + std::to_string(key.most) + " bytes";
    case Shape::kSuffixes: return "ending, or a list of at most " + std::to_string(key.most);
    case Shape::kMediaTypes: return "media type, or a list of at most " + std::to_string(key.most);
    case Shape::kNames: return "name, or a list of at most " + std::to_string(key.most);
    case Shape::kFile: return "path of a .json file";
    case Shape::kCharacter: return "one character";
    case Shape::kFlag: return "`true`, `false`";
    case Shape::kWhole: return std::to_string(key.least) + " to " + std::to_string(key.most);
    case Shape::kSize: return size_text(key.least) + " to " + size_text(key.most);
    case Shape::kDuration: return duration_text(key.least) + " to " + duration_text(key.most);
    case Shape::kChoice: break;
  }
  std::string words;
  for (const std::string_view word : key.choices) words += (words.empty() ? "`" : ", `") + std::string(word) + "`";
  return words;
}

std::string row(const Key& key) {
  const std::string built = key.built == Built::kYes      ? "yes"
                            : key.built == Built::kNo     ? "not yet"
                            : key.built == Built::kBeside ? "gate only"
                                                          : "`" + std::string(key.choices.front()) + "` only";
  return "| `" + std::string(key.path) + "` | " + range(key) + " | " + built + " | " + std::string(key.meaning) + " |";
}

TEST(ContractPublished, ThePageHasARowForEveryKeyAndNoOther) {
  std::set<std::string> want;
  std::string tables;
  for (const auto keys : {all_keys(), set_keys()})
    for (const Key& key : keys) {
      want.insert(row(key));
      tables += row(key) + "\n";
    }
  std::set<std::string> rows;
  std::istringstream page(read(kSource / "docs/contracts.md"));
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("| `")) rows.insert(line);
  EXPECT_EQ(rows, want) << kept_for_copying("contract_keys.md", tables);
}

std::string all_messages(const CompiledSet& set) {
  std::string text;
  for (const LintMessage& m : set.messages) text += m.path + ":" + std::to_string(m.line) + ": " + m.message + "\n";
  return text;
}

// A block that begins with "# name.yaml" is that file of a set; those of one heading are a set.
TEST(ContractPublished, TheExamplesOfThePageCompile) {
  std::istringstream page(read(kSource / "docs/contracts.md"));
  std::vector<ContractText> files;
  int sets = 0;
  const auto compile = [&] {
    if (files.empty()) return;
    const CompiledSet set = compile_contracts(files);
    EXPECT_TRUE(set.index) << files.front().text << all_messages(set);
    files.clear();
    ++sets;
  };
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("#") && !inside) compile();
    if (line.starts_with("```")) {
      inside = line == "```yaml" || line == "```json";
      if (inside) files.push_back({"example" + std::to_string(files.size()) + "." + line.substr(3), ""});
    } else if (inside && files.back().text.empty() && line.starts_with("# ") &&
               line.find(' ', 2) == std::string::npos) {
      files.back().path = line.substr(2);
    } else if (inside) {
      files.back().text += line + "\n";
    }
  }
  compile();
  EXPECT_GE(sets, 4);
}

TEST(ContractPublished, TheSampleContractsAreSound) {
  std::vector<ContractText> files;
  for (const auto& entry : fs::recursive_directory_iterator(kSource / "contracts"))
    if (entry.is_regular_file())
      files.push_back({fs::relative(entry.path(), kSource / "contracts").generic_string(), read(entry.path())});
  const CompiledSet set = compile_contracts(files);
  ASSERT_TRUE(set.index) << all_messages(set);
  EXPECT_EQ(all_messages(set), "");  // nothing that this version cannot check
  EXPECT_EQ(set.index->match("orders/2026/a.csv")->stamp().name, "orders");
  EXPECT_EQ(set.index->match("sensors/a.jsonl")->stamp().name, "sensors");
  EXPECT_EQ(set.index->match("logs/web/a.log")->stamp().name, "logs");
  EXPECT_EQ(set.index->match("exports/a.csv.gz")->stamp().name, "exports");
  EXPECT_EQ(set.index->match("else/a.csv.gz")->stamp().name, "builtin");
}

}  // namespace
}  // namespace scalper::grammar
