#include "hosts/cli/contract_verbs.h"

#include <boost/json.hpp>
#include <filesystem>
#include <system_error>

#include "base/escape.h"
#include "hosts/cli/answers.h"
#include "hosts/cli/check_files.h"
#include "hosts/cli/expectations.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kPathChars = 400;

bool has_error(const std::vector<LintMessage>& messages) {
  for (const LintMessage& message : messages) {
    if (message.level == LintMessage::Level::kError) {
      return true;
    }
  }
  return false;
}

// Where a test folder's contracts are: named, or beside the list of what is expected.
std::string contracts_of(const Arguments& arguments, const std::string& folder) {
  if (arguments.has("--contract")) {
    return arguments.value("--contract");
  }
  std::error_code failed;
  const std::string beside = folder + "/contracts";
  return fs::is_directory(beside, failed) ? beside : std::string();
}

int compare(const std::string& folder, const std::vector<Expectation>& expected, const ChosenContracts& contracts,
            Terminal& terminal) {
  std::vector<FileToCheck> files;
  files.reserve(expected.size());
  for (const Expectation& line : expected) {
    files.push_back({folder + "/" + line.path, line.path, folder + "/", 0, std::nullopt});
  }
  std::size_t at = 0;
  std::size_t wrong = 0;
  CheckProgress progress;
  CompanionFiles companions;
  check_all(
      files, {contracts, "", companions}, progress,
      [&](const CheckedFile& file) {
        const Expectation& wanted = expected[at++];
        const std::string why = file.verdict ? difference(wanted, *file.verdict) : file.error->message();
        wrong += why.empty() ? 0 : 1;
        terminal.out() << (why.empty() ? terminal.paint(Colour::kGreen, "as expected  ")
                                       : terminal.paint(Colour::kRed, "DIFFERENT    "))
                       << escape_text(wanted.path, kPathChars) << (why.empty() ? "" : ": " + why) << "\n";
      },
      [] {});
  terminal.out() << files.size() << " files: " << files.size() - wrong << " as expected, " << wrong << " different\n";
  return wrong == 0 ? kExitOk : kExitSomeInvalid;
}

// {"files": [{"path", "text"}]}; nothing after a complaint.
std::optional<std::string> publication(const std::vector<ContractText>& files, Terminal& terminal) {
  json::array list;
  for (const ContractText& file : files) {
    if (!is_valid_utf8(file.path) || !is_valid_utf8(file.text)) {
      terminal.complain(escape_text(file.path, kPathChars) + ": contracts are UTF-8, this is not");
      return std::nullopt;
    }
    list.push_back({{"path", file.path}, {"text", file.text}});
  }
  return json::serialize(json::object{{"files", std::move(list)}});
}

void print_messages(const json::value& answer, Terminal& terminal) {
  for (const json::value& message : answer.at("messages").as_array()) {
    const bool error = text_of(message, "level") == "error";
    terminal.err() << lint_line({error ? LintMessage::Level::kError : LintMessage::Level::kWarning,
                                 text_of(message, "path"), count_of(message, "line"), count_of(message, "column"),
                                 text_of(message, "message")})
                   << "\n";
  }
}

int publish(GateClient& gate, const std::string& body, Terminal& terminal) {
  const auto answer = gate.ask("POST", "/v1/contracts/publish", body);
  int code = kExitOk;
  if (!answer.ok() || ((*answer).status >= 400 && (*answer).status != 422)) {
    (void)asked(gate, terminal, "POST", "/v1/contracts/publish", body, code);
    return code;
  }
  const json::value value = json::parse((*answer).body);
  print_messages(value, terminal);
  if ((*answer).status == 422) {
    terminal.complain("the set is refused; the one in use stays");
    return kExitContractRefused;
  }
  terminal.out() << "in use from now on: " << text_of(value, "digest") << "\n";
  return kExitOk;
}

}  // namespace

int lint_contracts(const Arguments& arguments, Terminal& terminal) {
  int worst = kExitOk;
  for (const std::string& operand : arguments.operands) {
    const auto choice = choose_contracts(operand);
    if (!choice.ok()) {
      terminal.complain(choice.error().message());
      return exit_code_of(choice.error().code());
    }
    for (const LintMessage& message : (*choice).messages) {
      terminal.out() << lint_line(message) << "\n";
    }
    if ((*choice).empty) {
      terminal.complain(no_contracts_in(operand));
      return kExitNotFound;
    }
    const bool refused = (*choice).refused || has_error((*choice).messages);
    terminal.out() << escape_text(operand, kPathChars) << ": "
                   << (refused ? terminal.paint(Colour::kRed, "refused") : terminal.paint(Colour::kGreen, "sound"))
                   << "\n";
    if (refused) {
      worst = kExitContractRefused;
    }
  }
  return worst;
}

int test_contracts(const Arguments& arguments, Terminal& terminal) {
  terminal.use_colours("auto");
  const std::string& folder = arguments.operands[0];
  if (arguments.has("--contract") && arguments.value("--contract").empty()) {
    terminal.complain("--contract takes a file or a folder, not \"\"");
    return kExitUsage;
  }
  const auto choice = choose_contracts(contracts_of(arguments, folder));
  const auto expected = read_expectations(folder + "/expected.tsv");
  for (const Error* error : {choice.ok() ? nullptr : &choice.error(), expected.ok() ? nullptr : &expected.error()}) {
    if (error == nullptr) {
      continue;
    }
    terminal.complain(error->message());
    return exit_code_of(error->code());
  }
  if ((*choice).refused) {
    for (const LintMessage& message : (*choice).messages) {
      terminal.err() << lint_line(message) << "\n";
    }
    return kExitContractRefused;
  }
  if ((*choice).empty) {
    terminal.complain(no_contracts_in(contracts_of(arguments, folder)));
    return kExitNotFound;
  }
  return compare(folder, *expected, (*choice).contracts, terminal);
}

int publish_contracts(const Arguments& arguments, Terminal& terminal) {
  const auto files = read_contract_folder(arguments.operands[0]);
  if (!files.ok()) {
    terminal.complain(files.error().message());
    return exit_code_of(files.error().code());
  }
  const CompiledSet set = compile_contracts(*files);
  if (set.index && set.says_nothing) {  // most likely another folder was meant, and all contracts would end
    terminal.complain(no_contracts_in(arguments.operands[0]) + "; the set in use stays");
    return kExitNotFound;
  }
  const auto body = publication(*files, terminal);
  if (!body) {
    return kExitContractRefused;
  }
  return with_gate(arguments, terminal, [&](GateClient& gate) { return publish(gate, *body, terminal); });
}

}  // namespace scalper::cli
