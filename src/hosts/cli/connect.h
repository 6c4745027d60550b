#pragma once
// connect: delivery of a bucket's events to EventBridge.

#include <functional>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "hosts/cli/arguments.h"
#include "hosts/cli/terminal.h"
#include "ports/clock.h"

namespace scalper::cli {

struct ConnectWish {
  std::string bucket;
  bool only_show = false;
  // Whether to go on, asked once the difference was shown.
  std::function<bool()> confirmed;
};

// Shows what would be added to the bucket's notification configuration, asks, adds it, and reads it back. What stood
// there stands afterwards; what is not understood is refused. Answers an exit code.
[[nodiscard]] int connect_bucket(aws::AwsClient& client, Clock& clock, const ConnectWish& wish, Terminal& terminal);

[[nodiscard]] int connect(const Arguments& arguments, Terminal& terminal);

}  // namespace scalper::cli
