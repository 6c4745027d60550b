#pragma once
// One piece of a YAML stream, with the documents that are in it, through libyaml.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "validate/checker.h"
#include "validate/formats/json_key_hash.h"
#include "validate/formats/json_key_sets.h"

namespace scalper {

// Where a piece stands in the file.
struct YamlPlace {
  std::uint64_t byte = 0;
  std::uint64_t line = 1;
};

class YamlDocument {
 public:
  // `layer` outlives it.
  explicit YamlDocument(const Layer& layer) : layer_(layer) {}

  // Whole UTF-8. False: what follows cannot be read with certainty.
  [[nodiscard]] bool check(std::string_view text, YamlPlace place);

 private:
  class Parser;
  struct Frame {
    bool mapping = false;
    bool key = false;      // the next node is one
    bool watched = false;  // it has a set of keys
  };

  bool on_event(const void* event);
  bool on_alias(std::string_view name, std::uint64_t index, std::uint64_t line);
  void on_anchor(const unsigned char* name, std::uint64_t index, std::uint64_t line);
  bool open(bool mapping, std::uint64_t index, std::uint64_t line);
  void close();
  // A node stands in the innermost collection. True: as the key of a mapping.
  bool count_node();
  void on_key(const void* event);
  void begin_document();
  void say_fault(const Parser& parser);
  void report(std::string_view code, std::string message, std::uint64_t index, std::uint64_t line);
  // libyaml counts characters.
  [[nodiscard]] std::uint64_t byte_of(std::uint64_t index);

  const Layer& layer_;
  std::string_view text_;
  YamlPlace place_;
  std::vector<Frame> frames_;
  JsonKeySets keys_;
  bool keys_full_ = false;
  KeyHasher hasher_;
  std::vector<KeyHash> anchors_;   // of the document
  std::uint64_t known_index_ = 0;  // a character ...
  std::size_t known_byte_ = 0;     // ... and its byte
};

}  // namespace scalper
