#pragma once
// A document against a schema, by the events of the JSON tokenizer, in one pass.
//
// Each open container has a frame: the nodes that look at it, each once for each dynamic scope. What a node makes of
// its value is known when the value ends; then applicators at the same place are resolved, and the node that sent it
// down is told. Nodes below `anyOf`, `oneOf`, `not`, `if` and `contains` only come to a verdict; those below `then`,
// `else` and `dependentSchemas` hold their findings until it is known whether they count; all others report at once.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "validate/checker.h"
#include "validate/formats/json_tokenizer.h"
#include "validate/schema/compiled_schema.h"
#include "validate/schema/schema_frame.h"

namespace scalper::schema {

// What the budget is asked for beside the JSON checker's own share: frames, and what may grow with the document.
inline constexpr std::size_t kFramesMemory = std::size_t{1} << 20U;
inline constexpr std::size_t kGrowingMemory = std::size_t{1} << 20U;  // uniqueItems, unevaluated*, findings on hold
inline constexpr std::size_t kSchemaMemory = kFramesMemory + kGrowingMemory;
inline constexpr std::size_t kMostEvaluations = 4096;                 // at one place of the document
inline constexpr std::size_t kLongestText = std::size_t{256} << 10U;  // bytes of a string that patterns look at

// The checker that the events come from.
class SchemaHost {
 public:
  virtual ~SchemaHost() = default;
  // Of a byte of the token that is being delivered.
  [[nodiscard]] virtual std::uint64_t line_of(std::uint64_t byte) = 0;
  // Of the value inside of so many open containers. Nothing: it is too long.
  [[nodiscard]] virtual std::optional<std::string> pointer(std::size_t containers) = 0;
  [[nodiscard]] virtual std::optional<std::uint64_t> row() = 0;
};

// Belongs to one thread. All that it is given outlives it.
class SchemaRun {
 public:
  SchemaRun(const CompiledSchema& schema, const Layer& layer, SchemaHost& host);

  void on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more);
  // Another document.
  void restart();

 private:
  // A node that is to look at the value that begins next.
  struct Pending {
    NodeId node;
    std::uint32_t scope;
    std::uint32_t parent;
    LinkKind kind;
    Want want;
  };

  void on_key(std::uint64_t byte, std::string_view text, bool more);
  void whole_key(std::uint64_t byte, std::string_view name);
  void on_text(JsonKind kind, std::uint64_t byte, std::string_view text, bool more);
  void on_scalar(Value& value);
  void begin_container(bool object, std::uint64_t byte);
  void end_container();

  // What the frame's nodes want of a member or of an element.
  void ask_for_member(Frame& frame, std::uint32_t at, std::string_view name);
  // What the evaluation's node says of the name; null: nothing.
  [[nodiscard]] const NameRule* rule_of(Evaluation& one, std::string_view name);
  void ask_for_element(Frame& frame, std::uint32_t at);
  void ask(Frame& frame, std::uint32_t at, NodeId node, LinkKind kind);
  void ask_unevaluated(Frame& frame, std::uint32_t at, NodeId node);
  void begin_value();
  // Whether all that wait for a scalar surely match it: then they are done with. False says nothing.
  bool surely_match(JsonKind kind, std::string_view text);

  Frame& push_frame(const Where& where);
  void pop_frame();
  void open_roots(Frame& frame);
  // The frame's evaluation of a node, made where it is not there yet.
  std::uint32_t require(Frame& frame, NodeId node, std::uint32_t scope, Want want, bool track, std::size_t depth);
  void expand(Frame& frame, std::uint32_t at, std::size_t depth);
  [[nodiscard]] std::uint32_t extended(std::uint32_t scope, std::uint32_t resource);
  [[nodiscard]] NodeId target(const InPlace& in_place, std::uint32_t scope) const;

  // What can be said when the value begins; of scalars that is all but what lies at the same place.
  void check_begin(Frame& frame, Evaluation& one);
  void check_scalar(Evaluation& one, Value& value);
  void check_number(Evaluation& one, Value& value);
  void check_string(Evaluation& one, Value& value);
  void check_values(Evaluation& one, const ValueHash& hash, const Where& where, const Value* value);
  void check_container(Frame& frame, Evaluation& one);
  void check_array(Frame& frame, Evaluation& one);
  void check_object(Frame& frame, Evaluation& one);
  void check_required(Frame& frame, Evaluation& one);
  void check_unevaluated(Frame& frame, Evaluation& one);

  void resolve(Frame& frame, std::uint32_t at, std::size_t depth);
  void resolve_in_place(Frame& frame, std::uint32_t at, std::size_t depth);
  void resolve_alternatives(Frame& frame, Evaluation& one, const Alternatives& any, const Alternatives& only);
  void absorb(Frame& frame, Evaluation& one, Evaluation& kid);
  // `kid` has failed, here or in a child, and `one` with it.
  void fail_with(Frame& frame, Evaluation& one, Evaluation& kid);
  void take_findings(Frame& frame, Evaluation& one, Evaluation& kid);
  void merge_marks(Frame& frame, Evaluation& one, const Evaluation& kid);
  void tell_parent(Frame& parent, LinkKind kind, std::uint32_t at, Evaluation& kid);
  void tell_hash(Frame& parent, const ValueHash& hash, const Where& where);
  void mark(Frame& frame, Evaluation& one, std::uint64_t ordinal);
  void set_bit(Frame& frame, std::vector<std::uint64_t>& bits, std::uint64_t ordinal);

  // Bytes that grow with the document; false, and given up, where there are no more.
  bool grow(Frame& frame, std::size_t bytes);
  void give_up(std::string_view why);

  // `say` makes the sentence, only where it is needed.
  template <class Say>
  void fail(Evaluation& one, Keyword keyword, const Where& where, Say say, std::string_view member = {});
  [[nodiscard]] Finding finding_of(const Node& node, Keyword keyword, const Where& where, std::string message,
                                   std::string_view member);
  void hold(Frame& frame, Evaluation& one, Finding finding);

  const CompiledSchema& schema_;
  const Layer& layer_;
  SchemaHost& host_;
  std::vector<std::unique_ptr<Frame>> frames_;  // those in use first
  std::size_t open_ = 0;                        // how many are in use
  std::vector<Pending> pending_;
  bool begun_ = false;
  bool given_up_ = false;
  std::uint64_t skipped_ = 0;  // containers open that nobody looks at
  std::uint64_t at_byte_ = 0;  // of the current event

  std::vector<std::pair<std::uint64_t, std::uint32_t>>
      heads_;  // by node: a frame's serial, its latest evaluation there
  std::uint64_t serial_ = 0;
  // By Node::first_name and Evaluation::met: 1 + which name came next the last time. Members keep their order mostly.
  std::vector<std::uint32_t> next_names_;
  std::vector<std::vector<std::uint32_t>> scopes_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> extensions_;

  Value* scalar_ = nullptr;  // of the frame of a scalar
  std::string gathered_;     // a key or string that comes in pieces
  std::optional<Value> pieces_;
  std::size_t frame_bytes_ = 0;
  std::size_t grown_bytes_ = 0;
};

}  // namespace scalper::schema
