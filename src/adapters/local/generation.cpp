#include "adapters/local/generation.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"

namespace scalper {
namespace {

std::mt19937_64 seeded() {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  return std::mt19937_64{seed};
}

// 16 digits.
std::string hex(std::uint64_t value) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(value >> (56U - 8U * i));
  return to_hex(bytes);
}

// Time and counter; 60 bits.
std::uint64_t head_of(std::string_view generation) {
  const std::string digits = std::string(generation.substr(0, 8)) + std::string(generation.substr(9, 4)) +
                             std::string(generation.substr(15, 3));
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

constexpr unsigned kCounterBits = 12;
// The counter runs ahead of the clock by less, whatever comes in at once.
constexpr std::uint64_t kSetBackMillis = 10;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

bool is_generation(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return text[14] == '7' && std::string_view("89ab").find(text[19]) != std::string_view::npos;
}

WallTime time_of_generation(std::string_view generation) {
  return WallTime{Millis{static_cast<Millis::rep>(head_of(generation) >> kCounterBits)}};
}

Generations::Generations() : random_(seeded()) {}

std::string Generations::next(WallTime now) {
  const std::lock_guard lock(mutex_);
  const auto millis = static_cast<std::uint64_t>(std::max<Millis::rep>(now.time_since_epoch().count(), 0));
  const std::uint64_t told = last_ >> kCounterBits;
  // The counter starts low in each millisecond and runs over into the next one: order holds, time is off by little.
  const std::uint64_t next = told > millis + kSetBackMillis ? (told + 1) << kCounterBits : last_ + 1;
  last_ = std::max((millis & 0xFFFFFFFFFFFFU) << kCounterBits, next);
  const std::uint64_t tail = (random_() & 0x3FFFFFFFFFFFFFFFU) | 0x8000000000000000U;
  const std::string head = hex(last_ << 4U);  // 60 bits: 12 digits of time, 3 of the counter
  const std::string rest = hex(tail);
  return head.substr(0, 8) + '-' + head.substr(8, 4) + "-7" + head.substr(12, 3) + '-' + rest.substr(0, 4) + '-' +
         rest.substr(4);
}

void Generations::after(std::string_view seen) {
  const std::uint64_t value = head_of(seen);
  const std::lock_guard lock(mutex_);
  last_ = std::max(last_, value);
}

}  // namespace scalper
