#include "validate/learn/contract_draft.h"

#include <algorithm>
#include <array>
#include <utility>

#include "validate/contract/canonical.h"
#include "validate/detect/types.h"
#include "validate/learn/schema_drafts.h"

namespace scalper::learn {
namespace {

constexpr std::size_t kMostMemberTypes = 64;
constexpr std::uint64_t kLongestLine = std::uint64_t{1} << 30U;
constexpr std::uint64_t kWidest = 1'000'000;
constexpr std::size_t kLongestRoot = 256;

bool is_picture(Check check) {
  return check == Check::kPng || check == Check::kJpeg || check == Check::kGif || check == Check::kWebp;
}

Check check_of(const std::string& media) {
  const ContentType* const type = find_content_type(media);
  return type == nullptr ? Check::kNone : type->check;
}

bool has_check(const std::set<std::string>& types, Check check) {
  return std::any_of(types.begin(), types.end(), [&](const std::string& media) { return check_of(media) == check; });
}

// Texts that hold nothing that YAML would read otherwise stand as they are.
std::string list_of(const std::set<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return "[" + list + "]";
}

// A power of ten of bytes: "10MB".
std::string size_text(std::uint64_t bytes) {
  constexpr auto kUnits = std::to_array<const char*>({"B", "kB", "MB", "GB", "TB"});
  std::size_t unit = 0;
  for (; bytes >= 1000 && bytes % 1000 == 0 && unit + 1 < kUnits.size(); bytes /= 1000) ++unit;
  return std::to_string(bytes) + kUnits.at(unit);
}

class ContractDraft {
 public:
  ContractDraft(const SampleNotes& notes, const DraftQuestion& question) : notes_(notes), question_(question) {}

  std::vector<ContractText> run() {
    head();
    sizes();
    // What is said of a format holds for members of archives as well; of office documents nobody means that.
    const bool opened = has(Check::kTar) || notes_.types.contains("application/zip");
    const auto speaks_of = [&](Check check) { return has(check) || (opened && has_check(notes_.member_types, check)); };
    const bool lines = speaks_of(Check::kText);
    const bool values = speaks_of(Check::kJson) || speaks_of(Check::kNdjson);
    if (lines || values || speaks_of(Check::kCsv)) text(lines);
    if (speaks_of(Check::kCsv)) table();
    if (values) json();
    if (speaks_of(Check::kXml) && notes_.roots.size() == 1 && notes_.roots.begin()->size() <= kLongestRoot) xml();
    if (notes_.width > 0 && (opened || is_picture(check_of(*notes_.types.begin())))) pictures();
    if (opened) members();
    std::vector<ContractText> files = {{question_.stem + ".yaml", std::move(yaml_)}};
    for (ContractText& schema : schemas_) files.push_back(std::move(schema));
    return files;
  }

 private:
  [[nodiscard]] bool has(Check check) const { return has_check(notes_.types, check); }
  // No sample was warned of that, so that it may become an error.
  [[nodiscard]] bool never(const char* code) const { return !question_.unsaid && !question_.warned.contains(code); }

  void say(const std::string& comment, const std::string& line) { yaml_ += "\n# " + comment + "\n" + line + "\n"; }

  void head() {
    const std::string samples = question_.samples == 1 ? "1 sample" : std::to_string(question_.samples) + " samples";
    yaml_ = "# Made by `scalper contract init` of " + samples +
            ". Every line may be edited; docs/contracts.md says what the keys mean,\n"
            "# `scalper contract lint` checks the result, `scalper check --contract` tries it on files.\n"
            "contract: " +
            question_.name + "\n";
    std::string match = "match: {prefix: " + grammar::canonical_string(question_.prefix);
    if (!question_.suffixes.empty()) {
      match += ", suffix: [";
      for (const std::string& suffix : question_.suffixes)
        match += (suffix == question_.suffixes.front() ? "" : ", ") + grammar::canonical_string(suffix);
      match += "]";
    }
    say("The files that it judges: how their keys begin and end.", match + "}");
    say("What they have to be, as found in their content.", "types: " + list_of(notes_.types));
  }

  void sizes() {
    const std::string most = std::to_string(question_.most) + " bytes.";
    say(question_.least == question_.most ? "A sample has " + most
                                          : "The samples have " + std::to_string(question_.least) + " to " + most,
        "size: {min: " + std::string(question_.least > 0 ? "1B" : "0B") + ", max: " +
            size_text(std::max<std::uint64_t>(1000, with_margin(static_cast<double>(question_.most)))) + "}");
  }

  void text(bool lines) {
    std::string line = "text: {encoding: utf-8, bom: " + std::string(notes_.mark ? "allow" : "forbid");
    if (lines && never("text.control")) line += ", controls: error";
    if (lines)
      line += ", line_length: " +
              size_text(std::min(kLongestLine,
                                 std::max<std::uint64_t>(1000, with_margin(static_cast<double>(notes_.longest_line)))));
    say(notes_.mark ? "A sample begins with a byte order mark." : "No sample begins with a byte order mark.",
        line + "}");
  }

  void table() {
    std::string line;
    const auto add = [&](const std::string& part) { line += (line.empty() ? "" : ", ") + part; };
    const TableNotes& notes = notes_.table;
    if (!notes.any()) return;
    if (notes.delimiter().has_value())
      add("delimiter: " + (*notes.delimiter() == '\t' ? "\"\\t\"" : "\"" + std::string(1, *notes.delimiter()) + "\""));
    const bool known = notes.conflict().empty() && notes.named();
    if (known) add("header: " + std::string(notes.header() ? "true" : "false"));
    if (known) add("schema: " + grammar::canonical_string(question_.stem + ".table.json"));
    if (known) schemas_.push_back({question_.stem + ".table.json", draft_table_schema(notes)});
    const std::string why = !notes.conflict().empty() ? notes.conflict()
                            : known                   ? "the schema has the columns with their types"
                                                      : "columns without a name of their own cannot be in a schema";
    if (!line.empty()) say("Tables: " + why + ".", "csv: {" + line + "}");
    if (never("safety.csv_formula")) say("No cell would be run by a spreadsheet.", "safety: {csv_formula: error}");
  }

  void json() {
    if (!notes_.json.any()) return;
    bool formats = false;
    schemas_.push_back({question_.stem + ".schema.json", draft_json_schema(notes_.json, question_.name, formats)});
    std::string line = "json: {schema: " + grammar::canonical_string(question_.stem + ".schema.json");
    if (formats) line += ", formats: assert";
    if (never("json.duplicate_key")) line += ", duplicate_keys: error";
    say("The schema allows members that it does not name; `additionalProperties: false` there would not.", line + "}");
  }

  void xml() {
    say("The root element of all samples; no document type declaration is allowed.",
        "xml: {root: " + grammar::canonical_string(*notes_.roots.begin()) + ", doctype: forbid}");
  }

  void pictures() {
    const auto side = [](std::uint64_t pixels) {
      return std::to_string(std::min(kWidest, with_margin(static_cast<double>(pixels) / 10) * 2));
    };
    say("The largest picture of the samples has " + std::to_string(notes_.width) + " by " +
            std::to_string(notes_.height) + " pixels.",
        "image: {max_width: " + side(std::max(notes_.width, notes_.height)) +
            ", max_height: " + side(std::max(notes_.width, notes_.height)) + "}");
  }

  void members() {
    if (notes_.member_types.empty() || notes_.member_types.size() > kMostMemberTypes) return;
    say("What lies in the archives.", "archive: {members: {types: " + list_of(notes_.member_types) + "}}");
  }

  const SampleNotes& notes_;
  const DraftQuestion& question_;
  std::string yaml_;
  std::vector<ContractText> schemas_;
};

}  // namespace

std::string disagreement(const SampleNotes& notes) {
  if (notes.types.empty()) return "nothing is known of what the samples are";
  const bool pictures = std::all_of(notes.types.begin(), notes.types.end(),
                                    [](const std::string& media) { return is_picture(check_of(media)); });
  if (notes.types.size() > 1 && !pictures) return "the samples are of several types: " + list_of(notes.types);
  const bool tables = has_check(notes.types, Check::kCsv);
  return tables ? notes.table.conflict() : std::string();
}

std::vector<ContractText> draft_contract(const SampleNotes& notes, const DraftQuestion& question) {
  return ContractDraft(notes, question).run();
}

}  // namespace scalper::learn
