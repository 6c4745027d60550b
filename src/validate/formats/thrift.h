#pragma once
// A reader of Thrift's compact protocol over bytes that are all there, bounded in depth and by the bytes themselves: no
// count is believed that what is left could not hold. Source: thrift/doc/specs/thrift-compact-protocol.md.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace scalper::thrift {

enum class Type : std::uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
  kUuid = 13,
};

// Begin each struct with a fresh one: ids count from the one before.
struct Field {
  std::int16_t id = 0;
  Type type = Type::kStop;
};

struct List {
  Type type = Type::kStop;
  std::size_t size = 0;
};

enum class State : std::uint8_t {
  kGood,
  kShort,  // the bytes end inside of a value
  kBad,    // no such value can stand here
};

// After the first fault nothing is read any more: next() is false, all else is nothing. Belongs to one thread.
class Reader {
 public:
  static constexpr int kMostDepth = 32;

  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  // The next field of the struct; false behind its last one.
  [[nodiscard]] bool next(Field& field);
  // The value of a field. Another type than the one that is asked for is a fault.
  [[nodiscard]] std::int32_t i32(const Field& field);
  [[nodiscard]] std::int64_t i64(const Field& field);
  [[nodiscard]] bool flag(const Field& field);
  [[nodiscard]] std::string_view binary(const Field& field);
  // Its elements come next; they have the type that is wanted, unless there are none.
  [[nodiscard]] List list(const Field& field, Type wanted);
  // A struct's fields come next.
  void open(const Field& field) { expect(field, Type::kStruct); }
  // An element of a list.
  [[nodiscard]] std::int32_t i32_element() { return within_i32(zigzag()); }
  [[nodiscard]] std::string_view binary_element();
  void skip(const Field& field) { skip(field.type, 0, false); }
  void skip_element(Type type) { skip(type, 0, true); }
  // The fields of a struct up to its end; those that are wanted have to be there, of their types.
  void skip_fields(std::initializer_list<Field> wanted);
  // Each struct of a list.
  void skip_structs(const Field& field, std::initializer_list<Field> wanted);
  [[nodiscard]] std::uint8_t byte(const Field& field);

  void refuse() { fail(State::kBad); }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] bool good() const { return state_ == State::kGood; }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  void fail(State state) {
    if (state_ == State::kGood) state_ = state;
  }
  void expect(const Field& field, Type type) {
    if (field.type != type) fail(State::kBad);
  }
  [[nodiscard]] std::uint8_t byte();
  [[nodiscard]] std::uint64_t varint();
  [[nodiscard]] std::int64_t zigzag();
  [[nodiscard]] std::int32_t within_i32(std::int64_t value);
  [[nodiscard]] List list_head();
  void pass(std::size_t bytes);
  void skip(Type type, int depth, bool element);
  void skip_map(int depth);

  std::string_view bytes_;
  std::size_t at_ = 0;
  State state_ = State::kGood;
};

}  // namespace scalper::thrift
