#include "validate/learn/value_notes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "validate/schema/format.h"

namespace scalper::learn {
namespace {

constexpr double kLargest = 1e15;  // beyond, doubles are no longer whole numbers by the way
constexpr std::size_t kMostWords = 10;
constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostRuns = 12;
constexpr std::uint64_t kOften = 5;  // values for each word, so that the words are believed to be all

struct FormatRule {
  std::string_view name;
  schema::Format format;
  bool many;  // texts of other kinds may look like it: only of kEnough values
};

constexpr auto kFormats = std::to_array<FormatRule>({
    {"date-time", schema::Format::kDateTime, false},
    {"date", schema::Format::kDate, false},
    {"time", schema::Format::kTime, false},
    {"email", schema::Format::kEmail, false},
    {"uuid", schema::Format::kUuid, false},
    {"uri", schema::Format::kUri, false},
    {"ipv4", schema::Format::kIpv4, true},
    {"ipv6", schema::Format::kIpv6, true},
});

bool holds(const FormatRule& rule, std::string_view text) {
  // "note:x" is a URI as well, and nobody means it.
  if (rule.format == schema::Format::kUri && !text.starts_with("http://") && !text.starts_with("https://"))
    return false;
  return schema::has_format(rule.format, text);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char kind_of(char c) {
  if (is_digit(c)) return '0';
  if (c >= 'A' && c <= 'Z') return 'A';
  return c >= 'a' && c <= 'z' ? 'a' : c;
}

std::string class_of(char kind) {
  if (kind == '0') return "[0-9]";
  if (kind == 'A') return "[A-Z]";
  if (kind == 'a') return "[a-z]";
  const bool syntax = std::string_view("^$\\.*+?()[]{}|/").find(kind) != std::string_view::npos;
  return (syntax ? "\\" : "") + std::string(1, kind);
}

}  // namespace

std::uint64_t with_margin(double number) {
  std::uint64_t power = 1;
  while (static_cast<double>(power) < number * 10 && power < std::uint64_t{1'000'000'000'000'000'000}) power *= 10;
  return power;
}

void NumberNotes::add(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || !(std::abs(value) <= kLargest)) {
    boundless_ = true;
    value = 0;
  }
  low_ = count_ == 0 ? value : std::min(low_, value);
  high_ = count_ == 0 ? value : std::max(high_, value);
  ++count_;
}

void NumberNotes::merge(const NumberNotes& other) {
  if (other.count_ == 0) return;
  low_ = count_ == 0 ? other.low_ : std::min(low_, other.low_);
  high_ = count_ == 0 ? other.high_ : std::max(high_, other.high_);
  count_ += other.count_;
  boundless_ = boundless_ || other.boundless_;
}

std::string NumberNotes::minimum() const {
  if (!bounded()) return {};
  return low_ >= 0 ? "0" : "-" + std::to_string(with_margin(-low_));
}

std::string NumberNotes::maximum() const {
  if (!bounded()) return {};
  return high_ <= 0 ? "0" : std::to_string(with_margin(high_));
}

bool TextNotes::read_runs(std::string_view text, Runs& runs) {
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7F) return false;  // words between spaces have no form that would last
    const char kind = kind_of(c);
    if (runs.empty() || runs.back().kind != kind) runs.push_back({kind, 0, 0});
    ++runs.back().least;
    ++runs.back().most;
    if (runs.size() > kMostRuns) return false;
  }
  return !runs.empty();
}

void TextNotes::join_runs(const Runs& other) {
  if (shapeless_ || other.empty()) return;
  if (runs_.empty()) {
    runs_ = other;
    return;
  }
  shapeless_ = runs_.size() != other.size();
  for (std::size_t i = 0; i < runs_.size() && !shapeless_; ++i) {
    shapeless_ = runs_[i].kind != other[i].kind;
    runs_[i].least = std::min(runs_[i].least, other[i].least);
    runs_[i].most = std::max(runs_[i].most, other[i].most);
  }
  if (shapeless_) runs_ = {};
}

void TextNotes::add_word(const std::string& word, std::uint64_t times) {
  if (many_words_) return;
  const auto known = std::find_if(words_.begin(), words_.end(), [&](const auto& one) { return one.first == word; });
  if (known != words_.end()) {
    known->second += times;
    return;
  }
  words_.emplace_back(word, times);
  many_words_ = words_.size() > kMostWords || word.size() > kLongestWord;
  if (many_words_) words_ = {};
}

void TextNotes::add(std::string_view text) {
  if (text.size() > kLongestValue) return add_long();
  ++count_;
  for (std::size_t i = 0; i < kFormats.size() && formats_ != 0; ++i) {
    const std::uint32_t bit = std::uint32_t{1} << i;
    if ((formats_ & bit) != 0 && !holds(kFormats[i], text)) formats_ &= ~bit;
  }
  formats_ &= (std::uint32_t{1} << kFormats.size()) - 1;
  if (!many_words_) add_word(std::string(text), 1);
  if (shapeless_) return;
  Runs runs;
  if (read_runs(text, runs)) return join_runs(runs);
  shapeless_ = true;
  runs_ = {};
}

void TextNotes::add_long() {
  ++count_;
  formats_ = 0;
  many_words_ = shapeless_ = true;
  words_ = {};
  runs_ = {};
}

void TextNotes::merge(const TextNotes& other) {
  count_ += other.count_;
  formats_ &= other.formats_;
  shapeless_ = shapeless_ || other.shapeless_;
  if (shapeless_) runs_ = {};
  join_runs(other.runs_);
  many_words_ = many_words_ || other.many_words_;
  if (many_words_) words_ = {};
  for (const auto& [word, times] : other.words_) add_word(word, times);
}

std::vector<std::string> TextNotes::words() const {
  std::vector<std::string> all;
  if (many_words_ || words_.size() < 2 || count_ < kEnough || count_ < kOften * words_.size()) return all;
  for (const auto& [word, times] : words_) {
    if (times < 2) return {};
    all.push_back(word);
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::string TextNotes::pattern() const {
  const bool counted = std::any_of(runs_.begin(), runs_.end(), [](const Run& run) { return run.kind == '0'; });
  if (shapeless_ || count_ < kEnough || runs_.size() < 2 || !counted) return {};
  std::string text;
  for (const Run& run : runs_) {
    text += class_of(run.kind);
    if (run.least != run.most) {
      text += "+";
    } else if (run.most > 1) {
      text += "{" + std::to_string(run.most) + "}";
    }
  }
  return text;
}

std::string_view TextNotes::format() const {
  if (count_ == 0) return {};
  for (std::size_t i = 0; i < kFormats.size(); ++i) {
    if ((formats_ & (std::uint32_t{1} << i)) != 0 && (!kFormats[i].many || count_ >= kEnough)) return kFormats[i].name;
  }
  return {};
}

}  // namespace scalper::learn
