#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

const OptionSpec kData{"--data", "DIR", "the data folder; SCALPER_DATA in the environment", "data"};
const OptionSpec kUrl{"--url", "URL", "ask the gate at this address instead: http://127.0.0.1:8080"};
const OptionSpec kJson{"--json", "", "print what the API answers, for programs"};

const std::vector<ExitSpec> kLookExits = {{kExitOk, "done"},
                                          {kExitUsage, "wrong options, or settings of AWS"},
                                          {kExitNotFound, "no such file, or no data folder"},
                                          {kExitUnreachable, "the gate, or AWS, does not answer"},
                                          {kExitFolderInUse, "another process holds the data folder"},
                                          {kExitDatabase, "the database is damaged or of a newer version"},
                                          {kExitNotPermitted, "not permitted"}};

constexpr std::string_view kHow =
    "Asks the gate that runs on the data folder; where none runs, opens the folder itself under its lock.";

}  // namespace

std::vector<VerbSpec> look_verbs() {  // NOLINT(readability-function-size): a table of texts
  return {
      {.name = "ls",
       .summary = "list files and what became of them",
       .synopsis = "[--status S] [--prefix P] [--since T] [--until T] [--limit N] [--cursor C] [--json] [--data "
                   "DIR|--url URL|--aws]",
       .description = {"Lists final files, newest first; with --prefix by key. A list may end early and then names the "
                       "cursor to go on with.",
                       kHow, kOnAws},
       .options = {{"--status", "S",
                    "only these: valid, invalid, unverifiable, failed, companion, ignored, released, rejected; or what "
                    "is not at rest: received, processing, vanished, open"},
                   {"--prefix", "P", "only keys that begin so"},
                   {"--since", "T", "final at this time or later: 2026-11-22T08:15:30Z"},
                   {"--until", "T", "final before this time"},
                   {"--limit", "N", "at most so many, up to 1000", "50"},
                   {"--cursor", "C", "go on behind an earlier list"},
                   kJson,
                   kData,
                   kUrl,
                   kAwsOption},
       .operand = {},
       .examples = {{"scalper ls --status invalid", "what was refused, newest first"},
                    {"scalper ls --prefix orders/ --since 2026-11-22T00:00:00Z", "one feed, one day"}},
       .exits = kLookExits},
      {.name = "status",
       .summary = "show one file's record",
       .synopsis = "[--wait SECONDS] [--json] [--data DIR|--url URL|--aws] ID|KEY",
       .description = {"Shows the record of the file with this id, or of the newest one with this key. A key is found "
                       "once its file is final.",
                       kHow, kOnAws},
       .options = {{"--wait", "SECONDS", "wait so long for the file to become final, up to 25", "0"},
                   kJson,
                   kData,
                   kUrl,
                   kAwsOption},
       .operand = {"ID|KEY", 1, 1},
       .examples = {{"scalper status orders/a.csv", "by its key"},
                    {"scalper status --wait 20 7kz5mqcx3a2b4d6e7f8g9hjkmn", "as soon as there is a verdict"}},
       .exits = kLookExits},
      {.name = "explain",
       .summary = "say in sentences what happened to a file, why, and what can be done; or what a code means",
       .synopsis = "[--data DIR|--url URL|--aws] ID|KEY|CODE",
       .description =
           {"Tells the file's story: when it came, what was found and where, which contract judged, where its "
            "bytes lie now, who reviewed it, and which verbs would be accepted next.",
            "Of the code of a finding it tells the cause, the remedy and an example, as docs/findings.md does; for "
            "that no gate is asked.",
            kHow, kOnAws},
       .options = {kData, kUrl, kAwsOption},
       .operand = {"ID|KEY|CODE", 1, 1},
       .examples = {{"scalper explain orders/a.csv", "why is it in quarantine?"},
                    {"scalper explain csv.row_width", "what does that code mean?"}},
       .exits = kLookExits},
      {.name = "queue",
       .summary = "show how much work waits, and what was given up",
       .synopsis = "[--json] [--data DIR|--aws]",
       .description =
           {"Prints the depth of the work queue and its dead letters: messages that failed too often. 'scalper "
            "redrive' puts those back.",
            kHow, kOnAws},
       .options = {kJson, kData, kAwsOption},
       .operand = {},
       .examples = {{"scalper queue", "is anything stuck?"}},
       .exits = kLookExits},
  };
}

}  // namespace scalper::cli
