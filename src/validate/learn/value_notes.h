#pragma once
// What single values have in common, in memory that does not grow with their number. Nothing is claimed of fewer than
// kEnough values but their type: a rule that a handful of samples happens to keep is no rule.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scalper::learn {

inline constexpr std::uint64_t kEnough = 20;
inline constexpr std::size_t kLongestValue = 1024;  // bytes that are looked at

// The smallest power of ten that is at least ten times `number`.
[[nodiscard]] std::uint64_t with_margin(double number);

// Numbers as they are written: between which bounds.
class NumberNotes {
 public:
  void add(std::string_view text);
  void merge(const NumberNotes& other);
  // With room: zero, or a power of ten at least ten times as far. Empty: too few values, or some without bounds.
  [[nodiscard]] std::string minimum() const;
  [[nodiscard]] std::string maximum() const;

 private:
  [[nodiscard]] bool bounded() const { return count_ >= kEnough && !boundless_; }

  std::uint64_t count_ = 0;
  double low_ = 0;
  double high_ = 0;
  bool boundless_ = false;
};

// Texts: which words, which form, which format.
class TextNotes {
 public:
  void add(std::string_view text);
  // One that is longer than what is looked at.
  void add_long();
  void merge(const TextNotes& other);

  // The only words that there are, ordered, if each came often enough to believe that there are no others; else none.
  [[nodiscard]] std::vector<std::string> words() const;
  // A pattern of ECMA-262 without anchors, for the whole text: runs of letters and digits with marks between. Empty:
  // they differ, or nothing follows from it.
  [[nodiscard]] std::string pattern() const;
  // A format of JSON Schema that all have; empty: none.
  [[nodiscard]] std::string_view format() const;

 private:
  // Capitals 'A', small letters 'a', digits '0', else the character itself.
  struct Run {
    char kind = 'A';
    std::uint32_t least = 0;
    std::uint32_t most = 0;
  };
  using Runs = std::vector<Run>;

  static bool read_runs(std::string_view text, Runs& runs);
  void join_runs(const Runs& other);
  void add_word(const std::string& word, std::uint64_t times);

  std::uint64_t count_ = 0;
  std::uint32_t formats_ = ~std::uint32_t{0};                 // a bit for each that all had so far
  std::vector<std::pair<std::string, std::uint64_t>> words_;  // and how often
  bool many_words_ = false;
  Runs runs_;
  bool shapeless_ = false;
};

}  // namespace scalper::learn
