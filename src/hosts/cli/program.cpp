#include "hosts/cli/program.h"

#include <exception>

#include "base/escape.h"
#include "hosts/cli/connect.h"
#include "hosts/cli/contract_verbs.h"
#include "hosts/cli/cost.h"
#include "hosts/cli/doctor.h"
#include "hosts/cli/look.h"
#include "hosts/cli/manual.h"
#include "hosts/cli/operate.h"
#include "hosts/cli/token_verbs.h"
#include "hosts/cli/webhook_verbs.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

int print_completion(const Arguments& arguments, Terminal& terminal) {
  const std::string script = completion_script(arguments.operands[0]);
  if (script.empty()) {
    terminal.complain("completion knows bash, zsh and fish, not \"" + escape_text(arguments.operands[0]) + "\"");
    return kExitUsage;
  }
  terminal.out() << script;
  return kExitOk;
}

const std::map<std::string, Verb>& own_verbs() {
  static const std::map<std::string, Verb> all = {{"completion", print_completion},
                                                  {"ls", list_files},
                                                  {"status", show_status},
                                                  {"explain", explain},
                                                  {"queue", show_queue},
                                                  {"release", review},
                                                  {"reject", review},
                                                  {"rerun", review},
                                                  {"sweep", sweep},
                                                  {"backfill", backfill},
                                                  {"audit", audit},
                                                  {"redrive", redrive},
                                                  {"pause", pause_or_resume},
                                                  {"resume", pause_or_resume},
                                                  {"contract lint", lint_contracts},
                                                  {"contract test", test_contracts},
                                                  {"contract publish", publish_contracts},
                                                  {"webhook add", add_webhook},
                                                  {"webhook list", list_webhooks},
                                                  {"webhook remove", remove_webhook},
                                                  {"webhook rotate", rotate_webhook},
                                                  {"webhook test", test_webhook},
                                                  {"webhook redeliver", redeliver_webhook},
                                                  {"token add", add_token},
                                                  {"token list", list_tokens},
                                                  {"token revoke", revoke_token},
                                                  {"connect", connect},
                                                  {"doctor", doctor},
                                                  {"cost", print_cost}};
  return all;
}

std::string help_text(const std::string& name) {
  if (const VerbSpec* verb = find_verb(name)) return verb_help(*verb);
  return name.empty() ? program_help() : family_help(name);
}

int complain_usage(const UsageError& error, Terminal& terminal) {
  terminal.complain(error.message);
  if (error.shows_help) {
    terminal.err() << family_help(error.verb);
    return kExitUsage;
  }
  terminal.err() << "See 'scalper " << error.verb << (error.verb.empty() ? "" : " ") << "--help'.\n";
  return kExitUsage;
}

int carry_out(const Parsed& parsed, Terminal& terminal, const std::map<std::string, Verb>& hosted,
              const std::string& version) {
  if (const auto* error = std::get_if<UsageError>(&parsed)) return complain_usage(*error, terminal);
  if (std::holds_alternative<VersionWanted>(parsed)) {
    terminal.out() << "scalper " << version << "\n";
    return kExitOk;
  }
  if (const auto* help = std::get_if<HelpWanted>(&parsed)) {
    terminal.out() << help_text(help->verb);
    return kExitOk;
  }
  const auto& arguments = std::get<Arguments>(parsed);
  for (const auto* table : {&hosted, &own_verbs()}) {
    if (const auto found = table->find(arguments.verb); found != table->end())
      return found->second(arguments, terminal);
  }
  terminal.complain("this build has no verb \"" + escape_text(arguments.verb) + "\"");
  return kExitUsage;
}

}  // namespace

int run_program(const std::vector<std::string>& words, Terminal& terminal, const std::map<std::string, Verb>& hosted,
                const std::string& version) {
  int code = kExitInternal;
  try {
    code = carry_out(parse_arguments(words), terminal, hosted, version);
  } catch (const std::exception& error) {
    terminal.complain("a defect of the program, please report it: " + escape_text(error.what(), 400));
  }
  if (terminal.flush()) return code;
  terminal.complain("the output could not be written; is the disk full?");
  return kExitDiskFull;
}

}  // namespace scalper::cli
