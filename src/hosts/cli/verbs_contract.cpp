#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {

std::vector<VerbSpec> contract_verbs() {  // NOLINT(readability-function-size): a table of texts
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
                 {kExitNotFound, "no such file, or no contract in the folder"}}},
      {.name = "contract init",
       .summary = "write a contract that says what good samples have in common",
       .synopsis = "[--name NAME] [--prefix P] [--output FILE] [--force] [--dry-run] SAMPLE...",
       .description =
           {"Reads files, and folders with all that is below, and writes one contract with the schema that it names "
            "beside it: types, sizes, columns and members with their types, and what the samples are enough to "
            "believe: ranges, patterns, words. Each line is commented, to be edited by a person.",
            "The samples have to be valid by themselves and of one kind. What is written was linted, and each sample "
            "was judged by it once more: all are valid."},
       .options = {{"--name", "NAME",
                    "the contract's name; otherwise made of the file's, or the samples' folder or names"},
                   {"--prefix", "P",
                    "what the keys begin with that it will judge; otherwise NAME/, or the samples' folder"},
                   {"--output", "FILE", "where to write it: a name that ends in .yaml; otherwise NAME.yaml"},
                   {"--force", "", "write over files that are there"},
                   {"--dry-run", "", "print what would be written, and write nothing"}},
       .operand = {"SAMPLE", 1, kManyOperands},
       .examples = {{"scalper contract init good-orders/", "from all samples of a folder, each of them good"},
                    {"scalper contract init --output contracts/orders.yaml good.csv", "into a set"}},
       .exits = {{kExitOk, "written"},
                 {kExitSomeInvalid, "a sample is not valid by itself, or the samples are not of one kind"},
                 {kExitCouldNotRead, "a sample could not be read"},
                 {kExitUsage, "wrong options, or a file is there already"},
                 {kExitNotFound, "there is no sample, or one that is named is missing"},
                 {kExitInternal, "a defect: a sample is not valid under what was learnt of it"},
                 {kExitDiskFull, "the disk is full"},
                 {kExitNotPermitted, "not permitted"},
                 {130, "stopped by SIGINT; nothing was written"},
                 {143, "stopped by SIGTERM; nothing was written"}}},
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
