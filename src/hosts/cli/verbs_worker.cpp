#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {

std::vector<VerbSpec> worker_verbs() {
  return {
      {.name = "worker",
       .summary = "run the gate on AWS from any machine: poll the queue instead of being a Lambda",
       .synopsis = "[--records DIR] [--threads N]",
       .description = {"Takes events from the queue, validates their files in one pass and moves them to the output "
                       "or quarantine bucket, as the Lambda does; both may run at once. Made for containers, for "
                       "files that take longer than a Lambda may run, and for stores that speak S3.",
                       "Settings come from the environment, which 'scalper doctor --env' lists. Without "
                       "SCALPER_QUEUE_URL a sweep of the input bucket finds files, once a minute; beside a queue it "
                       "looks every five.",
                       "SIGTERM and SIGINT end it in order: what is in work is finished or handed back. Log lines "
                       "and metrics go to standard output, one JSON object a line."},
       .options = {{"--records", "DIR", "keep records in DIR/records.db instead of SCALPER_TABLE; for one worker"},
                   {"--threads", "N", "files at once, 1 to 256; without it twice the cores, from 4 to 32"}},
       .operand = {},
       .examples = {{"scalper worker", "in a container, by its environment"},
                    {"scalper worker --records /var/lib/scalper", "beside an S3-compatible store, without DynamoDB"}},
       .exits = {{kExitOk, "ended by a signal, in order"},
                 {kExitUsage, "wrong options or settings"},
                 {kExitUnreachable, "AWS does not answer"},
                 {kExitNotPermitted, "AWS refuses"}}}};
}

}  // namespace scalper::cli
