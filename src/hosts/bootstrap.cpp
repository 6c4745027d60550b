// The Lambda, all handlers in one program.

#include <csignal>

#include "hosts/aws_environment.h"
#include "hosts/lambda/lambda_main.h"

int main() {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): a reader that went away is an error of the write
  return scalper::lambda::run_lambda(scalper::process_environment());
}
