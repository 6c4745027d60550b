#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

// Whole paragraphs of their own: among its neighbours a text of many lines looks like a forgotten comma.
constexpr const char* kTaking =
    "Takes every file that is dropped into DIR/input, validates it in one pass and moves it to DIR/output under its "
    "own "
    "name, or to DIR/quarantine. Each file has a record, on the disk before it is told, and a line in the log. A file "
    "is "
    "taken once its writer has closed it, once it was renamed in, or after two seconds without a change; names that "
    "begin with '.' or '~$' or end with .part, .tmp or .crdownload are left alone, so that a sender can write under "
    "such "
    "a name and rename. All folders must lie on one file system.";
constexpr const char* kContracts =
    "Contracts are read from the contracts folder at the start and whenever it changes; broken ones leave those before "
    "in use, and the log and /v1/health say why. Without contracts the built-in one judges.";

constexpr const char* kApi =
    "The HTTP API listens on loopback. On the machine itself, with nobody between, whoever asks is an operator, unless "
    "--require-token; others show an access token ('Authorization: Bearer TOKEN'), of which the first start makes one "
    "and prints it once, and 'scalper token add' more. The other verbs reach the gate over DIR/.scalper/gate.sock, "
    "which belongs to its user.";
constexpr const char* kOthers =
    "An address that others reach is listened on only with --tls-cert and --tls-key (TLS 1.2 and later; the files are "
    "read again when they change), behind --trusted-proxy, or with --plain-http.";
constexpr const char* kStopping =
    "SIGTERM and SIGINT end it in order: what is in work is finished or handed back. A second one ends it at once; the "
    "next start goes on where it stopped, and nothing is lost.";

std::vector<ExitSpec> up_exits() {
  return {{kExitOk, "ended by a signal, in order"},
          {kExitUsage, "wrong options"},
          {kExitContractRefused, "the contracts are refused, and there are none from before"},
          {kExitNotFound, "the folder given by --contracts is not there"},
          {kExitUnreachable, "the port is in use"},
          {kExitDiskFull, "the disk is full"},
          {kExitDiskFailed,
           "the disk lost what was written, or a folder of the data folder was moved or removed; a new start goes on"},
          {kExitFolderInUse, "another process holds the data folder"},
          {kExitDatabase, "the database is damaged or of a newer version"},
          {kExitNotPermitted, "an address that others reach without TLS or a proxy, or a folder that is not ours"}};
}

}  // namespace

std::vector<VerbSpec> up_verbs() {
  return {
      {.name = "up",
       .summary = "run the gate of a data folder: hot folder and HTTP API in one process",
       .synopsis = "[--data DIR] [--listen ADDR] [--contracts DIR] [--log FILE|-] ...",
       .description =
           {kTaking, kContracts, kApi, kOthers, kStopping,
            "The log has one JSON object a line. The file is turned over at 16 MiB; four older ones are kept."},
       .options =
           {{"--data", "DIR", "the data folder, made where it is missing; SCALPER_DATA in the environment", "data"},
            {"--listen", "ADDR", "address of the HTTP API; port 0 is any that is free; SCALPER_LISTEN",
             "127.0.0.1:8080"},
            {"--contracts", "DIR", "folder of contracts; SCALPER_CONTRACTS; without it DIR/contracts of the data"},
            {"--hooks", "DIR",
             "folder of the programs that contracts may name as hooks; SCALPER_HOOKS; without it: none"},
            {"--clamd", "ADDR",
             "socket of the clamd that scans where contracts demand it, or 127.0.0.1:PORT; SCALPER_CLAMD; without it: "
             "none"},
            {"--log", "FILE|-", "the log; '-' is standard output; SCALPER_LOG; without it DIR/.scalper/log/gate.jsonl"},
            {"--log-level",
             "LEVEL",
             "the least that is logged; SCALPER_LOG_LEVEL",
             "info",
             {"debug", "info", "warning", "error"}},
            {"--workers", "N", "files in work at once, 1 to 256; without it 64 times the cores, from 128 to 256"},
            {"--keep-replaced", "DAYS",
             "how long a file stays in .scalper/replaced that a newer one of its name displaced in output; "
             "SCALPER_KEEP_REPLACED",
             "30"},
            {"--max-staged", "SIZE", "uploads on their way at once, in bytes or as 10GiB; without it no bound"},
            {"--reserve", "SIZE", "what uploads leave free on the disk; without it 5 % of it, at most 1GiB"},
            {"--pipeline", "NAME", "the pipeline's name; SCALPER_PIPELINE", "default"},
            {"--publish",
             "HOW",
             "exact: every output copy is a fenced one; SCALPER_PUBLISH",
             "direct",
             {"direct", "exact"}},
            {"--require-token", "", "on loopback too; SCALPER_REQUIRE_TOKEN=true"},
            {"--tls-cert", "FILE", "chain of certificates in PEM, the gate's own first; SCALPER_TLS_CERT"},
            {"--tls-key", "FILE", "its key in PEM; SCALPER_TLS_KEY"},
            {.name = "--trusted-proxy",
             .value = "CIDR",
             .help = "proxies that speak TLS for the gate; what their Forwarded or X-Forwarded-For says of clients is "
                     "believed; may be given several times; SCALPER_TRUSTED_PROXY, separated by commas",
             .may_repeat = true},
            {"--plain-http", "", "let others come without TLS: their tokens can be read on the way"},
            {.name = "--cors-origin",
             .value = "ORIGIN",
             .help = "pages of this origin may call, with a token: https://gate.example; may be given several times; "
                     "SCALPER_CORS_ORIGIN, separated by commas",
             .may_repeat = true},
            {"--rate-limit", "N", "requests a second of one client from elsewhere, bursts of four times that; 0: any",
             "50"}},
       .operand = {},
       .examples = {{"scalper up", "in ./data, on http://127.0.0.1:8080"},
                    {"scalper up --data /srv/gate --contracts /etc/gate --log -", "as a service"}},
       .exits = up_exits()},
  };
}

}  // namespace scalper::cli
