// One pass of the engine over a file that is held in memory, in chunks of 64 KiB: the verdict and the best and median
// time of some rounds. Under callgrind one round is enough.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "validate/validator.h"

namespace {

constexpr std::size_t kChunk = 65536;

// Not inlined: callgrind counts what happens in it.
__attribute__((noinline)) std::string verdict_of_pass(const std::string& name, const std::string& bytes) {
  auto validator = scalper::Validator::begin(scalper::builtin_contract(), {.name = name, .size = bytes.size()}, {});
  if (!validator.ok()) return validator.error().message();
  const scalper::Bytes all = scalper::as_bytes(bytes);
  for (std::size_t at = 0; at < all.size(); at += kChunk) {
    validator->feed(all.subspan(at, std::min(kChunk, all.size() - at)));
  }
  const auto verdict = validator->finish();
  return verdict.ok() ? std::string(to_string(verdict->kind)) : verdict.error().message();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: bench_pass FILE [ROUNDS]\n");
    return 64;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const int rounds = argc == 3 ? std::atoi(argv[2]) : 1;
  static_cast<void>(scalper::builtin_contract());  // compiled once a process
  std::string verdict;
  std::vector<double> seconds;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    verdict = verdict_of_pass(argv[1], bytes);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf("%s %zu %.9f %.9f\n", verdict.c_str(), bytes.size(), seconds.front(), seconds[seconds.size() / 2]);
  return 0;
}
