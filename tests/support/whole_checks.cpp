#include "support/whole_checks.h"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <fstream>
#include <set>
#include <sstream>

#include "support/suites.h"

namespace scalper::tests {
namespace {

class SettingsContract final : public CompiledContract {
 public:
  explicit SettingsContract(ContractSettings settings) : settings_(std::move(settings)), stamp_{settings_.name, "0"} {}
  [[nodiscard]] const ContractStamp& stamp() const override { return stamp_; }
  [[nodiscard]] const ContractSettings& settings() const override { return settings_; }

 private:
  ContractSettings settings_;
  ContractStamp stamp_;
};

CompiledSet cases_contracts() {
  std::vector<ContractText> files;
  for (const auto& path : files_in(std::filesystem::path(SCALPER_SOURCE_DIR) / "tests" / "cases" / "contracts"))
    files.push_back({path.filename().string(), read_file(path)});
  CompiledSet set = compile_contracts(files);
  for (const LintMessage& message : set.messages)
    ADD_FAILURE() << message.path << ":" << message.line << ":" << message.column << ": " << message.message;
  return set;
}

std::vector<FileCase> read_cases() {
  const std::filesystem::path folder = std::filesystem::path(SCALPER_SOURCE_DIR) / "tests" / "cases" / "files";
  const CompiledSet contracts = cases_contracts();
  std::ifstream list(folder / "expected.tsv");
  std::vector<FileCase> cases;
  std::string line;
  std::getline(list, line);  // the names of the columns
  while (std::getline(list, line)) {
    std::istringstream fields(line);
    FileCase one;
    std::getline(fields, one.path, '\t');
    std::getline(fields, one.verdict, '\t');
    std::getline(fields, one.type, '\t');
    std::getline(fields, one.codes, '\t');
    one.bytes = read_file(folder / one.path);
    one.contract = contracts.index != nullptr ? contracts.index->match(one.path) : builtin_contract();
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace

std::shared_ptr<const CompiledContract> contract_of(ContractSettings settings) {
  return std::make_shared<SettingsContract>(std::move(settings));
}

Verdict verdict_on(const Chunks& chunks, FileFacts facts, const std::shared_ptr<const CompiledContract>& contract) {
  auto validator = Validator::begin(contract, std::move(facts), {});
  if (!validator.ok()) {
    ADD_FAILURE() << validator.error().message();
    return {};
  }
  feed_copies(chunks, [&](std::string_view chunk) { validator->feed(as_bytes(chunk)); });
  auto verdict = validator->finish();
  if (verdict.ok()) return std::move(verdict).value();
  ADD_FAILURE() << verdict.error().message();
  return {};
}

Verdict verdict_on(std::string_view text, const std::string& name, ContractSettings settings) {
  FileFacts facts;
  facts.name = name;
  facts.size = text.size();
  return verdict_on(Chunks{text}, std::move(facts), contract_of(std::move(settings)));
}

std::string codes_of(const Verdict& verdict) {
  std::set<std::string> codes;
  for (const Finding& finding : verdict.findings) codes.insert(finding.code);
  std::string text;
  for (const std::string& code : codes) text += (text.empty() ? "" : ",") + code;
  return text.empty() ? "-" : text;
}

const std::vector<FileCase>& file_cases() {
  static const std::vector<FileCase> cases = read_cases();
  return cases;
}

std::string gzip_of(std::string_view text, int level) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(level);
  std::string out(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

}  // namespace scalper::tests
