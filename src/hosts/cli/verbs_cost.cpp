#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {

std::vector<VerbSpec> cost_verbs() {
  return {{.name = "cost",
           .summary = "say what AWS charges for so many files, with the arithmetic",
           .synopsis = "[--files N] [--avg SIZE] [--memory MB] [--arch ARCH] [--month [--kms-key]]",
           .description = {"Multiplies the calls that a file makes on its way by list prices with a date. Asks nobody: "
                           "what you pay is on your bill."},
           .options = {{"--files", "N", "how many files", "1000000"},
                       {"--avg", "SIZE", "how large one is: 200kB, 1MB, 10GiB", "1MB"},
                       {"--memory", "MB", "memory of the function that checks (memory_mb of terraform/)", "512"},
                       {"--arch", "ARCH", "arm64 or x86_64 (architecture)", "arm64"},
                       {"--month", "", "a whole month of a gate as terraform/ makes it, idle and with these files"},
                       {"--kms-key", "", "with --month: a key of your own (create_kms_key)"}},
           .operand = {},
           .examples = {{"scalper cost", "a million files of 1 MB"},
                        {"scalper cost --files 30000 --avg 2GiB", "a thousand large ones a day"},
                        {"scalper cost --files 1000000 --month", "what stands there costs as well"}},
           .exits = {{kExitOk, "said"}, {kExitUsage, "wrong options"}}}};
}

}  // namespace scalper::cli
