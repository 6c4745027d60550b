#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {

std::vector<VerbSpec> check_verbs() {
  return {
      {.name = "check",
       .summary = "validate files or folders; nothing is moved or written",
       .synopsis = "[--contract FILE|DIR] [--as TYPE] [--json] [--color WHEN] PATH|-...",
       .description =
           {"Reads each file once, from its first byte to its last, and says whether it is valid, invalid or "
            "unverifiable. Folders are read with all that is below them, in parallel on the cores that there are; the "
            "output keeps the order of the operands and, within a folder, of the names. Symbolic links inside a "
            "folder are not followed. '-' is standard input.",
            "Without --contract the built-in contract judges: the type is known and agrees with the name, the content "
            "is well-formed, declared checksums are right. With a folder of contracts the one with the longest "
            "matching prefix judges; a file's key is then its path below the folder that was named, or the path as it "
            "was typed. A single contract file judges all files, whatever prefix it states.",
            "Checksum files that lie beside a file are used, whatever the contract says: a.csv.sha256 and the like, "
            "and SHA256SUMS, manifest-sha256.txt and the like of its folder and of the folders around it, as far as "
            "the folder that was named. A checksum file itself is valid if it can be read and all files that it names "
            "are there."},
       .options = {{"--contract", "FILE|DIR", "one contract for all files, or a folder of contracts"},
                   {"--as", "TYPE", "take files as of this media type, whatever their names say: text/csv"},
                   {"--json", "", "print one JSON object a file and line, for programs; always plain ASCII"},
                   {"--color",
                    "WHEN",
                    "colours: on a terminal only, always or never; NO_COLOR is honoured",
                    "auto",
                    {"auto", "always", "never"}}},
       .operand = {"PATH|-", 1, kManyOperands},
       .examples = {{"scalper check orders/", "every file below orders/"},
                    {"scalper check --contract contracts/ --json data/", "by a set of contracts, for a program"},
                    {"curl -s https://example.org/a.csv | scalper check --as text/csv -", "what comes down a pipe"}},
       .exits = {{kExitOk, "all files are valid"},
                 {kExitSomeInvalid, "at least one is invalid"},
                 {kExitSomeUnverifiable, "none is invalid, at least one is unverifiable"},
                 {kExitCouldNotRead, "at least one could not be read, or there was no file at all; wins over 1 and 2"},
                 {kExitUsage, "wrong options"},
                 {kExitContractRefused, "a contract was refused"},
                 {kExitNotFound, "the contract file or folder is not there"},
                 {kExitDiskFull, "the output could not be written"},
                 {130, "stopped by SIGINT; what was checked by then is printed"},
                 {143, "the same by SIGTERM"}}},
      {.name = "completion",
       .summary = "print the completion script of a shell",
       .synopsis = "bash|zsh|fish",
       .description = {"Prints a script that completes verbs and options. `cmake --install` puts all three where the "
                       "shells look for them; this is for everybody else."},
       .options = {},
       .operand = {"SHELL", 1, 1},
       .examples = {{"source <(scalper completion bash)", "for the running bash"}},
       .exits = {{kExitOk, "printed"}, {kExitUsage, "no such shell"}}},
  };
}

}  // namespace scalper::cli
