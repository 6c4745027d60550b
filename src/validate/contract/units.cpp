#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <system_error>

#include "validate/contract/values.h"

namespace scalper::grammar {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t each;
};

// The first ones, from the largest down, are those that are written.
constexpr auto kSizes = std::to_array<Unit>({{"TiB", std::uint64_t{1} << 40U},
                                             {"GiB", std::uint64_t{1} << 30U},
                                             {"MiB", std::uint64_t{1} << 20U},
                                             {"KiB", std::uint64_t{1} << 10U},
                                             {"B", 1},
                                             {"TB", 1'000'000'000'000},
                                             {"GB", 1'000'000'000},
                                             {"MB", 1'000'000},
                                             {"kB", 1'000},
                                             {"KB", 1'000}});
constexpr std::size_t kSizesWritten = 5;
constexpr auto kDurations =
    std::to_array<Unit>({{"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}});

std::optional<std::uint64_t> with_unit(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(end - text.data());
  if (failed != std::errc() || (length > 1 && text.front() == '0')) return std::nullopt;
  std::string_view name = text.substr(length);
  if (name.starts_with(' ')) name.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (number > kMost / unit.each) return std::nullopt;
    return number * unit.each;
  }
  return std::nullopt;
}

std::string written(std::uint64_t number, std::span<const Unit> units) {
  for (const Unit& unit : units)
    if (number >= unit.each && number % unit.each == 0)
      return std::to_string(number / unit.each) + std::string(unit.name);
  return std::to_string(number) + std::string(units.back().name);
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) { return with_unit(text, kSizes); }
std::optional<std::uint64_t> parse_duration(std::string_view text) { return with_unit(text, kDurations); }

std::string size_text(std::uint64_t bytes) { return written(bytes, std::span(kSizes).first<kSizesWritten>()); }
std::string duration_text(std::uint64_t milliseconds) { return written(milliseconds, kDurations); }

}  // namespace scalper::grammar
