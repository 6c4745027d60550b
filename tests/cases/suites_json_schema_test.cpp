// json-schema-org/JSON-Schema-Test-Suite: every required test of drafts 2020-12 and 7 comes to the verdict that it
// states, with the remotes served from memory; of the optional ones those that do not are listed with their reasons.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include "support/check_layer.h"
#include "support/json_slices.h"
#include "support/suites.h"
#include "validate/formats/json.h"
#include "validate/schema/compiled_schema.h"

namespace scalper::tests {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRemotes = "http://localhost:1234/";

class Suite {
 public:
  explicit Suite(const fs::path& folder) : remotes_(folder / "remotes") {
    for (const auto& entry : fs::recursive_directory_iterator(remotes_)) {
      if (!entry.is_regular_file()) continue;
      const std::string name = fs::relative(entry.path(), remotes_).generic_string();
      texts_[std::string(kRemotes) + name] = read_file(entry.path());
    }
  }

  // How many tests the file has; those that come to another verdict go to `wrong`, with what was said.
  int run(const fs::path& path, schema::SchemaOptions options, std::map<std::string, std::string>& wrong) {
    const std::string text = read_file(path);
    int tests = 0;
    for (const auto& [unnamed, group] : json_parts(text)) {
      std::vector<LintMessage> messages;
      const auto compiled = compile(json_member(group, "schema"), options, messages);
      for (const auto& [nothing, test] : json_parts(json_member(group, "tests"))) {
        ++tests;
        const std::string name = path.filename().string() + ": " + std::string(json_member(group, "description")) +
                                 ": " + std::string(json_member(test, "description"));
        if (compiled == nullptr) {
          wrong[name] = messages.empty() ? "no schema" : messages.back().message;
          continue;
        }
        const std::vector<std::string> said = judged(compiled, std::string(json_member(test, "data")));
        if (said.empty() != (json_member(test, "valid") == "true"))
          wrong[name] = said.empty() ? "nothing said" : said.front();
      }
    }
    return tests;
  }

 private:
  // What the schema says; the same however the text is cut.
  static std::vector<std::string> judged(const std::shared_ptr<const schema::CompiledSchema>& compiled,
                                         const std::string& data) {
    ContractSettings settings;
    settings.json.compiled = compiled;
    settings.json.duplicate_keys = Strictness::kAllow;
    std::vector<std::string> said = briefs_of(make_json_checker, data, settings, 40);
    std::erase_if(said, [](const std::string& brief) { return brief.starts_with("json."); });
    return said;
  }

  std::shared_ptr<const schema::CompiledSchema> compile(std::string_view text, schema::SchemaOptions options,
                                                        std::vector<LintMessage>& messages) {
    std::vector<schema::SchemaFile> files{{"schema.json", "set:/schema.json", text}};
    for (const auto& [uri, remote] : texts_) files.push_back({uri, uri, remote});
    return schema::make_schema_files(std::move(files))->compile("schema.json", options, messages);
  }

  fs::path remotes_;
  std::map<std::string, std::string> texts_;
};

std::string listed(const std::map<std::string, std::string>& wrong) {
  std::string text;
  for (const auto& [name, why] : wrong) text += "\n  " + name + " -> " + why;
  return text;
}

void run_required(const std::string& draft, schema::Draft by_default, int want) {
  SCALPER_SUITE_OR_SKIP(folder, "json-schema");
  Suite suite(*folder);
  std::map<std::string, std::string> wrong;
  int tests = 0;
  for (const auto& path : files_in(*folder / "tests" / draft))
    if (path.extension() == ".json") tests += suite.run(path, {.draft = by_default}, wrong);
  EXPECT_EQ(tests, want);
  EXPECT_TRUE(wrong.empty()) << wrong.size() << " of " << tests << " wrong:" << listed(wrong);
}

// Of the optional tests, those that come to another verdict: a whole file, or the beginning of a test's name.
const std::vector<std::string>& left_out() {
  static const std::vector<std::string> list = {
      "content.json",      // contentEncoding and contentMediaType are notes, as 2020-12 has it
      "cross-draft.json",  // of the other drafts 2019-09 is not known here
      // Joiners are looked at by the character before them alone, not by the joining types of RFC 5892, appendix A.1.
      "hostname.json: \"validation of A-label (punycode) host names\": \"ZERO WIDTH NON-JOINER not preceded",
      "idn-hostname.json: \"validation of internationalized host names\": \"ZERO WIDTH NON-JOINER not preceded",
      // The rule of RFC 5893 for names that run from right to left is not built.
      "idn-hostname.json: \"validation of internationalized host names\": \"A-label that decodes to a Bidi",
      "idn-hostname.json: \"validation of internationalized host names\": \"Bidi domain name with a digit-first",
      "idn-hostname.json: \"validation of internationalized host names\": \"label starting with a digit before",
      "idn-hostname.json: \"validation of internationalized host names\": \"left-to-right label containing",
      "idn-hostname.json: \"validation of internationalized host names\": \"right-to-left label mixing",
      // Punycode is decoded and not encoded again.
      "idn-hostname.json: \"validation of internationalized host names\": \"non-canonical Punycode",
  };
  return list;
}

void run_optional(const std::string& draft, schema::Draft by_default) {
  SCALPER_SUITE_OR_SKIP(folder, "json-schema");
  Suite suite(*folder);
  std::map<std::string, std::string> wrong;
  int tests = 0;
  for (const auto& path : files_in(*folder / "tests" / draft / "optional"))
    tests += suite.run(path, {.draft = by_default}, wrong);
  for (const auto& path : files_in(*folder / "tests" / draft / "optional" / "format"))
    tests += suite.run(path, {.draft = by_default, .assert_formats = true}, wrong);
  std::printf("%s: %zu of %d optional tests come to another verdict\n", draft.c_str(), wrong.size(), tests);
  EXPECT_LT(wrong.size() * 10, static_cast<std::size_t>(tests));
  std::erase_if(wrong, [](const auto& one) {
    return std::any_of(left_out().begin(), left_out().end(),
                       [&](const std::string& begin) { return one.first.starts_with(begin); });
  });
  EXPECT_TRUE(wrong.empty()) << listed(wrong);
}

TEST(SuiteJsonSchema, OptionalOf2020) { run_optional("draft2020-12", schema::Draft::k2020); }
TEST(SuiteJsonSchema, OptionalOf7) { run_optional("draft7", schema::Draft::k7); }
TEST(SuiteJsonSchema, Draft2020ComesToEveryVerdict) { run_required("draft2020-12", schema::Draft::k2020, 1299); }
TEST(SuiteJsonSchema, Draft7ComesToEveryVerdict) { run_required("draft7", schema::Draft::k7, 927); }

}  // namespace
}  // namespace scalper::tests
