#include "validate/formats/json_key_hash.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <random>

namespace scalper {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr Wide kPrime = (Wide{1} << 127U) - 1;

Wide wide(const KeyHash& value) { return (Wide{value.high} << 64U) | value.low; }
KeyHash narrow(Wide value) { return {static_cast<std::uint64_t>(value >> 64U), static_cast<std::uint64_t>(value)}; }

// Below 2^127 again, for any 128 bits.
Wide fold(Wide value) { return (value & kPrime) + (value >> 127U); }

// a * b modulo the prime, both below 2^127; the result is below 2^127 too, and the prime itself may stand for 0.
Wide multiply(Wide a, Wide b) {
  const auto a0 = static_cast<std::uint64_t>(a);
  const auto a1 = static_cast<std::uint64_t>(a >> 64U);
  const auto b0 = static_cast<std::uint64_t>(b);
  const auto b1 = static_cast<std::uint64_t>(b >> 64U);
  const Wide low = Wide{a0} * b0;
  const Wide cross = Wide{a0} * b1 + Wide{a1} * b0;  // below 2^128, since a1 and b1 are below 2^63
  const Wide high = Wide{a1} * b1;                   // below 2^126
  // 2^128 = 2: what lies above counts twice.
  const Wide shifted = cross << 64U;
  Wide sum = fold(low) + fold(shifted);
  sum = fold(sum) + fold((high + (cross >> 64U)) << 1U);
  return fold(sum);
}

std::uint64_t random_word() {
  try {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
  } catch (const std::exception&) {
    // No source of chance on this machine: verdicts stay right, only aimed keys could make a table slow.
    return 0x9E3779B97F4A7C15U;
  }
}

const KeyHash& secret() {
  static const KeyHash value = narrow(((Wide{random_word()} << 64U) | random_word()) >> 1U);
  return value;
}

}  // namespace

KeyHasher::KeyHasher() : point_(secret()) {}

void KeyHasher::absorb(const char* bytes, std::size_t size) {
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), bytes, size);
  // A bit behind the last byte tells "a" from "a\0".
  const Wide block = ((Wide{words[1]} << 64U) | words[0]) | (Wide{1} << (8 * size));
  sum_ = narrow(multiply(fold(wide(sum_) + block), wide(point_)));
}

void KeyHasher::add(std::string_view piece) {
  if (partial_size_ > 0) {
    const std::size_t taken = piece.copy(partial_.data() + partial_size_, kBlock - partial_size_);
    partial_size_ += taken;
    piece.remove_prefix(taken);
    if (partial_size_ < kBlock) return;
    absorb(partial_.data(), kBlock);
    partial_size_ = 0;
  }
  for (; piece.size() >= kBlock; piece.remove_prefix(kBlock)) absorb(piece.data(), kBlock);
  partial_size_ = piece.copy(partial_.data(), kBlock);
}

KeyHash KeyHasher::finish() {
  absorb(partial_.data(), partial_size_);
  const Wide value = wide(sum_);
  sum_ = {};
  partial_size_ = 0;
  return narrow(value >= kPrime ? value - kPrime : value);
}

}  // namespace scalper
