#include "hosts/cli/verb_tables.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {

std::vector<VerbSpec> aws_verbs() {
  return {
      {.name = "connect",
       .summary = "let a bucket on AWS tell EventBridge of its objects",
       .synopsis = "[--dry-run] [--yes] BUCKET",
       .description =
           {"For a bucket that is not the gate's own: whoever else is told of its objects is still told afterwards. "
            "S3 knows only the whole notification configuration at once; this reads it, adds EventBridge, leaves "
            "every other byte as it is, shows the difference, asks, writes, and reads it back. A configuration that "
            "it does not understand is left alone.",
            "The bucket must keep versions. Credentials, region and endpoints come from the environment, as for "
            "AWS's own tools; needed are s3:GetBucketVersioning, s3:GetBucketNotification and "
            "s3:PutBucketNotification."},
       .options = {{"--dry-run", "", "only show the difference"}, {"--yes", "", "do not ask"}},
       .operand = {"BUCKET", 1, 1},
       .examples = {{"scalper connect --dry-run partner-uploads", "what would change?"},
                    {"scalper connect --yes partner-uploads", "from a script"}},
       .exits = {{kExitOk, "it delivers to EventBridge; with --dry-run: shown"},
                 {kExitUsage,
                  "wrong options, no such bucket, one without versions, or a configuration that is not "
                  "understood"},
                 {kExitUnreachable, "AWS does not answer, or somebody changed the configuration meanwhile"},
                 {kExitInternal, "S3 did not keep what was written; what stood before is shown"},
                 {kExitNotPermitted, "not permitted, or not confirmed"}}}};
}

}  // namespace scalper::cli
