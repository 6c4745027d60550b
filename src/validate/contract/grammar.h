#pragma once
// The one table of what a contract may say. Reading, lint, the editors' schema (schemas/contract.schema.json) and the
// page docs/contracts.md follow it; tests compare them key by key.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "validate/contract_settings.h"

namespace scalper::grammar {

// How a value is written. `least` and `most` of a key bound what the comment says.
enum class Shape : std::uint8_t {
  kName,        // letters, digits, '.', '_' and '-', the first a letter or digit: its characters
  kSentence,    // any text: its bytes
  kPrefix,      // any text, the beginning of keys: its bytes
  kSuffixes,    // a text that is not empty or a list of such: how many; each at most kMostSuffixBytes
  kMediaTypes,  // type/subtype in small letters, one or a list: how many
  kNames,       // kName, one or a list: how many
  kFile,        // a JSON file of the set, beside or below the contract: its bytes
  kCharacter,   // one character of ASCII that may separate cells
  kFlag,        // true or false
  kWhole,       // a whole number
  kSize,        // bytes, as a number or with a unit: 10GiB
  kDuration,    // with a unit: 5min; in milliseconds
  kChoice,      // one of `choices`
};

// Whether this version checks what the key demands. If not, the contract's files are `contract.no_checker`.
// kBeside: the gate does, around the engine (hooks, the malware scan); who runs the engine alone gets
// `contract.no_checker`.
enum class Built : std::uint8_t { kYes, kNo, kFirstChoice, kBeside };

inline constexpr std::size_t kMostSuffixBytes = 128;
inline constexpr std::size_t kMostNameChars = 64;
inline constexpr std::size_t kMostMediaTypeBytes = 127;

// A value that has the shape and range of its key.
struct Value {
  std::string text;                // kName, kSentence, kPrefix, kFile, kCharacter, kChoice
  std::vector<std::string> texts;  // kSuffixes, kMediaTypes, kNames
  std::uint64_t number = 0;        // kWhole, kSize (bytes), kDuration (milliseconds)
  bool flag = false;
};

using Choices = std::span<const std::string_view>;

struct Key {
  std::string_view path;  // "csv.delimiter"
  Shape shape = Shape::kFlag;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  Choices choices = {};
  Built built = Built::kNo;
  void (*set)(ContractSettings&, const Value&) = nullptr;  // null: nothing reads it yet
  std::string_view meaning;                                // one sentence
};

struct Section {
  std::string_view path;  // "archive.members"
  std::string_view meaning;
};

// In the order of the page.
[[nodiscard]] std::span<const Key> all_keys();
[[nodiscard]] std::span<const Section> all_sections();
// Of the file set.yaml, which speaks for the whole set.
[[nodiscard]] std::span<const Key> set_keys();

// Null: there is no such one.
[[nodiscard]] const Key* find_key(std::string_view path);
[[nodiscard]] const Section* find_section(std::string_view path);
// The names that may stand below a section ("" = at the top).
[[nodiscard]] std::vector<std::string_view> names_below(std::string_view section);

// The parts of the table, by file.
[[nodiscard]] std::span<const Key> feed_keys();    // what is matched, and what holds for every file
[[nodiscard]] std::span<const Key> format_keys();  // one section a format
[[nodiscard]] std::span<const Key> harm_keys();    // archives, safety, scanners, limits

}  // namespace scalper::grammar
