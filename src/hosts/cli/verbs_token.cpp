#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

const OptionSpec kData{"--data", "DIR", "the data folder; SCALPER_DATA in the environment", "data"};
const OptionSpec kJson{"--json", "", "print what the API answers, for programs"};

const std::vector<ExitSpec> kExits = {{kExitOk, "done"},
                                      {kExitUsage, "wrong options, or settings of AWS"},
                                      {kExitNotFound, "no such token, or no data folder"},
                                      {kExitUnreachable, "the gate, or AWS, does not answer"},
                                      {kExitDiskFull, "the disk is full, or there are 1,000 tokens"},
                                      {kExitFolderInUse, "another process holds the data folder"},
                                      {kExitDatabase, "the database is damaged or of a newer version"},
                                      {kExitNotPermitted, "not permitted"}};

constexpr std::string_view kHow =
    "Asks the gate that runs on the data folder; where none runs, opens the folder itself under its lock.";
constexpr std::string_view kRotation =
    "A token is rotated by adding another, giving it to its holder, and revoking the old one; both are good meanwhile.";
constexpr std::string_view kOnce =
    "The token is printed once, alone on standard output; the gate keeps its SHA-256 and cannot show it again. It "
    "begins with scalper_ and ends with a checksum, so that secret scanners find it where it does not belong.";
constexpr std::string_view kRoles =
    "A viewer looks at records, an uploader sends files whose keys begin with one of its prefixes (without --prefix: "
    "any) and looks at those, an operator may do everything.";

}  // namespace

std::vector<VerbSpec> token_verbs() {
  return {
      {.name = "token add",
       .summary = "make an access token for the HTTP API",
       .synopsis = "--role R --name N [--prefix P]... [--expires 90d] [--json] [--data DIR|--aws]",
       .description = {kRoles, kOnce, kRotation, kHow, kOnAws},
       .options = {{"--role", "R", "what its holder may do", {}, {"viewer", "uploader", "operator"}},
                   {"--name", "N", "whom reviews and lists call it by; at most 100 bytes"},
                   {.name = "--prefix",
                    .value = "P",
                    .help = "keys that an uploader may send begin so; may be given up to 32 times",
                    .may_repeat = true},
                   {"--expires", "WHEN", "90d, 12h, or a time such as 2027-01-31T00:00:00Z; without it: never"},
                   kJson,
                   kData,
                   kAwsOption},
       .operand = {},
       .examples = {{"scalper token add --role uploader --name partner-a --prefix orders/ --expires 90d",
                     "for a sender of files"}},
       .exits = kExits},
      {.name = "token list",
       .summary = "list access tokens, without their text",
       .synopsis = "[--json] [--data DIR|--aws]",
       .description = {"Revoked and expired ones are remembered for 90 days.", kHow, kOnAws},
       .options = {kJson, kData, kAwsOption},
       .operand = {},
       .examples = {{"scalper token list", "who may call, and until when"}},
       .exits = kExits},
      {.name = "token revoke",
       .summary = "make an access token void",
       .synopsis = "[--json] [--data DIR|--aws] ID",
       .description =
           {"For good. A gate on one machine refuses it from the next request on; on AWS the authorizer remembers a "
            "token for 30 seconds, and API Gateway for as long as its own cache is set to.",
            kRotation, kHow, kOnAws},
       .options = {kJson, kData, kAwsOption},
       .operand = {"ID", 1, 1},
       .examples = {{"scalper token revoke 3f2a9c1b7d604e58", "the id is that of 'scalper token list'"}},
       .exits = kExits},
  };
}

}  // namespace scalper::cli
