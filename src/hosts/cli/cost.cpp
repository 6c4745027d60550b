#include "hosts/cli/cost.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "base/escape.h"
#include "hosts/cli/cost_model.h"
#include "hosts/local_exit_codes.h"
#include "validate/contract/values.h"

namespace scalper::cli {
namespace {

constexpr int kProductColumn = 52;
constexpr std::uint64_t kMostFiles = 1'000'000'000'000;
constexpr std::uint64_t kLargest = std::uint64_t{5} << 40U;  // an object of S3

template <class... Values>
std::string formatted(const char* form, Values... values) {
  std::array<char, 256> text{};
  const int length = std::snprintf(text.data(), text.size(), form, values...);
  return {text.data(), static_cast<std::size_t>(length < 0 ? 0 : length)};
}

// "1234567.80" -> "1,234,567.80"
std::string grouped(std::string_view number) {
  const std::size_t whole = std::min(number.find('.'), number.size());
  std::string text;
  for (std::size_t at = 0; at < number.size(); ++at) {
    if (at > 0 && at < whole && (whole - at) % 3 == 0) text += ',';
    text += number[at];
  }
  return text;
}
std::string grouped(std::uint64_t number) { return grouped(std::to_string(number)); }

std::string dollars(double amount) { return grouped(formatted("%.2f", amount)); }

std::optional<std::uint64_t> count_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1 || number > kMostFiles)
    return std::nullopt;
  return number;
}

std::string line_of(const CostLine& line, std::uint64_t files) {
  const std::string product = grouped(files) + " x " + formatted("%.4g ", line.a_file) + std::string(line.unit) +
                              formatted(" x $%.6g a million", line.for_a_million);
  return formatted("  %-20.*s %-*s %14s", static_cast<int>(line.what.size()), line.what.data(), kProductColumn,
                   product.c_str(), ("$" + dollars(line.dollars)).c_str());
}

void print_assumptions(Terminal& terminal, const Assumptions& with) {
  terminal.out() << "\nCounted: the calls of a file that comes, is valid and meets no fault. The rest is assumed:\n"
                 << formatted(
                        "  %g files a batch, %g of them at once; a function of %g GB on arm64; %g ms of waiting\n",
                        with.files_a_batch, with.at_once, with.memory_gb, with.waiting_ms)
                 << formatted("  a file, and %g MB/s of reading for all of them; %g bytes of log a file.\n",
                              with.megabytes_a_second, with.log_bytes)
                 << "Not counted: storage, KMS keys of your own, 11 metrics and 9 alarms a month, calls of people and\n"
                    "  of the sweep, files that come twice or are reviewed.\n";
}

void print(Terminal& terminal, const Cost& cost, std::uint64_t files, std::uint64_t size) {
  terminal.out() << grouped(files) << (files == 1 ? " file of " : " files of ") << human_size(size)
                 << " through the gate on AWS, at the list prices of " << kPriceRegion << ", " << kPriceDate << ":\n\n";
  for (const CostLine& line : cost.lines) terminal.out() << line_of(line, files) << "\n";
  const std::string of_a_million = dollars(cost.dollars / static_cast<double>(files) * 1e6);
  const std::string sum =
      formatted("  %-20s %-*s %14s", "in all", kProductColumn, ("$" + of_a_million + " for a million files").c_str(),
                ("$" + dollars(cost.dollars)).c_str());
  terminal.out() << terminal.paint(Colour::kBold, sum) << "\n";
  terminal.out() << "\nA malware scan alone, by GuardDuty for S3, lists at $" << dollars(cost.peer_dollars)
                 << formatted(": %.1f times that.\n", cost.peer_dollars / cost.dollars);
  print_assumptions(terminal, {});
  if (!cost.fits_function)
    terminal.out() << "A file of that size takes longer than a function may run: `scalper worker` takes it, and its\n"
                      "  machine costs what it costs instead of Lambda.\n";
}

}  // namespace

int print_cost(const Arguments& arguments, Terminal& terminal) {
  const auto files = count_of(arguments.value("--files"));
  if (!files) {
    terminal.complain("--files is a number from 1 to 1,000,000,000,000, not \"" +
                      escape_text(arguments.value("--files")) + "\"");
    return kExitUsage;
  }
  const auto size = grammar::parse_size(arguments.value("--avg"));
  if (!size || *size > kLargest) {
    terminal.complain("--avg is a size up to 5TiB such as 200kB, 1MB or 10GiB, not \"" +
                      escape_text(arguments.value("--avg")) + "\"");
    return kExitUsage;
  }
  print(terminal, cost_of(*files, *size), *files, *size);
  return kExitOk;
}

}  // namespace scalper::cli
