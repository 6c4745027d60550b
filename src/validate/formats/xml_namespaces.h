#pragma once
// Which prefixes are bound, element by element (Namespaces in XML 1.0, third edition).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scalper {

class XmlNamespaces {
 public:
  // More bindings than that in scope at once, or longer ones in all, are not followed.
  static constexpr std::size_t kMostBindings = 256;
  static constexpr std::size_t kMostBytes = std::size_t{32} << 10U;

  enum class Fault : std::uint8_t {
    kNone,
    kUnbound,    // a prefix that nothing binds; name() is it
    kReserved,   // xml or xmlns bound to what they may not be, or an empty name bound to a prefix
    kDuplicate,  // two attributes of one local name in one namespace; name() is one of them
    kTooMany,    // more than kMostBindings or kMostBytes: nothing is known
  };

  // `attributes`: name, value, name, value. What is said holds for this element.
  [[nodiscard]] Fault open(std::string_view element, std::span<const char* const> attributes);
  void close();
  [[nodiscard]] std::string_view name() const { return name_; }

 private:
  struct Binding {
    std::string prefix;
    std::string uri;
    std::uint64_t depth = 0;
  };

  [[nodiscard]] Fault bind(std::span<const char* const> attributes);
  [[nodiscard]] Fault bind_one(std::string_view prefix, std::string_view uri);
  // Null: it is not bound.
  [[nodiscard]] const std::string* uri_of(std::string_view prefix) const;
  [[nodiscard]] Fault resolve(std::string_view name);

  std::vector<Binding> bindings_;
  std::size_t bytes_ = 0;  // of their texts
  std::uint64_t depth_ = 0;
  std::string name_;
  std::vector<std::pair<std::string_view, std::string_view>> expanded_;  // local name, namespace; of one element
};

// Whether it has a colon where no prefix ends: at its begin or end, or a second one.
[[nodiscard]] bool is_no_qualified_name(std::string_view name);

}  // namespace scalper
