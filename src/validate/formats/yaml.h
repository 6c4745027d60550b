#pragma once
// YAML streams of any number of documents, read by libyaml as events: nothing is built, so an alias costs nothing,
// however much it stands for. libyaml asks for its input, so each document is held, up to kMostYamlDocument; a longer
// one is limit.memory. Codes: yaml.*, encoding.utf8, text.bom, limit.depth, limit.memory, limit.token. The first fault
// is the last finding: what follows cannot be read with certainty.
//
// libyaml reads YAML 1.1 and what of 1.2 agrees with it. Some documents of 1.2 are refused (a colon on the line behind
// its key, tabs as white space, keys left out), and in places it is laxer than either version (a comment without white
// space before it, the indentation inside of brackets); tests/binary/documents_suite_test.py names each.

#include <cstddef>
#include <memory>

#include "validate/checker.h"

namespace scalper {

inline constexpr std::size_t kMostYamlDocument = std::size_t{1} << 20U;
inline constexpr std::size_t kMostYamlTag = 1024;       // bytes, with the prefix that a directive gives
inline constexpr std::size_t kMostYamlDepth = 200;      // of collections
inline constexpr std::size_t kMostYamlAnchors = 1024;   // in a document
inline constexpr std::size_t kMostYamlDirectives = 64;  // before a document

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_yaml_checker(const Layer& layer);

}  // namespace scalper
