#pragma once
// What is checked of JSON beyond its grammar, the same for whole documents and for lines: duplicate names, numbers that
// a double cannot hold, lone surrogates. Reports to the layer.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "validate/checker.h"
#include "validate/formats/json_key_hash.h"
#include "validate/formats/json_key_sets.h"
#include "validate/formats/json_pointer.h"
#include "validate/formats/json_shape.h"
#include "validate/formats/json_tokenizer.h"
#include "validate/schema/schema_run.h"

namespace scalper {

// What a JSON checker asks of the budget: names of open objects with their index while it grows, open containers,
// shapes, the carry of a token.
inline constexpr std::size_t kJsonMemory = std::size_t{5} << 20U;
// The same with what a schema takes, where the contract states one.
[[nodiscard]] std::size_t json_memory(const Layer& layer);

class JsonWatch final : public JsonSink, private schema::SchemaHost {
 public:
  // `layer` outlives it. `options` are those of the tokenizer, but for the depth.
  JsonWatch(const Layer& layer, JsonOptions options);

  [[nodiscard]] JsonTokenizer& tokenizer() { return tokenizer_; }
  // JsonTokenizer::feed_lines(). The lines that ended are counted as rows.
  [[nodiscard]] JsonTokenizer::Taken feed_lines(std::string_view chunk, JsonLineEnd ends);
  // Another text: a line of NDJSON, with the number of its value.
  void restart(std::uint64_t byte, std::uint64_t line, std::uint64_t row);
  // Says what the tokenizer's fault was, if there was one. `code` replaces the code of what breaks the grammar.
  void report_fault(std::string_view code = {});

  void on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) override;
  void on_lone_surrogate(std::uint64_t byte) override;
  void on_byte_order_mark() override;

 private:
  static constexpr std::size_t kShapes = 16;  // depths that have one

  std::uint64_t line_of(std::uint64_t byte) override { return tokenizer_.line_of(byte); }
  std::optional<std::string> pointer(std::size_t containers) override {
    note_met_name();
    return pointer_.text(tokenizer_, containers);
  }
  std::optional<std::uint64_t> row() override { return row_now(); }

  void watch(JsonKind kind, std::uint64_t byte, std::string_view text, bool more);
  [[nodiscard]] std::string message_of(const JsonFault& fault) const;
  void on_key(std::uint64_t byte, std::string_view text, bool more);
  // A whole name that was not met in a shape.
  void look_up(std::uint64_t byte, std::string_view text);
  void on_answer(JsonKeySets::Answer answer, std::uint64_t byte, std::string_view name);
  void begin_object();
  void end_container();
  // Of objects at this depth; null where it is too deep, or names are not watched.
  [[nodiscard]] JsonShape* shape_at(std::size_t depth);
  // Whether the name is the whole one that the innermost object's shape has here: then nothing is to be said.
  bool meet(std::string_view text, bool more);
  // The tokenizer met a name on its own: into the pointer.
  void note_met_name();
  [[nodiscard]] std::optional<std::uint64_t> row_now() const;
  void on_number(std::uint64_t byte, std::string_view text, bool more);
  // In a place of the text that is being delivered.
  [[nodiscard]] Location at(std::uint64_t byte);

  const Layer& layer_;
  JsonTokenizer tokenizer_;
  JsonPointer pointer_;
  std::array<JsonShape, kShapes> shapes_;  // names_ is that of the innermost object
  KeyHasher hasher_;
  JsonKeySets sets_;
  bool keys_watched_ = true;
  std::string key_;  // the beginning of a name that comes in pieces, for the message
  bool key_goes_on_ = false;
  bool number_goes_on_ = false;
  std::optional<std::uint64_t> row_;
  std::optional<schema::SchemaRun> schema_;
};

}  // namespace scalper
