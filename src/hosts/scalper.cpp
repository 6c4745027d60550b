// The program `scalper`: the only place where the hosts are joined.

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "base/escape.h"
#include "hosts/cli/gate_client.h"
#include "hosts/cli/program.h"
#include "hosts/environment.h"
#include "hosts/local_exit_codes.h"
#include "hosts/server/up.h"
#include "hosts/version.h"

namespace {

using scalper::cli::Arguments;
using scalper::cli::Terminal;

int up(const Arguments& arguments, Terminal& terminal) {
  scalper::server::UpOptions options;
  const auto complain = [&terminal](const std::string& sentence) { terminal.complain(sentence); };
  auto gate = scalper::cli::gate_options(arguments);
  if (!gate.ok()) {
    complain(gate.error().message());
    return scalper::exit_code_of(gate.error().code());
  }
  options.gate = *std::move(gate);
  options.listen = scalper::cli::setting(arguments, "--listen", "SCALPER_LISTEN");
  std::error_code failed;
  if (arguments.has("--contracts") && !std::filesystem::is_directory(options.gate.contracts, failed)) {
    complain("--contracts: there is no folder " + scalper::escape_text(options.gate.contracts, 400));
    return scalper::kExitNotFound;
  }
  return scalper::server::up(options, options.gate.log == "-" ? terminal.err() : terminal.out(), complain);
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  Terminal terminal({.out = std::cout,
                     .err = std::cerr,
                     .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                     .err_is_terminal = ::isatty(STDERR_FILENO) == 1});
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return scalper::cli::run_program(words, terminal, {{"up", up}}, scalper::program_version());
}
