#include "validate/schema/value_hash.h"

#include <bit>
#include <cstring>
#include <exception>
#include <random>

namespace scalper::schema {
namespace {

std::uint64_t random_word() {
  try {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
  } catch (const std::exception&) {
    // No source of chance on this machine: verdicts stay right for all values that nobody aims at this constant.
    return 0x9E3779B97F4A7C15U;
  }
}

struct Secret {
  std::uint64_t k0 = random_word();
  std::uint64_t k1 = random_word();
};

const Secret& secret() {
  static const Secret value;
  return value;
}

}  // namespace

SipHasher::SipHasher(char tag)
    : v_{secret().k0 ^ 0x736f6d6570736575U, secret().k1 ^ 0x646f72616e646f6dU ^ 0xeeU,
         secret().k0 ^ 0x6c7967656e657261U, secret().k1 ^ 0x7465646279746573U} {
  add(std::string_view(&tag, 1));
}

void SipHasher::rounds(int count) {
  auto& [v0, v1, v2, v3] = v_;
  for (int i = 0; i < count; ++i) {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
}

void SipHasher::word(std::uint64_t value) {
  v_[3] ^= value;
  rounds(2);
  v_[0] ^= value;
}

void SipHasher::add(std::string_view piece) {
  length_ += piece.size();
  if (partial_size_ > 0) {
    const std::size_t taken = piece.copy(partial_.data() + partial_size_, partial_.size() - partial_size_);
    partial_size_ += taken;
    piece.remove_prefix(taken);
    if (partial_size_ < partial_.size()) return;
    word(std::bit_cast<std::uint64_t>(partial_));
    partial_size_ = 0;
  }
  for (; piece.size() >= partial_.size(); piece.remove_prefix(partial_.size())) {
    std::uint64_t value = 0;
    std::memcpy(&value, piece.data(), sizeof value);
    word(value);
  }
  partial_size_ = piece.copy(partial_.data(), partial_.size());
}

void SipHasher::add(const ValueHash& hash) {
  add(std::string_view(reinterpret_cast<const char*>(&hash.high), sizeof hash.high));
  add(std::string_view(reinterpret_cast<const char*>(&hash.low), sizeof hash.low));
}

ValueHash SipHasher::finish() {
  std::uint64_t last = length_ << 56U;
  for (std::size_t i = 0; i < partial_size_; ++i)
    last |= std::uint64_t{static_cast<unsigned char>(partial_.at(i))} << (8 * i);
  word(last);
  ValueHash hash;
  v_[2] ^= 0xeeU;
  rounds(4);
  hash.high = v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  v_[1] ^= 0xddU;
  rounds(4);
  hash.low = v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  return hash;
}

ValueHash hash_of_word(char word) { return SipHasher(word).finish(); }

ValueHash hash_of_number(const Decimal& number) {
  SipHasher hasher(number.negative ? '-' : '+');
  hasher.add(std::string_view(reinterpret_cast<const char*>(&number.exponent), sizeof number.exponent));
  hasher.add(number.digits);
  return hasher.finish();
}

SipHasher string_hasher() { return SipHasher('s'); }

ValueHash hash_of_string(std::string_view text) {
  SipHasher hasher = string_hasher();
  hasher.add(text);
  return hasher.finish();
}

// Each member by itself, then their sum: the order does not matter, and a sum of keyed hashes is not to be aimed at.
void ContainerHash::member(const ValueHash& name, const ValueHash& value) {
  SipHasher hasher('m');
  hasher.add(name);
  hasher.add(value);
  const ValueHash one = hasher.finish();
  sum_.low += one.low;
  sum_.high += one.high + (sum_.low < one.low ? 1 : 0);
  ++members_;
}

ValueHash ContainerHash::finish() {
  if (!object_) return elements_.finish();
  SipHasher hasher('o');
  hasher.add(sum_);
  hasher.add(std::string_view(reinterpret_cast<const char*>(&members_), sizeof members_));
  return hasher.finish();
}

std::optional<ValueHash> hash_of(const TreeNode& value) {
  using Kind = TreeNode::Kind;
  switch (value.kind) {
    case Kind::kNull: return hash_of_word('n');
    case Kind::kTrue: return hash_of_word('t');
    case Kind::kFalse: return hash_of_word('f');
    case Kind::kString: return hash_of_string(value.text);
    case Kind::kNumber: {
      const auto number = parse_decimal(value.text);
      if (!number.has_value()) return std::nullopt;
      return hash_of_number(*number);
    }
    case Kind::kArray:
    case Kind::kObject: break;
  }
  ContainerHash container(value.is_object());
  for (const TreeNode& child : value.children) {
    const auto inner = hash_of(child);
    if (!inner.has_value()) return std::nullopt;
    if (value.is_object()) {
      container.member(hash_of_string(child.name), *inner);
    } else {
      container.element(*inner);
    }
  }
  return container.finish();
}

}  // namespace scalper::schema
