// The program `scalper`: the only place where the hosts are joined.

#include <unistd.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <stop_token>
#include <string>
#include <system_error>
#include <vector>

#include "base/escape.h"
#include "hosts/cli/check.h"
#include "hosts/cli/contract_init.h"
#include "hosts/cli/gate_client.h"
#include "hosts/cli/program.h"
#include "hosts/environment.h"
#include "hosts/local_exit_codes.h"
#include "hosts/server/stop_signals.h"
#include "hosts/server/up.h"
#include "hosts/version.h"
#include "hosts/worker/worker.h"

namespace {

using scalper::cli::Arguments;
using scalper::cli::Terminal;

// Values of an option that may be repeated, else those of the variable, separated by commas.
std::vector<std::string> listed(const Arguments& arguments, std::string_view option, std::string_view variable) {
  if (arguments.has(option)) return arguments.values(option);
  std::vector<std::string> values;
  std::string text = scalper::environment(variable);
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    values.push_back(text.substr(0, comma));
    text = comma == std::string::npos ? std::string() : text.substr(comma + 1);
  }
  return values;
}

// False: an option that is not understood.
bool read_door(const Arguments& arguments, scalper::server::DoorOptions& door) {
  door.require_token = arguments.has("--require-token") || scalper::environment("SCALPER_REQUIRE_TOKEN") == "true";
  door.plain_http = arguments.has("--plain-http");
  door.tls_cert = scalper::cli::setting(arguments, "--tls-cert", "SCALPER_TLS_CERT");
  door.tls_key = scalper::cli::setting(arguments, "--tls-key", "SCALPER_TLS_KEY");
  door.trusted_proxies = listed(arguments, "--trusted-proxy", "SCALPER_TRUSTED_PROXY");
  door.cors_origins = listed(arguments, "--cors-origin", "SCALPER_CORS_ORIGIN");
  const std::string rate = arguments.value("--rate-limit");
  const auto [end, failed] = std::from_chars(rate.data(), rate.data() + rate.size(), door.requests_per_second);
  return failed == std::errc() && end == rate.data() + rate.size() && door.requests_per_second >= 0 &&
         door.requests_per_second <= 1e6;
}

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
  if (!read_door(arguments, options.door)) {
    complain("--rate-limit takes a number of requests a second from 0, which is any, to 1000000, not \"" +
             scalper::escape_text(arguments.value("--rate-limit")) + "\"");
    return scalper::kExitUsage;
  }
  std::error_code failed;
  if (arguments.has("--contracts") && !std::filesystem::is_directory(options.gate.contracts, failed)) {
    complain("--contracts: there is no folder " + scalper::escape_text(options.gate.contracts, 400));
    return scalper::kExitNotFound;
  }
  return scalper::server::up(options, options.gate.log == "-" ? terminal.err() : terminal.out(), complain);
}

int check(const Arguments& arguments, Terminal& terminal) {
  std::stop_source stop;
  const scalper::server::StopSignals signals([&stop] { stop.request_stop(); });
  return scalper::cli::check(arguments, terminal, {stop.get_token(), [&signals] { return signals.received(); }});
}

int init_contract(const Arguments& arguments, Terminal& terminal) {
  std::stop_source stop;
  const scalper::server::StopSignals signals([&stop] { stop.request_stop(); });
  return scalper::cli::init_contract(arguments, terminal,
                                     {stop.get_token(), [&signals] { return signals.received(); }});
}

int work(const Arguments& arguments, Terminal& terminal) {
  const auto complain = [&terminal](const std::string& sentence) { terminal.complain(sentence); };
  scalper::worker::WorkerOptions options;
  if (arguments.has("--records")) options.records = arguments.value("--records");
  if (arguments.has("--threads")) {
    const std::string said = arguments.value("--threads");
    const auto [end, failed] = std::from_chars(said.data(), said.data() + said.size(), options.threads);
    if (failed != std::errc() || end != said.data() + said.size() || options.threads < 1 || options.threads > 256) {
      complain("--threads takes a whole number from 1 to 256, not \"" + scalper::escape_text(said) + "\"");
      return scalper::kExitUsage;
    }
  }
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c,concurrency-mt-unsafe): an error of the write says it
  std::stop_source stop;
  const scalper::server::StopSignals signals([&stop] { stop.request_stop(); });
  const auto say = [&terminal](const std::string& sentence) { terminal.err() << sentence << std::endl; };
  return scalper::worker::work(options, stop.get_token(), say, complain);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // NOLINT(cert-err33-c,concurrency-mt-unsafe): a limit of file sizes is an error too
  std::ios::sync_with_stdio(false);
  Terminal terminal({.out = std::cout,
                     .err = std::cerr,
                     .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                     .err_is_terminal = ::isatty(STDERR_FILENO) == 1});
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return scalper::cli::run_program(words, terminal,
                                   {{"check", check}, {"contract init", init_contract}, {"up", up}, {"worker", work}},
                                   scalper::program_version());
}
