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
#include "hosts/cli/cost_month.h"
#include "hosts/local_exit_codes.h"
#include "validate/contract/values.h"

namespace scalper::cli {
namespace {

constexpr int kProductColumn = 52;
constexpr double kMillion = 1e6;
constexpr double kTinyPrice = 0.001;  // dollars; what costs less is told by the million
constexpr double kMegabytesOfGigabyte = 1024;
constexpr std::uint64_t kMostFiles = 1'000'000'000'000;
constexpr std::uint64_t kLeastMemory = 128;  // of a function, MB
constexpr std::uint64_t kMostMemory = 10240;
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

std::string line_of(const MonthLine& line) {
  const bool is_tiny = line.each < kTinyPrice;
  const std::string price =
      is_tiny ? formatted(" x $%.6g a million", line.each * kMillion) : formatted(" x $%.6g", line.each);
  const std::string product = grouped(formatted("%.0f", line.count)) + " " + std::string(line.unit) + price;
  return formatted("  %-20.*s %-*s %14s", static_cast<int>(line.what.size()), line.what.data(), kProductColumn,
                   product.c_str(), ("$" + dollars(line.dollars)).c_str());
}

std::string sum_of(const char* what, double amount) {
  return formatted("  %-*s %14s", kProductColumn + 21, what, ("$" + dollars(amount)).c_str());
}

void print_month(Terminal& terminal, const Month& month, double files_dollars) {
  terminal.out() << "\nA month of that gate, as terraform/ makes it:\n\n";
  for (const MonthLine& line : month.standing) terminal.out() << line_of(line) << "\n";
  terminal.out()
      << terminal.paint(Colour::kBold, sum_of("an idle month", month.idle_dollars)) << "\n"
      << line_of(month.metrics) << "\n"
      << sum_of("the files above", files_dollars) << "\n"
      << terminal.paint(Colour::kBold,
                        sum_of("a month with these files", month.idle_dollars + month.metrics.dollars + files_dollars))
      << "\n\nEach contract has metrics of its own, as many again. Storage, what a key is asked ($3 a million),\n"
         "dashboards above three in the account ($3 each) and a VPC's endpoints are not in it.\n";
}

// "x86_64" -> its price; nullopt for what no function runs on.
std::optional<double> gb_second_of(std::string_view architecture) {
  if (architecture == "arm64") return kGbSecondArm64;
  if (architecture == "x86_64") return kGbSecondX86;
  return std::nullopt;
}

void print_assumptions(Terminal& terminal, const Assumptions& with, std::string_view architecture) {
  terminal.out()
      << "\nCounted: the calls of a file that comes, is valid and meets no fault. The rest is assumed:\n"
      << formatted("  %g files a batch, %g of them at once; a function of %g GB on %.*s; %g ms of waiting\n",
                   with.files_a_batch, with.at_once, with.memory_gb, static_cast<int>(architecture.size()),
                   architecture.data(), with.waiting_ms)
      << formatted("  a file, and %g MB/s of reading for all of them; %g bytes of log a file.\n",
                   with.megabytes_a_second, with.log_bytes)
      << "Not counted: storage, what stands in a month (--month), calls of people, files that come twice or are\n"
         "  reviewed.\n";
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
  if (!cost.fits_function)
    terminal.out() << "A file of that size takes longer than a function may run: `scalper worker` takes it, and its\n"
                      "  machine costs what it costs instead of Lambda.\n";
}

int refused(Terminal& terminal, std::string_view what, const std::string& value) {
  terminal.complain(std::string(what) + ", not \"" + escape_text(value) + "\"");
  return kExitUsage;
}

}  // namespace

int print_cost(const Arguments& arguments, Terminal& terminal) {
  const auto files = count_of(arguments.value("--files"));
  if (!files) return refused(terminal, "--files is a number from 1 to 1,000,000,000,000", arguments.value("--files"));
  const auto size = grammar::parse_size(arguments.value("--avg"));
  if (!size || *size > kLargest)
    return refused(terminal, "--avg is a size up to 5TiB such as 200kB, 1MB or 10GiB", arguments.value("--avg"));
  const auto memory = count_of(arguments.value("--memory"));
  if (!memory || *memory < kLeastMemory || *memory > kMostMemory)
    return refused(terminal, "--memory is a number of MB from 128 to 10240", arguments.value("--memory"));
  const std::string architecture = arguments.value("--arch");
  const auto gb_second = gb_second_of(architecture);
  if (!gb_second) return refused(terminal, "--arch is arm64 or x86_64", architecture);

  const Prices prices{.gb_second = *gb_second};
  const Assumptions assumptions{.memory_gb = static_cast<double>(*memory) / kMegabytesOfGigabyte};
  const Cost cost = cost_of(*files, *size, prices, assumptions);
  print(terminal, cost, *files, *size);
  print_assumptions(terminal, assumptions, architecture);
  if (arguments.has("--month"))
    print_month(terminal, month_of({.has_own_key = arguments.has("--kms-key")}, prices), cost.dollars);
  return kExitOk;
}

}  // namespace scalper::cli
