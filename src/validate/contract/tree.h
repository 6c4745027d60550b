#pragma once
// A contract as it was written: the JSON data model with places. YAML is read as its core schema restricted to what
// JSON can say, so that both spellings of a contract are the same tree.
//
// Refused, each with its place: more than kMostTextBytes; bytes that are no UTF-8, NUL and other control characters;
// more than kMostDepth levels or kMostNodes values; a key that is there twice; several documents; anchors, aliases,
// tags and keys that are no text. Nothing is built beyond these bounds: the tree is made from the parsers' events.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "validate/contract/lint.h"

namespace scalper::grammar {

inline constexpr std::size_t kMostTextBytes = std::size_t{256} * 1024;
inline constexpr std::size_t kMostDepth = 16;
inline constexpr std::size_t kMostNodes = 2000;

struct ContractNode {
  enum class Kind : std::uint8_t { kNull, kFlag, kNumber, kText, kList, kMap } kind = Kind::kNull;
  Place place;
  bool flag = false;
  double number = 0;
  std::string text;                    // of a text; of a number what stands there
  std::vector<ContractNode> children;  // of a list, of a map
  std::string key;                     // where the parent is a map
  Place key_place;
};

// Null: there is no such member.
[[nodiscard]] const ContractNode* member_of(const ContractNode& map, std::string_view key);
// "a text", "a number" ... for messages.
[[nodiscard]] std::string_view name_of(ContractNode::Kind kind);

// Makes `node` a number if `text` is one in the grammar of JSON and within a double's range.
[[nodiscard]] bool read_number(std::string_view text, ContractNode& node);

// Collects a tree from the events of a parser. After the first fault nothing is taken any more.
class TreeBuilder {
 public:
  explicit TreeBuilder(Lint& lint) : lint_(lint) {}

  void open(ContractNode::Kind kind, Place place);  // kList or kMap
  void close();
  void value(ContractNode node);
  // In a map, keys and values alternate; a parser that tells keys apart calls this for keys.
  void key(std::string text, Place place);
  // Whether the next thing in the innermost container has to be a key.
  [[nodiscard]] bool wants_key() const;

  // Says the error, and nothing more is taken.
  void fault(Place place, std::string message);
  [[nodiscard]] bool faulty() const { return faulty_; }
  // The whole tree; nothing at all is kNull. No tree after a fault.
  [[nodiscard]] std::optional<ContractNode> take();

 private:
  struct Open {
    ContractNode node;
    bool has_key = false;
    std::string key;
    Place key_place;
  };
  bool counted(Place place);
  void attach(ContractNode node);

  Lint& lint_;
  std::vector<Open> open_;
  std::optional<ContractNode> root_;
  std::size_t nodes_ = 0;
  bool faulty_ = false;
};

// The tree, or nothing after errors. `text` is the whole file.
[[nodiscard]] std::optional<ContractNode> read_yaml(std::string_view text, Lint& lint);
[[nodiscard]] std::optional<ContractNode> read_json(std::string_view text, Lint& lint);

// Size and characters; false after an error. Both readers begin with it.
[[nodiscard]] bool is_plain_text(std::string_view text, Lint& lint);
// Line and column of a byte.
[[nodiscard]] Place place_of(std::string_view text, std::size_t byte);

}  // namespace scalper::grammar
