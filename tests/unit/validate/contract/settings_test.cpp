// From keys to settings, and what the digest holds.

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "validate/contract.h"
#include "validate/contract/grammar.h"
#include "validate/contract/values.h"

namespace scalper::tests {
namespace {

using std::string;

std::shared_ptr<const CompiledContract> compiled(const string& text, const string& path = "c.yaml",
                                                 std::vector<ContractText> beside = {}) {
  beside.push_back({path, text});
  const CompiledSet set = compile_contracts(beside);
  EXPECT_TRUE(set.index) << text << (set.messages.empty() ? "" : set.messages.front().message);
  return set.index ? set.index->all().front() : nullptr;
}

template <class T>
string shown(const std::optional<T>& value) {
  return value ? std::to_string(static_cast<std::uint64_t>(*value)) : "-";
}

string shown(const std::vector<string>& words) {
  string all;
  for (const string& word : words) all += word + ",";
  return all;
}

string shown(Strictness strictness) {
  return strictness == Strictness::kAllow ? "allow" : strictness == Strictness::kWarn ? "warn" : "error";
}

// Each setting by its key, so that a difference is a key.
std::map<string, string> all_of(const ContractSettings& s) {
  return {{"contract", s.name},
          {"match.prefix", s.match.prefix},
          {"match.suffix", shown(s.match.suffix)},
          {"types", shown(s.types)},
          {"checks", s.checks == Checks::kAll ? "all" : "type-only"},
          {"size.min", shown(s.size.min)},
          {"size.max", shown(s.size.max)},
          {"integrity.require", shown(s.integrity.require)},
          {"integrity.from", std::to_string(static_cast<int>(s.integrity.from))},
          {"integrity.wait", std::to_string(s.integrity.wait.count())},
          {"text.encoding", std::to_string(static_cast<int>(s.text.encoding))},
          {"text.bom", shown(s.text.bom)},
          {"text.controls", shown(s.text.controls)},
          {"text.line_length", shown(s.text.line_length)},
          {"csv.delimiter", shown(s.csv.delimiter)},
          {"csv.header", shown(s.csv.header)},
          {"csv.quote", string(1, s.csv.quote)},
          {"csv.schema", s.csv.schema.value_or("-")},
          {"json.schema", s.json.schema.value_or("-")},
          {"json.formats", s.json.assert_formats ? "assert" : "annotate"},
          {"json.duplicate_keys", shown(s.json.duplicate_keys)},
          {"json.depth", shown(s.json.depth)},
          {"xml.root", s.xml.root.value_or("-")},
          {"xml.doctype", s.xml.doctype ? "allow" : "forbid"},
          {"xml.depth", shown(s.xml.depth)},
          {"yaml.aliases", s.yaml.aliases ? "allow" : "forbid"},
          {"parquet.schema", s.parquet.schema.value_or("-")},
          {"parquet.max_rows", shown(s.parquet.max_rows)},
          {"image.max_width", shown(s.image.max_width)},
          {"image.max_height", shown(s.image.max_height)},
          {"pdf.max_pages", shown(s.pdf.max_pages)},
          {"pdf.scripts", shown(s.pdf.scripts)},
          {"pdf.attachments", shown(s.pdf.attachments)},
          {"archive.max_entries", std::to_string(s.archive.max_entries)},
          {"archive.max_ratio", std::to_string(s.archive.max_ratio)},
          {"archive.max_depth", std::to_string(s.archive.max_depth)},
          {"archive.max_total", std::to_string(s.archive.max_total)},
          {"archive.members.types", shown(s.archive.member_types)},
          {"safety.csv_formula", shown(s.safety.csv_formula)},
          {"safety.executable", shown(s.safety.executable)},
          {"safety.polyglot", shown(s.safety.polyglot)},
          {"safety.macros", shown(s.safety.macros)},
          {"limits.findings", std::to_string(s.limits.findings)},
          {"limits.time_per_gib", s.limits.time_per_gib ? std::to_string(s.limits.time_per_gib->count()) : "-"},
          {"limits.decoder_memory", std::to_string(s.limits.decoder_memory)},
          {"hooks", shown(s.hooks)},
          {"malware", std::to_string(static_cast<int>(s.malware_scan))},
          {"unbuilt", shown(s.unbuilt)}};
}

// What differs from the built-in contract, without the name.
string changed(const ContractSettings& settings) {
  string all;
  const auto usual = all_of(ContractSettings{});
  for (const auto& [key, value] : all_of(settings))
    if (value != usual.at(key) && key != "contract") all += key + "=" + value + " ";
  return all;
}

TEST(ContractSettingsRead, EachKeySetsWhatItSays) {
  const std::vector<std::pair<string, string>> cases = {
      {"", ""},
      {"description: words", ""},
      {"match: {prefix: a/}", "match.prefix=a/ "},
      {"match: {suffix: .csv}", "match.suffix=.csv, "},
      {"match: {suffix: [.csv, .gz]}", "match.suffix=.csv,.gz, "},
      {"types: [text/csv, application/json]", "types=text/csv,application/json, "},
      {"checks: type-only", "checks=type-only "},
      {"size: {min: 1, max: 10GiB}", "size.max=10737418240 size.min=1 "},
      {"size: {min: 5 MB, max: 1e9}", "size.max=1000000000 size.min=5000000 "},
      {"integrity: {require: md5, from: manifest, wait: 2min}",
       "integrity.from=2 integrity.require=5 integrity.wait=120000 "},
      {"integrity: {require: crc64nvme, from: metadata}", "integrity.from=3 integrity.require=1 "},
      {"integrity: {require: crc32, from: sidecar}", "integrity.from=1 integrity.require=2 "},
      {"integrity: {require: crc32c, from: sidecar}", "integrity.from=1 integrity.require=3 "},
      {"integrity: {require: sha1, from: sidecar}", "integrity.from=1 integrity.require=4 "},
      {"integrity: {require: sha256, from: sidecar}", "integrity.from=1 integrity.require=0 "},
      {"text: {encoding: us-ascii}", "text.encoding=1 "},
      {"text: {encoding: utf-16}", "text.encoding=2 "},
      {"text: {encoding: utf-16le}", "text.encoding=3 "},
      {"text: {encoding: utf-16be}", "text.encoding=4 "},
      {"text: {encoding: iso-8859-1}", "text.encoding=5 "},
      {"text: {encoding: windows-1252}", "text.encoding=6 "},
      {"text: {encoding: utf-8, bom: forbid, controls: allow, line_length: 1KiB}",
       "text.bom=error text.controls=allow text.line_length=1024 "},
      {"csv: {delimiter: ';', header: false, quote: \"'\"}", "csv.delimiter=59 csv.header=0 csv.quote=' "},
      {"csv: {delimiter: \"\\t\", header: true}", "csv.delimiter=9 csv.header=1 "},
      {"json: {duplicate_keys: error, depth: 5}", "json.depth=5 json.duplicate_keys=error "},
      {"yaml: {aliases: forbid}\nparquet: {max_rows: 9}", "parquet.max_rows=9 yaml.aliases=forbid "},
      {"archive: {max_entries: 1, max_ratio: 2, max_depth: 3, max_total: 4}",
       "archive.max_depth=3 archive.max_entries=1 archive.max_ratio=2 archive.max_total=4 "},
      {"archive: {members: {types: text/csv}}", "archive.members.types=text/csv, "},
      {"archive: {members: {types: text/csv}}\nchecks: type-only",
       "archive.members.types=text/csv, checks=type-only unbuilt=archive.members.types, "},
      {"safety: {csv_formula: error, executable: warn}", "safety.csv_formula=error safety.executable=warn "},
      {"safety: {polyglot: allow, macros: allow}\nmalware: 'off'", "safety.macros=allow safety.polyglot=allow "},
      {"malware: require\nhooks: [mine]", "hooks=mine, malware=1 "},
      {"limits: {findings: 7, time_per_gib: 30s, decoder_memory: 1MiB}",
       "limits.decoder_memory=1048576 limits.findings=7 limits.time_per_gib=30000 "},
  };
  for (const auto& [text, want] : cases) {
    const auto contract = compiled("contract: c\n" + text + "\n");
    ASSERT_TRUE(contract);
    EXPECT_EQ(changed(contract->settings()), want) << text;
    EXPECT_EQ(contract->settings().name, "c");
  }
}

// A value of the key's shape and range, in the grammar of flow YAML.
string some_value(const grammar::Key& key) {
  using grammar::Shape;
  switch (key.shape) {
    case Shape::kName: return "x";
    case Shape::kSentence:
    case Shape::kPrefix: return "some/text";
    case Shape::kSuffixes: return "[.x]";
    case Shape::kMediaTypes: return "[text/csv]";
    case Shape::kNames: return "[one, two]";
    case Shape::kFile: return "s.json";
    case Shape::kCharacter: return "'|'";
    case Shape::kFlag: return "true";
    case Shape::kWhole:
    case Shape::kSize: return std::to_string(key.most);
    case Shape::kDuration: return grammar::duration_text(key.most);
    case Shape::kChoice: return "'" + string(key.choices.back()) + "'";
  }
  return "";
}

// No key is taken and then forgotten: it sets something, or its files are unverifiable.
TEST(ContractSettingsRead, EveryKeyIsReadAndWhatIsNotBuiltIsSaid) {
  for (const grammar::Key& key : grammar::all_keys()) {
    if (key.path == "contract") continue;
    string text = some_value(key);
    string path(key.path);
    while (!path.empty()) {
      const std::size_t dot = path.rfind('.');
      text = path.substr(dot == string::npos ? 0 : dot + 1) + ": " + text;
      path.resize(dot == string::npos ? 0 : dot);
      if (!path.empty()) text = "{" + text + "}";
    }
    if (key.path == "safety.executable") text = "safety: {executable: warn}";  // the last choice is the default
    if (key.path == "safety.polyglot") text = "safety: {polyglot: warn}";      // here as well
    if (key.path == "xml.doctype") text = "xml: {doctype: allow}";             // as is forbid
    if (key.path == "integrity.wait") text = "integrity: {from: sidecar, wait: 1d}";
    if (key.path == "integrity.require") text = "integrity: {from: sidecar, require: md5}";
    const auto contract = compiled("contract: c\n" + text, "c.yaml", {{"s.json", R"({"fields": [{"name": "a"}]})"}});
    ASSERT_TRUE(contract) << text;
    const auto& unbuilt = contract->settings().unbuilt;
    EXPECT_EQ(unbuilt, key.built == grammar::Built::kYes || key.built == grammar::Built::kBeside
                           ? std::vector<string>{}
                           : std::vector<string>{string(key.path)})
        << text;
    const bool sets = !changed(contract->settings()).empty();
    const bool by_default = key.path == "description";
    EXPECT_EQ(sets, !by_default || !unbuilt.empty()) << text;
  }
}

TEST(ContractSettingsRead, TheBuiltInOneIsThatOfTheDefaults) {
  EXPECT_EQ(all_of(builtin_contract()->settings()), all_of(ContractSettings{}));
  EXPECT_EQ(builtin_contract()->stamp().name, "builtin");
  EXPECT_EQ(builtin_contract()->stamp().digest.size(), 64U);
}

TEST(ContractDigest, IsThatOfTheCanonicalForm) {
  const string canonical = R"({"contract":"c","size":{"max":"10GiB","min":1},"types":["text/csv"]})";
  const string want = to_hex(sha256(as_bytes(canonical)));
  for (const auto& [path, text] : std::vector<std::pair<string, string>>{
           {"c.yaml", "contract: c\nsize: {min: 1, max: 10GiB}\ntypes: [text/csv]\n"},
           {"c.yml", "# words\n---\ntypes:\n  - 'text/csv'\nsize:\n  max: \"10GiB\"\n  min: 1.0\ncontract: c\n...\n"},
           {"x/c.json", R"({"types":["text\/csv"],"contract":"\u0063","size":{"min":1e0,"max":"10GiB"}})"},
           {"c.json", canonical}})
    EXPECT_EQ(compiled(text, path)->stamp().digest, want) << text;
  EXPECT_NE(compiled("contract: c\nsize: {min: 2, max: 10GiB}\ntypes: [text/csv]\n")->stamp().digest, want);
}

TEST(ContractDigest, HoldsTheBytesOfTheSchemas) {
  const string text = "contract: c\ncsv: {schema: t/s.json}\n";
  const string schema = "{\"fields\": [{\"name\": \"a\"}]}\n";
  const string canonical = R"({"contract":"c","csv":{"schema":")" + to_hex(sha256(as_bytes(schema))) + R"("}})";
  const auto contract = compiled(text, "c.yaml", {{"t/s.json", schema}});
  EXPECT_EQ(contract->stamp().digest, to_hex(sha256(as_bytes(canonical))));
  EXPECT_EQ(contract->settings().csv.schema, "t/s.json");
  const auto deeper = compiled(text, "x/c.yaml", {{"x/t/s.json", schema}});
  EXPECT_EQ(deeper->stamp().digest, contract->stamp().digest);
  EXPECT_EQ(deeper->settings().csv.schema, "x/t/s.json");
  EXPECT_NE(compiled(text, "c.yaml", {{"t/s.json", schema + " "}})->stamp().digest, contract->stamp().digest);
}

TEST(ContractDigest, FilesNamedByAContractAreFoundWhateverElseIsWrong) {
  const std::vector<std::pair<ContractText, std::vector<string>>> cases = {
      {{"c.yaml", "csv: {schema: a.json}\nsize: x\njson: {schema: b/c.json}\n"}, {"a.json", "b/c.json"}},
      {{"x/c.json", R"({"contract": "c", "json": {"schema": "a.json"}})"}, {"x/a.json"}},
      {{"c.yaml", "csv: {schema: ../a.json}\n"}, {}},
      {{"c.yaml", "csv: [\n"}, {}},
      {{"set.yaml", "unmatched: builtin\n"}, {}},
  };
  for (const auto& [file, want] : cases) EXPECT_EQ(files_named_by(file), want) << file.text;
}

TEST(ContractDigest, FilesNeededByAContractAreThoseThatItsSchemasReferTo) {
  const ContractText contract{"x/c.yaml", "contract: c\njson: {schema: s.json}\n"};
  const std::vector<ContractText> set = {
      contract,
      {"x/s.json", R"({"items": {"$ref": "t/a.json"}, "not": {"$ref": "https://example.com/b"}})"},
      {"x/t/a.json", R"({"$ref": "#"})"},
      {"b.json", R"({"$id": "https://example.com/b"})"},
      {"x/other.json", "{}"},
      {"x/broken.json", "{"}};
  EXPECT_EQ(files_needed_by(contract, set), (std::vector<string>{"x/s.json"}));  // t/a.json never ends: no schema
  std::vector<ContractText> sound = set;
  sound[2].text = "{}";
  EXPECT_EQ(files_needed_by(contract, sound), (std::vector<string>{"x/s.json", "b.json", "x/t/a.json"}));
}

TEST(ContractUnits, AreReadAndWritten) {
  const std::vector<std::pair<string, std::optional<std::uint64_t>>> sizes = {
      {"0B", 0},
      {"1B", 1},
      {"1kB", 1000},
      {"1KB", 1000},
      {"2KiB", 2048},
      {"10 GiB", 10ULL << 30U},
      {"8388607TiB", 8388607ULL << 40U},
      {"8388608TiB", std::nullopt},
      {"1", std::nullopt},
      {"1  B", std::nullopt},
      {"1gib", std::nullopt},
      {"01B", std::nullopt},
      {"-1B", std::nullopt},
      {"+1B", std::nullopt},
      {"1.5GiB", std::nullopt},
      {"", std::nullopt},
      {"B", std::nullopt},
      {"99999999999999999999B", std::nullopt},
  };
  for (const auto& [text, want] : sizes) EXPECT_EQ(grammar::parse_size(text), want) << text;
  const std::vector<std::pair<string, std::optional<std::uint64_t>>> times = {
      {"0s", 0},  {"5min", 300000},     {"1h", 3600000},    {"2d", 172800000},
      {"7ms", 7}, {"5m", std::nullopt}, {"5", std::nullopt}};
  for (const auto& [text, want] : times) EXPECT_EQ(grammar::parse_duration(text), want) << text;
  EXPECT_EQ(grammar::size_text(0), "0B");
  EXPECT_EQ(grammar::size_text(1536), "1536B");
  EXPECT_EQ(grammar::size_text(1ULL << 31U), "2GiB");
  EXPECT_EQ(grammar::duration_text(90000), "90s");
  EXPECT_EQ(grammar::duration_text(0), "0ms");
}

}  // namespace
}  // namespace scalper::tests
