#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {

std::vector<VerbSpec> contract_verbs() {
  const OptionSpec data{"--data", "DIR", "the data folder; SCALPER_DATA in the environment", "data"};
  return {
      {.name = "contract lint",
       .summary = "check contracts before they are used",
       .synopsis = "FILE|DIR...",
       .description =
           {"Reads each contract with the schemas it names, and says every error and warning with its line. A key "
            "whose check is not built yet is a warning: files under it come out unverifiable."},
       .options = {},
       .operand = {"FILE|DIR", 1, kManyOperands},
       .examples = {{"scalper contract lint contracts/", "the whole set"}},
       .exits = {{kExitOk, "all are sound"},
                 {kExitUsage, "wrong options"},
                 {kExitContractRefused, "at least one is refused"},
                 {kExitNotFound, "no such file"}}},
      {.name = "contract test",
       .summary = "run contracts against sample files with expected verdicts",
       .synopsis = "[--contract FILE|DIR] DIR",
       .description =
           {"Reads DIR/expected.tsv: path, verdict, type, codes and destination of each sample, between tabs. "
            "Judges the samples by the contracts that are named, else by those in DIR/contracts, else by the "
            "built-in one, and says where they differ."},
       .options = {{"--contract", "FILE|DIR", "the contracts to test"}},
       .operand = {"DIR", 1, 1},
       .examples = {{"scalper contract test --contract contracts/ samples/", "all as expected?"}},
       .exits = {{kExitOk, "all as expected"},
                 {kExitSomeInvalid, "at least one differs"},
                 {kExitUsage, "wrong options, or a broken list"},
                 {kExitContractRefused, "a contract is refused"},
                 {kExitNotFound, "no such folder or list"}}},
      {.name = "contract publish",
       .summary = "lint a set, then switch the gate to it at once",
       .synopsis = "[--data DIR|--aws] DIR",
       .description =
           {"Sends every .yaml, .yml and .json file of the folder to the gate. A set with an error is refused "
            "whole, and the one in use stays; a sound one judges every file that is claimed from then on.",
            "With --aws the set goes to the s3:// address of SCALPER_CONTRACTS, and every function and worker that "
            "reads contracts there uses it within ten seconds."},
       .options = {data, kAwsOption},
       .operand = {"DIR", 1, 1},
       .examples = {{"scalper contract publish contracts/", "in use from now on"}},
       .exits = {{kExitOk, "in use"},
                 {kExitUsage, "wrong options, or settings of AWS"},
                 {kExitContractRefused, "refused; the old set stays"},
                 {kExitNotFound, "no such folder"},
                 {kExitUnreachable, "the gate, or AWS, does not answer"},
                 {kExitFolderInUse, "another process holds the data folder"},
                 {kExitNotPermitted, "not permitted"}}},
  };
}

}  // namespace scalper::cli
