#include "validate/formats/thrift.h"

#include <limits>

namespace scalper::thrift {
namespace {

constexpr unsigned kMostVarintBits = 64;
constexpr std::size_t kDoubleBytes = 8;
constexpr std::size_t kUuidBytes = 16;
constexpr std::size_t kLongList = 15;  // the size follows

bool is_type(unsigned code) { return code >= 1 && code <= static_cast<unsigned>(Type::kUuid); }

// Flags may be written as either of their two types.
bool same_type(Type found, Type wanted) { return found == wanted || (wanted == Type::kTrue && found == Type::kFalse); }

}  // namespace

std::uint8_t Reader::byte() {
  if (!good()) return 0;
  if (at_ == bytes_.size()) {
    fail(State::kShort);
    return 0;
  }
  return static_cast<std::uint8_t>(bytes_[at_++]);
}

std::uint64_t Reader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < kMostVarintBits; shift += 7) {
    const std::uint8_t next = byte();
    if (shift == kMostVarintBits - 1 && next > 1) break;
    value |= std::uint64_t{next & 0x7FU} << shift;
    if ((next & 0x80U) == 0) return good() ? value : 0;
  }
  fail(State::kBad);
  return 0;
}

std::int64_t Reader::zigzag() {
  const std::uint64_t value = varint();
  return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

std::int32_t Reader::within_i32(std::int64_t value) {
  if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
    return static_cast<std::int32_t>(value);
  }
  fail(State::kBad);
  return 0;
}

bool Reader::next(Field& field) {
  const std::uint8_t head = byte();
  if (!good() || head == 0) return false;
  const unsigned delta = head >> 4U;
  const unsigned type = head & 0x0FU;
  if (!is_type(type)) fail(State::kBad);
  const std::int64_t id = delta > 0 ? field.id + static_cast<int>(delta) : zigzag();
  if (id < std::numeric_limits<std::int16_t>::min() || id > std::numeric_limits<std::int16_t>::max()) fail(State::kBad);
  if (!good()) return false;
  field = {static_cast<std::int16_t>(id), static_cast<Type>(type)};
  return true;
}

std::int32_t Reader::i32(const Field& field) {
  expect(field, Type::kI32);
  return good() ? within_i32(zigzag()) : 0;
}

std::int64_t Reader::i64(const Field& field) {
  expect(field, Type::kI64);
  return good() ? zigzag() : 0;
}

std::uint8_t Reader::byte(const Field& field) {
  expect(field, Type::kByte);
  return byte();
}

void Reader::skip_fields(std::initializer_list<Field> wanted) {
  std::size_t found = 0;
  Field field;
  while (next(field)) {
    for (const Field& each : wanted) found += each.id == field.id && same_type(field.type, each.type) ? 1 : 0;
    skip(field);
  }
  if (good() && found != wanted.size()) fail(State::kBad);
}

void Reader::skip_structs(const Field& field, std::initializer_list<Field> wanted) {
  const List structs = list(field, Type::kStruct);
  for (std::size_t i = 0; i < structs.size && good(); ++i) skip_fields(wanted);
}

bool Reader::flag(const Field& field) {
  if (field.type != Type::kTrue && field.type != Type::kFalse) fail(State::kBad);
  return field.type == Type::kTrue;
}

std::string_view Reader::binary(const Field& field) {
  expect(field, Type::kBinary);
  return binary_element();
}

std::string_view Reader::binary_element() {
  if (!good()) return {};
  const std::uint64_t size = varint();
  if (good() && size > bytes_.size() - at_) fail(State::kShort);
  if (!good()) return {};
  const std::string_view text = bytes_.substr(at_, static_cast<std::size_t>(size));
  at_ += text.size();
  return text;
}

List Reader::list_head() {
  const std::uint8_t head = byte();
  const unsigned type = head & 0x0FU;
  std::uint64_t size = head >> 4U;
  if (size == kLongList) size = varint();
  if (good() && size > 0 && !is_type(type)) fail(State::kBad);
  if (good() && size > bytes_.size() - at_) fail(State::kShort);  // no element is shorter than a byte
  if (!good()) return {};
  return {static_cast<Type>(type), static_cast<std::size_t>(size)};
}

List Reader::list(const Field& field, Type wanted) {
  expect(field, Type::kList);
  if (!good()) return {};
  const List list = list_head();
  if (list.size > 0 && !same_type(list.type, wanted)) fail(State::kBad);
  return good() ? list : List{};
}

void Reader::pass(std::size_t bytes) {
  if (good() && bytes > bytes_.size() - at_) fail(State::kShort);
  if (good()) at_ += bytes;
}

void Reader::skip_map(int depth) {
  const std::uint64_t size = varint();
  if (!good() || size == 0) return;
  const std::uint8_t types = byte();
  if (!is_type(types >> 4U) || !is_type(types & 0x0FU)) fail(State::kBad);
  if (good() && size > bytes_.size() - at_) fail(State::kShort);
  for (std::uint64_t i = 0; i < size && good(); ++i) {
    skip(static_cast<Type>(types >> 4U), depth, true);
    skip(static_cast<Type>(types & 0x0FU), depth, true);
  }
}

void Reader::skip(Type type, int depth, bool element) {  // NOLINT(misc-no-recursion): kMostDepth
  if (depth == kMostDepth) fail(State::kBad);
  if (!good()) return;
  switch (type) {
    case Type::kStop: return fail(State::kBad);
    case Type::kTrue:
    case Type::kFalse: return element ? pass(1) : void();
    case Type::kByte: return pass(1);
    case Type::kI16:
    case Type::kI32:
    case Type::kI64: static_cast<void>(varint()); return;
    case Type::kDouble: return pass(kDoubleBytes);
    case Type::kUuid: return pass(kUuidBytes);
    case Type::kBinary: static_cast<void>(binary_element()); return;
    case Type::kMap: return skip_map(depth + 1);
    case Type::kList:
    case Type::kSet: {
      const List list = list_head();
      for (std::size_t i = 0; i < list.size && good(); ++i) skip(list.type, depth + 1, true);
      return;
    }
    case Type::kStruct: {
      Field field;
      while (next(field)) skip(field.type, depth + 1, false);
      return;
    }
  }
}

}  // namespace scalper::thrift
