#include "hosts/cli/connect.h"

#include <unistd.h>

#include <iostream>
#include <string>

#include "adapters/aws/client/default_client.h"
#include "adapters/aws/s3_notification.h"
#include "adapters/aws/s3_object_store.h"
#include "adapters/local/system_clock.h"
#include "adapters/memory/memory_telemetry.h"
#include "base/escape.h"
#include "hosts/aws_environment.h"
#include "hosts/local_exit_codes.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kNameChars = 255;

int refuse(Terminal& terminal, const Error& error) {
  terminal.complain(error.message());
  return exit_code_of(error.code());
}

// The lines that stay begin with two spaces, the one that comes with "+ ".
void show_difference(const aws::Notification& stands, Terminal& terminal) {
  const std::string root = stands.root.name;
  terminal.out() << "  <" << root << ">\n";
  for (const aws::XmlElement& child : stands.root.children)
    for (const std::string& line : aws::lines_of(child, 1)) terminal.out() << "  " << line << "\n";
  terminal.out() << terminal.paint(Colour::kGreen, "+   <EventBridgeConfiguration/>") << "\n  </" << root << ">\n";
}

void say_what_comes_next(const std::string& bucket, Terminal& terminal) {
  terminal.out()
      << "EventBridge in the bucket's account and region hears of its objects from now on. A rule there takes "
         "them to the queue:\n"
      << "  aws events put-rule --name scalper-" << bucket
      << R"( --event-pattern '{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":[")"
      << bucket << R"("]}}}')"
      << "\n  aws events put-targets --rule scalper-" << bucket << " --targets Id=queue,Arn=QUEUE_ARN\n";
}

// The write itself; what somebody else wrote since `shown` was looked at is not written over.
Result<void> replace(aws::AwsClient& client, const BucketName& bucket, const aws::Notification& shown,
                     const aws::Notification& wanted) {
  const CallContext context;
  SCALPER_TRY_ASSIGN(const aws::Notification now, aws::get_notification(client, context, bucket));
  if (!aws::say_the_same(now, shown))
    return Error(ErrorCode::kUnavailable, "the configuration was changed meanwhile; nothing was written, look again");
  SCALPER_TRY(aws::put_notification(client, context, bucket, wanted));
  SCALPER_TRY_ASSIGN(const aws::Notification after, aws::get_notification(client, context, bucket));
  if (aws::say_the_same(after, wanted)) return {};
  return Error(ErrorCode::kInternal, "what is configured now is not what was written. What stood there before: " +
                                         escape_text(shown.text, shown.text.size() * 4));
}

}  // namespace

int connect_bucket(aws::AwsClient& client, Clock& clock, const ConnectWish& wish, Terminal& terminal) {
  const BucketName bucket{wish.bucket};
  const std::string name = escape_text(wish.bucket, kNameChars);
  aws::S3ObjectStore store(client, clock, {});
  if (const auto checked = store.check_bucket(CallContext{}, bucket); !checked.ok())
    return refuse(terminal, checked.error());
  const auto stands = aws::get_notification(client, CallContext{}, bucket);
  if (!stands.ok()) return refuse(terminal, stands.error());
  if (stands->reaches_event_bridge()) {
    terminal.out() << name << " delivers to EventBridge already; nothing was changed\n";
    return kExitOk;
  }
  const auto wanted = aws::with_event_bridge(*stands);
  if (!wanted.ok()) return refuse(terminal, wanted.error());
  show_difference(*stands, terminal);
  if (wish.only_show) return kExitOk;
  if (!wish.confirmed()) {
    terminal.complain("not confirmed; nothing was changed");
    return kExitNotPermitted;
  }
  if (const auto done = replace(client, bucket, *stands, *wanted); !done.ok()) return refuse(terminal, done.error());
  say_what_comes_next(name, terminal);
  return kExitOk;
}

int connect(const Arguments& arguments, Terminal& terminal) {
  terminal.use_colours("auto");
  SystemClock clock;
  MemoryTelemetry telemetry;
  const auto client = aws::make_aws_client(process_environment(), clock, telemetry);
  if (!client.ok()) return refuse(terminal, client.error());
  ConnectWish wish{arguments.operands[0], arguments.has("--dry-run"), [] { return true; }};
  if (!arguments.has("--yes"))
    wish.confirmed = [&terminal] {
      if (::isatty(STDIN_FILENO) != 1) {
        terminal.complain("nobody is there to be asked; --yes confirms");
        return false;
      }
      terminal.err() << "Write this? [y/N] " << std::flush;
      std::string answer;
      std::getline(std::cin, answer);
      return answer == "y" || answer == "yes";
    };
  return connect_bucket(**client, clock, wish, terminal);
}

}  // namespace scalper::cli
