// The program `scalper`: the only place where the hosts are joined.

#include <unistd.h>

#include <iostream>
#include <string>
#include <vector>

#include "hosts/cli/program.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  scalper::cli::Terminal terminal({.out = std::cout,
                                   .err = std::cerr,
                                   .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                                   .err_is_terminal = ::isatty(STDERR_FILENO) == 1});
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return scalper::cli::run_program(words, terminal, {}, SCALPER_VERSION);
}
