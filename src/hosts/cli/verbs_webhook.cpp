#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

const OptionSpec kData{"--data", "DIR", "the data folder; SCALPER_DATA in the environment", "data"};
const OptionSpec kJson{"--json", "", "print what the API answers, for programs"};

const std::vector<ExitSpec> kExits = {{kExitOk, "done"},
                                      {kExitUsage, "wrong options"},
                                      {kExitNotFound, "no such webhook, or no data folder"},
                                      {kExitUnreachable, "the gate does not answer"},
                                      {kExitFolderInUse, "another process holds the data folder"},
                                      {kExitDatabase, "the database is damaged or of a newer version"},
                                      {kExitNotPermitted, "not permitted"}};

constexpr std::string_view kHow =
    "Asks the gate that runs on the data folder; where none runs, opens the folder itself under its lock. Only "
    "'scalper up' tells anybody.";
constexpr std::string_view kWhat =
    "A webhook is told each final verdict by a signed POST (Standard Webhooks; the body is a CloudEvent, see "
    "schemas/notice.schema.json), at least once, for a day with growing pauses. docs/webhooks.md shows a receiver.";
constexpr std::string_view kWhere =
    "https, certificates verified; plain http only to this machine unless --allow-http. Redirects are not followed. "
    "Link-local and metadata addresses are refused here, and behind a name when it is resolved; no option allows them.";

VerbSpec of_one(std::string_view name, std::string_view summary, std::vector<std::string_view> description,
                ExampleSpec example) {
  return {.name = name,
          .summary = summary,
          .synopsis = "[--json] [--data DIR] ID",
          .description = std::move(description),
          .options = {kJson, kData},
          .operand = {"ID", 1, 1},
          .examples = {example},
          .exits = kExits};
}

}  // namespace

std::vector<VerbSpec> webhook_verbs() {
  return {
      {.name = "webhook add",
       .summary = "tell somebody of verdicts by HTTP",
       .synopsis = "[--events E,E...] [--allow-http] [--json] [--data DIR] URL",
       .description = {kWhat, kWhere, "The secret is printed once, alone on standard output.", kHow},
       .options = {{"--events", "E,E",
                    "only these: valid, invalid, unverifiable, failed, companion, ignored, released, rejected"},
                   {"--allow-http", "", "plain HTTP beyond this machine is meant"},
                   kJson,
                   kData},
       .operand = {"URL", 1, 1},
       .examples = {{"scalper webhook add https://hooks.example/gate --events invalid,unverifiable",
                     "what went wrong"}},
       .exits = kExits},
      {.name = "webhook list",
       .summary = "list webhooks, what waits for them and what was given up",
       .synopsis = "[--json] [--data DIR]",
       .description = {kHow},
       .options = {kJson, kData},
       .operand = {},
       .examples = {{"scalper webhook list", "does everybody hear us?"}},
       .exits = kExits},
      of_one("webhook remove", "tell somebody no more", {"What waits for it is forgotten.", kHow},
             {"scalper webhook remove wh_3f2a9c1b7d604e58", "the id is that of 'scalper webhook list'"}),
      of_one("webhook rotate", "give a webhook a new secret",
             {"The old one signs beside it for 24 hours, so that the receiver can change over.", kHow},
             {"scalper webhook rotate wh_3f2a9c1b7d604e58", "prints the new secret"}),
      of_one("webhook test", "send a webhook one event now",
             {"Of the type silentscalper.webhook.test, once, and says what was answered.", kHow},
             {"scalper webhook test wh_3f2a9c1b7d604e58", "exit code 0 only if it was taken"}),
      {.name = "webhook redeliver",
       .summary = "try again what a webhook did not take",
       .synopsis = "[--notice ID] [--json] [--data DIR] ID",
       .description = {"All that failed, for another day; a webhook that was disabled by a 410 is enabled again.",
                       kHow},
       .options = {{"--notice", "ID", "this one, whatever became of it; of the last 30 days"}, kJson, kData},
       .operand = {"ID", 1, 1},
       .examples = {{"scalper webhook redeliver wh_3f2a9c1b7d604e58", "after the receiver was mended"}},
       .exits = kExits},
  };
}

}  // namespace scalper::cli
