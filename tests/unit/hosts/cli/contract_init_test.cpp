// `scalper contract init`: what it makes of samples is sound, lets every sample be, and refuses what is otherwise.
#include "hosts/cli/contract_init.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "hosts/cli/check_files.h"
#include "hosts/cli/contract_files.h"
#include "hosts/cli/program.h"
#include "hosts/local_exit_codes.h"
#include "support/suites.h"
#include "support/temp_dir.h"
#include "support/whole_checks.h"
#include "validate/integrity/companion_key.h"

namespace scalper::cli {
namespace {

namespace fs = std::filesystem;

struct Ended {
  int code = 0;
  std::string out;
  std::string err;
};

Ended run(const std::vector<std::string>& words, const std::stop_token& stop = {}) {
  std::ostringstream out;
  std::ostringstream err;
  Terminal terminal({out, err, false, false});
  const StopOrder order{stop, [] { return SIGTERM; }};
  const int code = run_program(
      words, terminal,
      {{"contract init", [&](const Arguments& given, Terminal& to) { return init_contract(given, to, order); }}}, "0");
  return {code, out.str(), err.str()};
}

class ContractInit : public ::testing::Test {
 protected:
  // The path of a file that is there from now on.
  std::string put(const std::string& name, std::string_view bytes) {
    const fs::path path = folder_.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string text_of(const std::string& name) const { return tests::read_file(folder_.path() / name); }
  // `scalper contract init --output o.yaml SAMPLE...`
  Ended init(std::vector<std::string> samples) {
    std::vector<std::string> words = {"contract", "init", "--force", "--output", at("o.yaml")};
    words.insert(words.end(), samples.begin(), samples.end());
    return run(words);
  }
  // "valid", or the codes of the findings, under the contract that was written.
  std::string judged(const std::string& path) {
    const auto choice = choose_contracts(at("o.yaml"));
    if (!choice.ok() || (*choice).refused) return "refused";
    CheckProgress progress;
    CompanionFiles companions;
    std::uint64_t skipped = 0;
    const auto files = find_files({path}, skipped, {});
    const CheckedFile file = check_file(files.at(0), {(*choice).contracts, "", companions}, progress);
    if (!file.verdict) return file.error->message();
    return file.verdict->kind == VerdictKind::kValid ? "valid" : tests::codes_of(*file.verdict);
  }

  TempDir folder_{memory_folder()};
};

// A file with as many rows as it takes to believe in ranges, words and forms.
std::string table_of(int rows) {
  std::string text = "id,status,total,placed,zip,note\n";
  for (int i = 0; i < rows; ++i) {
    text += "A-" + std::to_string(1000 + i) + "," + (i % 3 == 0 ? "open" : "paid") + "," + std::to_string(i) + ".50," +
            "2026-11-" + (i % 2 == 0 ? "01" : "15") + ",0" + std::to_string(1000 + i * 7) + "," +
            (i % 4 == 0 ? "" : "some text") + "\n";
  }
  return text;
}

TEST_F(ContractInit, LetsEverySampleOfTheCasesBeValid) {
  int made = 0;
  for (const tests::FileCase& one : tests::file_cases()) {
    if (one.verdict != "valid" || one.contract->stamp().name != "builtin") continue;
    SCOPED_TRACE(one.path);
    const std::string sample = put("cases/" + one.path, one.bytes);
    const Ended ended = init({sample});
    ASSERT_EQ(ended.code, kExitOk) << ended.err;
    const Ended lint = run({"contract", "lint", at("o.yaml")});
    EXPECT_EQ(lint.code, kExitOk) << lint.out << text_of("o.yaml");
    EXPECT_EQ(lint.out.find("warning"), std::string::npos) << lint.out;
    EXPECT_EQ(judged(sample), "valid") << text_of("o.yaml");
    fs::remove_all(folder_.path() / "cases");
    ++made;
  }
  EXPECT_GT(made, 150);
}

TEST_F(ContractInit, LetsEveryGoodSampleOfTheSourceBeValid) {
  std::uint64_t skipped = 0;
  int made = 0;
  for (const FileToCheck& sample : find_files({std::string(SCALPER_SOURCE_DIR) + "/samples"}, skipped, {})) {
    if (companion_key(sample.key).has_value()) continue;
    SCOPED_TRACE(sample.path);
    CheckProgress progress;
    CompanionFiles companions;
    const CheckedFile alone = check_file(sample, {ChosenContracts(), "", companions}, progress);
    const bool good = alone.verdict && alone.verdict->kind == VerdictKind::kValid;
    const Ended ended = init({sample.path});
    EXPECT_EQ(ended.code, good ? kExitOk : kExitSomeInvalid) << ended.err;
    if (!good) continue;
    EXPECT_EQ(judged(sample.path), "valid") << text_of("o.yaml");
    ++made;
  }
  EXPECT_GE(made, 20);
}

TEST_F(ContractInit, RefusesEveryBadCaseAndWritesNothing) {
  int refused = 0;
  for (const tests::FileCase& one : tests::file_cases()) {
    if (one.verdict == "valid" || one.contract->stamp().name != "builtin") continue;
    SCOPED_TRACE(one.path);
    const Ended ended = init({put("cases/" + one.path, one.bytes)});
    EXPECT_EQ(ended.code, kExitSomeInvalid) << ended.err;
    EXPECT_NE(ended.err.find(one.codes.substr(0, one.codes.find(','))), std::string::npos) << ended.err;
    EXPECT_FALSE(fs::exists(at("o.yaml")));
    ++refused;
  }
  EXPECT_GT(refused, 150);
}

TEST_F(ContractInit, LearnsATable) {
  ASSERT_EQ(init({put("orders.csv", table_of(40)), put("packed.csv.gz", tests::gzip_of(table_of(60)))}).code, kExitOk);
  const std::string schema = text_of("o.table.json");
  for (const char* const part :
       {R"({"name": "id", "type": "string", "constraints": {"required": true, "pattern": "[A-Z]-[0-9]{4}"}})",
        R"({"name": "status", "type": "string", "constraints": {"required": true, "enum": ["open", "paid"]}})",
        R"({"name": "total", "type": "number", "constraints": {"required": true, "minimum": 0, "maximum": 1000}})",
        R"({"name": "placed", "type": "date", "constraints": {"required": true}})",
        R"({"name": "zip", "type": "string", "constraints": {"required": true}})",
        R"({"name": "note", "type": "string"})"})
    EXPECT_NE(schema.find(part), std::string::npos) << part << "\n" << schema;
  const std::string contract = text_of("o.yaml");
  for (const char* const part : {"types: [text/csv]", R"(suffix: [".csv", ".csv.gz"])",
                                 R"(csv: {delimiter: ",", header: true, schema: "o.table.json"})",
                                 "text: {encoding: utf-8, bom: forbid}", "safety: {csv_formula: error}"})
    EXPECT_NE(contract.find(part), std::string::npos) << part << "\n" << contract;
  const std::string head = "id,status,total,placed,zip,note\n";
  EXPECT_EQ(judged(put("good.csv", head + "B-7777,open,3,2027-01-01,00001,x\n")), "valid");
  EXPECT_EQ(judged(put("word.csv", head + "B-7777,lost,3,2027-01-01,00001,x\n")), "table.enum");
  EXPECT_EQ(judged(put("form.csv", head + "B7777,open,3,2027-01-01,00001,x\n")), "table.pattern");
  EXPECT_EQ(judged(put("range.csv", head + "B-7777,open,-3,2027-01-01,00001,x\n")), "table.minimum");
  EXPECT_EQ(judged(put("date.csv", head + "B-7777,open,3,1.1.2027,00001,x\n")), "table.type");
  EXPECT_EQ(judged(put("absent.csv", head + ",open,3,2027-01-01,00001,x\n")), "table.required");
  EXPECT_EQ(judged(put("column.csv", "id,status,total\nB-7777,open,3\n")), "table.header");
  EXPECT_EQ(judged(put("mark.csv", "\xEF\xBB\xBF" + head + "B-7777,open,3,2027-01-01,00001,x\n")), "csv.bom");
  EXPECT_EQ(judged(put("other.json", "{}")), "type.not_allowed");
}

TEST_F(ContractInit, BelievesNothingOfAFewRowsButTypes) {
  ASSERT_EQ(init({put("few.csv", table_of(5))}).code, kExitOk);
  const std::string schema = text_of("o.table.json");
  for (const char* const rule : {"enum", "pattern", "minimum", "maximum"})
    EXPECT_EQ(schema.find(rule), std::string::npos) << rule << "\n" << schema;
  EXPECT_NE(schema.find(R"("type": "date")"), std::string::npos) << schema;
}

TEST_F(ContractInit, JoinsTablesOfOtherColumnsAndOrders) {
  ASSERT_EQ(init({put("a.csv", "x,y\n1,2\n"), put("b.csv", "y,x\n3,4\n")}).code, kExitOk);
  EXPECT_NE(text_of("o.table.json").find(R"("fieldsMatch": ["equal"])"), std::string::npos);
  ASSERT_EQ(init({put("a.csv", "x,y\n1,2\n"), put("b.csv", "z,y\n3,q\n")}).code, kExitOk);
  EXPECT_NE(text_of("o.table.json").find(R"("fieldsMatch": ["subset"])"), std::string::npos);
  EXPECT_NE(text_of("o.table.json").find(R"({"name": "y", "type": "string")"), std::string::npos);
  ASSERT_EQ(init({put("a.csv", "1,a\n2,b\n"), put("b.csv", "3,c\n")}).code, kExitSomeInvalid);
  const Ended none = init({put("a.csv", "x,y\n1,2\n"), put("b.csv", "p,q\n3,4\n")});
  EXPECT_EQ(none.code, kExitSomeInvalid);
  EXPECT_NE(none.err.find("no column in common"), std::string::npos) << none.err;
  ASSERT_EQ(init({put("a.csv", "1;a\n2;b\n")}).code, kExitOk) << "a table without a header";
  EXPECT_NE(text_of("o.yaml").find(R"(csv: {delimiter: ";", header: false)"), std::string::npos) << text_of("o.yaml");
}

TEST_F(ContractInit, LearnsLinesOfJson) {
  std::string lines;
  for (int i = 0; i < 30; ++i) {
    lines += R"({"id": "3f2b8c1e-0000-4000-8000-0000000000)" + std::to_string(10 + i) +
             R"(", "at": "2026-11-30T10:00:)" + std::to_string(10 + i) + R"(Z", "kind": ")" +
             (i % 2 == 0 ? "in" : "out") + R"(", "n": )" + (i % 5 == 0 ? "null" : std::to_string(i)) +
             (i % 3 == 0 ? "" : R"(, "tags": ["a", 1.5])") + "}\n";
  }
  ASSERT_EQ(init({put("events.ndjson", lines)}).code, kExitOk);
  const std::string schema = text_of("o.schema.json");
  for (const char* const part :
       {R"("required": ["at", "id", "kind", "n"])", R"("format": "uuid")", R"("format": "date-time")",
        R"("enum": ["in", "out"])", R"("type": ["integer", "null"])", R"("type": ["string", "number"])"})
    EXPECT_NE(schema.find(part), std::string::npos) << part << "\n" << schema;
  EXPECT_NE(text_of("o.yaml").find("formats: assert, duplicate_keys: error"), std::string::npos) << text_of("o.yaml");
  const std::string good =
      R"({"id": "3f2b8c1e-0000-4000-8000-000000000099", "at": "2026-12-01T00:00:00Z", "kind": "in", )";
  EXPECT_EQ(judged(put("good.ndjson", good + "\"n\": 7}\n")), "valid");
  EXPECT_EQ(judged(put("type.ndjson", good + "\"n\": \"7\"}\n")), "schema.type");
  EXPECT_EQ(judged(put("absent.ndjson", good + "\"m\": 7}\n")), "schema.required");
  EXPECT_EQ(judged(put("twice.ndjson", good + "\"n\": 7, \"n\": 8}\n")), "json.duplicate_key");
  EXPECT_EQ(
      judged(put("time.ndjson", R"({"id": "3f2b8c1e-0000-4000-8000-000000000099", "at": "noon", "kind": "in", "n": 1})"
                                "\n")),
      "schema.format");
}

TEST_F(ContractInit, TellsWhereSamplesDisagree) {
  const Ended ended = init({put("a.csv", "x,y\n1,2\n"), put("b.json", "{\"x\": 1}")});
  EXPECT_EQ(ended.code, kExitSomeInvalid);
  for (const char* const part :
       {"several types", "a.csv is text/csv", "b.json is application/json", "once for each kind"})
    EXPECT_NE(ended.err.find(part), std::string::npos) << part << "\n" << ended.err;
  EXPECT_FALSE(fs::exists(at("o.yaml")));
}

TEST_F(ContractInit, WritesOverNothingUnasked) {
  const std::string sample = put("a.csv", "x,y\n1,2\n");
  put("o.table.json", "mine");
  const Ended refused = run({"contract", "init", "--output", at("o.yaml"), sample});
  EXPECT_EQ(refused.code, kExitUsage);
  EXPECT_NE(refused.err.find("--force"), std::string::npos) << refused.err;
  EXPECT_EQ(text_of("o.table.json"), "mine");
  EXPECT_FALSE(fs::exists(at("o.yaml")));
  EXPECT_EQ(run({"contract", "init", "--force", "--output", at("o.yaml"), sample}).code, kExitOk);
  EXPECT_NE(text_of("o.table.json"), "mine");
  const Ended shown = run({"contract", "init", "--dry-run", "--name", "shown", sample});
  EXPECT_EQ(shown.code, kExitOk);
  EXPECT_NE(shown.out.find("==> shown.table.json <=="), std::string::npos) << shown.out;
  EXPECT_FALSE(fs::exists("shown.yaml"));
}

TEST_F(ContractInit, SaysWhichKeysItJudgesAndWhatToDoNext) {
  const std::string sample = put("orders_2026-01.csv", "x,y\n1,2\n");
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  const Ended shown = run({"contract", "init", "--dry-run", sample});
  says(shown.out, "==> orders.yaml <==");
  says(shown.out, "prefix: \"orders/\"");
  says(shown.err, "keys that begin with \"orders/\" (the sample's name; another: --prefix P): nothing was written");
  const Ended written = init({sample});
  says(written.out, "wrote " + at("o.yaml"));
  says(written.out, "keys that begin with \"o/\" (from --output");
  says(written.out, "'scalper contract lint " + at("o.yaml") + "'");
  const Ended chosen = init({"--prefix", "in/x", sample});
  says(chosen.out, "\"in/x\" (from --prefix");
}

TEST_F(ContractInit, NamesASampleThatIsNotThere) {
  const std::string sample = put("a.csv", "x,y\n1,2\n");
  const Ended ended = init({sample, at("gone.csv")});
  EXPECT_EQ(ended.code, kExitNotFound);
  EXPECT_EQ(ended.err, "scalper: there is no sample \"" + at("gone.csv") + "\"; nothing was written\n");
  EXPECT_EQ(ended.out, "");
  EXPECT_FALSE(fs::exists(at("o.yaml")));
}

TEST_F(ContractInit, LintDoesNotCallAFolderWithoutAContractSound) {
  fs::create_directory(folder_.path() / "empty");
  const Ended ended = run({"contract", "lint", at("empty")});
  EXPECT_EQ(ended.code, kExitNotFound);
  EXPECT_EQ(ended.out, "");
  EXPECT_NE(ended.err.find("there is no contract in " + at("empty")), std::string::npos) << ended.err;
}

TEST_F(ContractInit, RefusesWordsThatMeanNothing) {
  const std::string sample = put("a.csv", "x,y\n1,2\n");
  EXPECT_EQ(run({"contract", "init", "-"}).code, kExitUsage);
  EXPECT_EQ(run({"contract", "init", "--name", "builtin", sample}).code, kExitUsage);
  EXPECT_EQ(run({"contract", "init", "--name", "a b", sample}).code, kExitUsage);
  EXPECT_EQ(run({"contract", "init", "--output", at("set.yaml"), sample}).code, kExitUsage);
  EXPECT_EQ(run({"contract", "init", "--output", at("a.json"), sample}).code, kExitUsage);
  EXPECT_EQ(run({"contract", "init", "--output", at("o.yaml"), at("gone.csv")}).code, kExitNotFound);
  EXPECT_EQ(run({"contract", "init", "--output", at("nowhere/o.yaml"), sample}).code, kExitNotFound);
  fs::create_directory(folder_.path() / "empty");
  EXPECT_EQ(run({"contract", "init", at("empty")}).code, kExitNotFound);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run({"contract", "init", "--output", at("o.yaml"), sample}, stop.get_token()).code, 128 + SIGTERM);
  EXPECT_FALSE(fs::exists(at("o.yaml")));
}

}  // namespace
}  // namespace scalper::cli
