#pragma once
// Strings that cannot be mistaken for one another: a key is no bucket and no version id.

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace scalper {

template <class Tag>
class StrongString {
 public:
  StrongString() = default;
  explicit StrongString(std::string value) : value_(std::move(value)) {}

  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }

  friend bool operator==(const StrongString&, const StrongString&) = default;
  friend std::strong_ordering operator<=>(const StrongString&, const StrongString&) = default;

 private:
  std::string value_;
};

}  // namespace scalper

template <class Tag>
struct std::hash<scalper::StrongString<Tag>> {
  std::size_t operator()(const scalper::StrongString<Tag>& s) const noexcept {
    return std::hash<std::string>{}(s.value());
  }
};
