#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

constexpr const char* kAwsLooks =
    "With --aws it says who you are, and looks at everything that the environment names: each bucket (region, "
    "versions, "
    "encryption, public access, lifecycle), each queue (visibility, retention, dead letters, encryption, and whether "
    "its "
    "policy lets the events in), the table (indexes, expiry, backups), KMS keys, contracts and topic, and whether the "
    "verbs "
    "would be permitted. Each line is ok, warn or FAIL, with what mends it. Nothing is changed, and no secret is "
    "shown.";
constexpr const char* kCanary =
    "Only --canary writes: it asks the store with objects below .scalper-probe/ in output what it honours, puts one "
    "small "
    "text file below .scalper-canary/ into input, follows it to its verdict, and removes it again; its record expires "
    "in a "
    "day. Whoever listens to output, quarantine or the topic may see it.";
constexpr const char* kDestroyable =
    "--destroyable looks at nothing but what would be lost sight of if the gate were taken away now: messages in the "
    "queues, dead letters, files in the input, files on their way. Terraform asks it before it destroys. SQS counts "
    "with a delay, so stop the senders a minute before.";

}  // namespace

std::vector<VerbSpec> doctor_verbs() {
  return {
      {.name = "doctor",
       .summary = "say what is there, reachable and permitted",
       .synopsis =
           "[--env | --telemetry] [--data DIR] [--contracts DIR] [--url URL] | --aws [--canary | --destroyable] "
           "[--wait SECONDS] [--json]",
       .description =
           {"Looks at the machine, the data folder, the contracts and the gate, and says what a person should know "
            "or mend. Changes nothing.",
            kAwsLooks, kCanary, kDestroyable},
       .options = {{"--env", "", "print the environment variables that the program reads, and end"},
                   {"--telemetry", "", "print all metrics, log events and alarms as JSON, and end"},
                   {"--data", "DIR", "the data folder; SCALPER_DATA in the environment", "data"},
                   {"--contracts", "DIR", "the folder of contracts; SCALPER_CONTRACTS in the environment"},
                   {"--url", "URL", "ask the gate at this address instead: http://127.0.0.1:8080"},
                   kAwsOption,
                   {"--canary", "", "with --aws: send a file through"},
                   {"--destroyable", "", "with --aws: fail while anything is left to do"},
                   {"--wait", "SECONDS", "with --canary: so long, up to 3600", "90"},
                   {"--json", "", "with --aws: one object, for programs"}},
       .operand = {},
       .examples = {{"scalper doctor", "before the first 'up', and when something is odd"},
                    {"scalper doctor --aws --canary", "after a change on AWS: does a file get through?"},
                    {"scalper doctor --aws --destroyable", "before the gate is taken away"}},
       .exits = {{kExitOk, "nothing is bad, nothing failed"},
                 {kExitSomeInvalid, "something is"},
                 {kExitUsage, "wrong options"}}},
  };
}

}  // namespace scalper::cli
