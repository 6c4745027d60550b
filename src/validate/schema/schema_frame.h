#pragma once
// What a SchemaRun keeps of a container that is open.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"
#include "validate/formats/json_tokenizer.h"
#include "validate/schema/node.h"
#include "validate/schema/value_hash.h"

namespace scalper::schema {

enum class Want : std::uint8_t {
  kVerdict,   // whether it matches, and the first reason if not
  kHeld,      // findings too, but they may not count
  kReported,  // findings count at once
};

// What a node does with what became of another one.
enum class LinkKind : std::uint8_t { kAll, kContains, kUnevaluated };

inline constexpr std::uint32_t kNobody = ~std::uint32_t{0};

// Where a value stands.
struct Where {
  std::uint64_t byte = 0;
  std::uint64_t line = 0;      // 0: it is that of the current event
  std::size_t containers = 0;  // around it
};

// A scalar; what is costly is found out when somebody asks.
class Value {
 public:
  Value(JsonKind kind, std::string_view text, const Where& where) : kind(kind), text(text), where(where) {}

  JsonKind kind;
  std::string_view text;
  Where where;
  bool cut = false;  // `text` is only the beginning: length and hash were counted before

  [[nodiscard]] std::uint8_t bits();  // TypeBit; kWholeBit beside kNumberBit
  // Nothing: longer, or with a larger exponent, than numbers are looked at.
  [[nodiscard]] const std::optional<Decimal>& number();
  [[nodiscard]] std::uint64_t length();  // of a string, in characters
  [[nodiscard]] const ValueHash& hash();
  // For strings in pieces.
  void add_piece(std::string_view piece);
  // "the number 12", for messages.
  [[nodiscard]] std::string shown() const;

 private:
  bool number_known_ = false;
  std::optional<Decimal> number_;
  std::optional<std::uint64_t> length_;
  std::optional<ValueHash> hash_;
  std::optional<SipHasher> hasher_;
};

// Values by hash, for uniqueItems.
class HashSet {
 public:
  // Whether it is new.
  [[nodiscard]] bool add(ValueHash hash);
  [[nodiscard]] std::size_t bytes() const { return slots_.capacity() * sizeof(ValueHash); }
  // What the next add() may take beyond that.
  [[nodiscard]] std::size_t growth() const { return 2 * (count_ + 1) > slots_.size() ? 2 * bytes() + 256 : 0; }

 private:
  void place(const ValueHash& hash);
  std::vector<ValueHash> slots_;  // a power of two; all zero is empty
  std::size_t count_ = 0;
};

struct Reason {
  const Node* node = nullptr;
  Keyword keyword = Keyword::kFalse;
  std::uint64_t byte = 0;
};

// What only some evaluations need.
struct Rest {
  std::vector<std::uint64_t> evaluated;  // a bit for each child
  bool all = false;                      // every child is evaluated
  std::vector<std::uint64_t> unmatched;  // children that do not match unevaluated*
  HashSet unique;
  std::vector<Finding> held;  // in the order of findings
  std::uint64_t held_total = 0;
};

// One node that looks at one value.
struct Evaluation {
  enum class State : std::uint8_t { kNew, kOpen, kDone };

  const Node* node = nullptr;
  std::uint32_t scope = 0;
  std::uint32_t kids = kNobody;   // where its nodes at the same place begin in Frame::kids
  std::uint32_t words = 0;        // where its seen names begin in Frame::words
  std::uint32_t other = kNobody;  // the same node in another scope
  std::uint32_t met = 0;          // 1 + which of its names was met last
  Want want = Want::kVerdict;
  State state = State::kNew;
  bool track = false;  // somebody asks what it evaluated
  bool failed = false;
  std::uint64_t contained = 0;
  Reason reason;
  std::unique_ptr<Rest> rest;

  [[nodiscard]] bool lost() const { return failed && want == Want::kVerdict; }
  Rest& more() {
    if (rest == nullptr) rest = std::make_unique<Rest>();
    return *rest;
  }
};

struct Link {
  std::uint32_t kid = kNobody;
  std::uint32_t parent = kNobody;
  LinkKind kind = LinkKind::kAll;
};

struct Child {
  std::uint64_t byte = 0;
  std::uint64_t line = 0;
  std::string name;
};

struct Frame {
  Where where;
  bool object = false;
  bool scalar = false;
  bool wants_values = false;  // the hash of each child
  bool keeps_children = false;
  bool has_unique = false;
  std::uint64_t serial = 0;
  std::uint64_t count = 0;  // children so far
  std::vector<Evaluation> evaluations;
  std::vector<std::uint32_t> kids;
  std::vector<std::uint64_t> words;
  std::vector<Link> links;
  std::vector<Child> children;
  std::optional<ContainerHash> hash;
  ValueHash value;        // of the container, once it ends
  ValueHash name;         // of the current member's name, where `hash` is
  std::size_t bytes = 0;  // as they were counted
  std::size_t grown = 0;

  void reset();
};

// anyOf or oneOf, while its branches are looked at.
struct Alternatives {
  std::size_t total = 0;
  std::size_t matched = 0;
  std::size_t first = 0;  // which matched, from 1 on
  std::size_t second = 0;
  Reason closest;

  void add(const Evaluation& branch);
};

[[nodiscard]] inline bool bit_at(const std::vector<std::uint64_t>& bits, std::uint64_t at) {
  return at / 64 < bits.size() && (bits[at / 64] >> (at % 64) & 1U) != 0;
}

}  // namespace scalper::schema
