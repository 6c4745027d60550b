#pragma once
// The end of a stream whose length is not known: the words `endstream` and `endobj` with nothing but blanks between.
// Belongs to one thread.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "validate/formats/pdf_lexer.h"

namespace scalper::pdf {

class StreamEnd {
 public:
  // Takes from the front of `text`; what is data goes to `sink` in order. True: the end is found and taken.
  template <class SinkOfText>
  [[nodiscard]] bool seek(std::string_view& text, const SinkOfText& sink) {
    while (!text.empty()) {
      if (held_.empty()) {
        const std::size_t begin = std::min(text.find(kStream[0]), text.size());
        pass_on(text.substr(0, begin), sink);
        text.remove_prefix(begin);
        if (text.empty()) return false;
      }
      held_ += text[0];
      text.remove_prefix(1);
      if (match() == Match::kWhole) return true;
      std::size_t data = 0;
      while (match(data) == Match::kNone) ++data;
      pass_on(std::string_view(held_).substr(0, data), sink);
      held_.erase(0, data);
    }
    return false;
  }

  // Bytes of data, and how many blanks are the last of them (counted up to a few hundred).
  [[nodiscard]] std::uint64_t length() const { return length_; }
  [[nodiscard]] std::uint64_t blanks() const { return blanks_; }

 private:
  enum class Match : std::uint8_t { kNone, kPart, kWhole };
  static constexpr std::string_view kStream = "endstream";
  static constexpr std::string_view kObject = "endobj";
  static constexpr std::size_t kMostBetween = 16;

  // What the bytes that are held are, from `from` on. Nothing at all is a part.
  [[nodiscard]] Match match(std::size_t from = 0) const;
  template <class SinkOfText>
  void pass_on(std::string_view data, const SinkOfText& sink) {
    if (data.empty()) return;
    count(data);
    sink(data);
  }
  void count(std::string_view data);

  std::string held_;
  std::uint64_t length_ = 0;
  std::uint64_t blanks_ = 0;
};

}  // namespace scalper::pdf
