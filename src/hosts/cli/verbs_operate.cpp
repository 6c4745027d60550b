#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

const OptionSpec kData{"--data", "DIR", "the data folder; SCALPER_DATA in the environment", "data"};
const OptionSpec kUrl{"--url", "URL", "ask the gate at this address instead: http://127.0.0.1:8080"};
const OptionSpec kJson{"--json", "", "print what the API answers, for programs"};
const OptionSpec kPrefix{"--prefix", "P", "all files in quarantine whose keys begin so"};
const OptionSpec kStatus{"--status", "S", "all files of that status: invalid, unverifiable or failed"};
const OptionSpec kCode{"--code", "C", "of those, the ones with that finding: csv.row_width"};
const OptionSpec kDryRun{"--dry-run", "", "only say of each file what would happen"};
const OptionSpec kWait{"--wait", "SECONDS", "wait so long for a running gate to carry it out, 0 to 25", "5"};
const OptionSpec kNote{"--note", "TEXT", "why, for the record; at most 1,000 bytes"};

const std::vector<ExitSpec> kExits = {{kExitOk, "accepted; without a running gate: done"},
                                      {kExitUsage, "wrong options, or settings of AWS"},
                                      {kExitNotFound, "no such file, or no data folder"},
                                      {kExitUnreachable, "the gate, or AWS, does not answer"},
                                      {kExitDiskFull, "the disk is full"},
                                      {kExitFolderInUse, "another process holds the data folder"},
                                      {kExitDatabase, "the database is damaged or of a newer version"},
                                      {kExitNotPermitted, "not allowed from the file's state, or not permitted"}};

constexpr std::string_view kHow =
    "Asks the gate that runs on the data folder; where none runs, opens the folder itself under its lock.";
constexpr std::string_view kWithout =
    "Where no gate runs, the folder is opened under its lock and the work is done before this command ends.";

}  // namespace

std::vector<VerbSpec> review_verbs() {
  return {
      {.name = "release",
       .summary = "let a quarantined file pass to output",
       .synopsis = "--note TEXT [--wait SECONDS] [--json] [--data DIR|--url URL|--aws] ID|KEY|--prefix P|--status S "
                   "[--code C] [--dry-run]",
       .description =
           {"For files that are invalid, unverifiable or failed. The bytes are not judged again, but compared "
            "with the digest of their verdict. Who and why are recorded.",
            kWithout, kOnAws},
       .options = {kNote, kPrefix, kStatus, kCode, kDryRun, kWait, kJson, kData, kUrl, kAwsOption},
       .operand = {"ID|KEY", 0, 1},
       .examples = {{"scalper release --note 'agreed with the sender' orders/a.csv", "it goes to output"},
                    {"scalper release --note agreed --prefix orders/ --code csv.row_width --dry-run", "which would?"}},
       .exits = kExits},
      {.name = "reject",
       .summary = "refuse a quarantined file for good",
       .synopsis = "--note TEXT [--wait SECONDS] [--json] [--data DIR|--url URL|--aws] ID|KEY|--prefix P|--status S "
                   "[--code C] [--dry-run]",
       .description = {"Marks it; the bytes stay in quarantine until retention ends.", kWithout, kOnAws},
       .options = {kNote, kPrefix, kStatus, kCode, kDryRun, kWait, kJson, kData, kUrl, kAwsOption},
       .operand = {"ID|KEY", 0, 1},
       .examples = {{"scalper reject --note 'sent twice' orders/a.csv", "closes the case"}},
       .exits = kExits},
      {.name = "rerun",
       .summary = "judge files again under today's contracts",
       .synopsis = "[--note TEXT] [--wait SECONDS] [--json] [--data DIR|--url URL|--aws] ID|KEY|--prefix P|--status S "
                   "[--code C] [--dry-run]",
       .description =
           {"The bytes move only if the file becomes valid. A valid file can be rerun for a report only. With "
            "--prefix all invalid, unverifiable and failed files below it are rerun.",
            kWithout, kOnAws},
       .options = {kNote, kPrefix, kStatus, kCode, kDryRun, kWait, kJson, kData, kUrl, kAwsOption},
       .operand = {"ID|KEY", 0, 1},
       .examples = {{"scalper rerun --prefix orders/", "after a contract was mended"}},
       .exits = kExits},
  };
}

std::vector<VerbSpec> operate_verbs() {
  return {
      {.name = "sweep",
       .summary = "start what no event announced, finish what a crash left",
       .synopsis = "[--json] [--data DIR|--aws]",
       .description =
           {"One pass over the input store and over everything that is not at rest. A running gate does this by "
            "itself once a minute.",
            kWithout, kOnAws},
       .options = {kJson, kData, kAwsOption},
       .operand = {},
       .examples = {{"scalper sweep --data /srv/gate", "from cron, without a running gate"}},
       .exits = kExits},
      {.name = "backfill",
       .summary = "take over files that are older than the gate",
       .synopsis = "--prefix P [--dry-run] [--json] [--data DIR|--aws]",
       .description = {"Queues every current input version below the prefix that has no record, however old it is.",
                       kWithout, kOnAws},
       .options = {{"--prefix", "P", "only keys that begin so; '' is all of them"},
                   {"--dry-run", "", "only count"},
                   kJson,
                   kData,
                   kAwsOption},
       .operand = {},
       .examples = {{"scalper backfill --prefix 2025/ --dry-run", "how many would it be?"}},
       .exits = kExits},
      {.name = "audit",
       .summary = "compare stores and records whole",
       .synopsis = "[--rebuild] [--json] [--data DIR|--aws]",
       .description =
           {"Reads every version in output and quarantine and every record, and names what does not agree. Slow by "
            "nature; never needed in normal work.",
            kHow, kOnAws},
       .options = {{"--rebuild", "", "write missing records again from the metadata of their targets"},
                   kJson,
                   kData,
                   kAwsOption},
       .operand = {},
       .examples = {{"scalper audit", "is everything where its record says?"}},
       .exits = {{kExitOk, "nothing strays"},
                 {kExitSomeInvalid, "strays were found"},
                 {kExitUsage, "wrong options, or settings of AWS"},
                 {kExitNotFound, "no data folder"},
                 {kExitUnreachable, "the gate, or AWS, does not answer"},
                 {kExitFolderInUse, "another process holds the data folder"},
                 {kExitDatabase, "the database is damaged or of a newer version"}}},
  };
}

std::vector<VerbSpec> control_verbs() {
  return {
      {.name = "redrive",
       .summary = "put dead letters back into the queue",
       .synopsis = "[--limit N] [--json] [--data DIR|--aws]",
       .description =
           {"Messages that failed too often are tried again as if they were new, a hundred at once; a terminal shows "
            "how far it is. What dies again while this runs counts against the limit like any other.",
            kWithout, kOnAws},
       .options = {{"--limit", "N", "at most so many, up to 1000000", "1000"}, kJson, kData, kAwsOption},
       .operand = {},
       .examples = {{"scalper redrive", "after the cause is gone"}},
       .exits = kExits},
      {.name = "pause",
       .summary = "stop claiming files; uploads are still accepted",
       .synopsis = "[--note TEXT] [--data DIR|--aws]",
       .description = {"What is in work is finished. The pause outlives a restart.", kHow, kOnAws},
       .options = {kNote, kJson, kData, kAwsOption},
       .operand = {},
       .examples = {{"scalper pause --note 'contract change'", "nothing new is begun"}},
       .exits = kExits},
      {.name = "resume",
       .summary = "claim files again",
       .synopsis = "[--note TEXT] [--data DIR|--aws]",
       .description = {"The end of a pause.", kHow, kOnAws},
       .options = {kNote, kJson, kData, kAwsOption},
       .operand = {},
       .examples = {{"scalper resume", "goes on where it stopped"}},
       .exits = kExits},
  };
}

}  // namespace scalper::cli
