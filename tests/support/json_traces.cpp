#include "support/json_traces.h"

#include <algorithm>
#include <array>

#include "base/escape.h"

namespace scalper::tests {
namespace {

constexpr std::array<std::string_view, 10> kKinds = {"{",      "}",      "[",    "]",     "key",
                                                     "string", "number", "true", "false", "null"};

std::string event_line(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) {
  return std::string(kKinds.at(static_cast<std::size_t>(kind))) + (more ? "+ " : " ") + std::to_string(byte) + " " +
         std::string(text);
}

class Recorder final : public JsonSink {
 public:
  void on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) override {
    events.push_back(event_line(kind, byte, text, more));
  }
  void on_lone_surrogate(std::uint64_t byte) override { events.push_back("lone " + std::to_string(byte)); }
  void on_byte_order_mark() override { events.emplace_back("mark"); }

  std::vector<std::string> events;
};

// Recursive descent over the whole text, no cleverness anywhere.
class Reference {
 public:
  Reference(std::string_view text, JsonOptions options) : text_(text), options_(options) {}

  JsonTrace read() {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
      at_ = 3;
      trace_.events.emplace_back("mark");
    } else if (!text_.empty() && text_[0] == '\xEF') {
      fail(JsonFaultKind::kSyntax);
      return finish();
    }
    space();
    if (ended()) {
      fail(JsonFaultKind::kEmpty);
      return finish();
    }
    if (value()) {
      space();
      if (!ended()) fail(JsonFaultKind::kTrailing);
    }
    return finish();
  }

 private:
  bool ended() const { return at_ >= text_.size(); }
  char now() const { return text_[at_]; }
  void space() {
    while (!ended() && std::string_view(" \n\r\t").find(now()) != std::string_view::npos) ++at_;
  }
  bool fail(JsonFaultKind kind) {
    if (ended() && kind != JsonFaultKind::kEmpty && kind != JsonFaultKind::kEncoding) kind = JsonFaultKind::kTruncated;
    trace_.fault = kind;
    trace_.byte = at_;
    return false;
  }
  JsonTrace finish() {
    if (trace_.fault.has_value()) {
      trace_.line = 1 + static_cast<std::uint64_t>(
                            std::count(text_.begin(), text_.begin() + static_cast<long>(trace_.byte), '\n'));
    }
    return trace_;
  }
  void event(JsonKind kind, std::size_t byte) { trace_.events.push_back(event_line(kind, byte, {}, false)); }
  void pieces(JsonKind kind, std::size_t byte, bool last) {
    while (token_.size() > JsonTokenizer::kPiece) {
      trace_.events.push_back(event_line(kind, byte, std::string_view(token_).substr(0, JsonTokenizer::kPiece), true));
      token_.erase(0, JsonTokenizer::kPiece);
    }
    if (last) trace_.events.push_back(event_line(kind, byte, token_, false));
  }

  bool value() {
    if (ended()) return fail(JsonFaultKind::kTruncated);
    switch (now()) {
      case '{': return container(true);
      case '[': return container(false);
      case '"': return string(JsonKind::kString);
      case 't': return literal("true", JsonKind::kTrue);
      case 'f': return literal("false", JsonKind::kFalse);
      case 'n': return literal("null", JsonKind::kNull);
      default: return number();
    }
  }
  bool container(bool object) {
    if (depth_ == options_.depth) return fail(JsonFaultKind::kDepth);
    ++depth_;
    event(object ? JsonKind::kBeginObject : JsonKind::kBeginArray, at_++);
    space();
    if (ended() || now() != (object ? '}' : ']')) {
      while (true) {
        space();
        if (object && !member_name()) return false;
        if (!value()) return false;
        space();
        if (ended()) return fail(JsonFaultKind::kTruncated);
        if (now() == (object ? '}' : ']')) break;
        if (now() != ',') return fail(JsonFaultKind::kSyntax);
        ++at_;
        space();
      }
    }
    event(object ? JsonKind::kEndObject : JsonKind::kEndArray, at_++);
    --depth_;
    return true;
  }
  bool member_name() {
    if (ended() || now() != '"') return fail(JsonFaultKind::kSyntax);
    if (!string(JsonKind::kKey)) return false;
    space();
    if (ended() || now() != ':') return fail(JsonFaultKind::kSyntax);
    ++at_;
    space();
    return true;
  }
  bool literal(std::string_view word, JsonKind kind) {
    const std::size_t from = at_;
    for (const char c : word) {
      if (ended() || now() != c) return fail(JsonFaultKind::kSyntax);
      ++at_;
    }
    event(kind, from);
    return true;
  }
  bool digit() const { return !ended() && now() >= '0' && now() <= '9'; }
  bool digits() {
    if (!digit()) return fail(JsonFaultKind::kNumber);
    while (digit()) ++at_;
    return true;
  }
  bool number() {
    const std::size_t from = at_;
    if (now() != '-' && !digit()) return fail(JsonFaultKind::kSyntax);
    const bool good = number_parts();
    token_ = std::string(text_.substr(from, at_ - from));
    pieces(JsonKind::kNumber, from, good);
    return good;
  }
  bool number_parts() {
    if (now() == '-') ++at_;
    if (digit() && now() == '0') {
      ++at_;
      if (digit()) return fail(JsonFaultKind::kNumber);
    } else if (!digits()) {
      return false;
    }
    if (!ended() && now() == '.') {
      ++at_;
      if (!digits()) return false;
    }
    if (!ended() && (now() == 'e' || now() == 'E')) {
      ++at_;
      if (!ended() && (now() == '+' || now() == '-')) ++at_;
      if (!digits()) return false;
    }
    return true;
  }
  void unit(std::uint32_t u) {
    if (u < 0x80) {
      token_ += static_cast<char>(u);
    } else if (u < 0x800) {
      token_ += static_cast<char>(0xC0U | (u >> 6U));
      token_ += static_cast<char>(0x80U | (u & 63U));
    } else if (u < 0x10000) {
      token_ += static_cast<char>(0xE0U | (u >> 12U));
      token_ += static_cast<char>(0x80U | ((u >> 6U) & 63U));
      token_ += static_cast<char>(0x80U | (u & 63U));
    } else {
      token_ += static_cast<char>(0xF0U | (u >> 18U));
      token_ += static_cast<char>(0x80U | ((u >> 12U) & 63U));
      token_ += static_cast<char>(0x80U | ((u >> 6U) & 63U));
      token_ += static_cast<char>(0x80U | (u & 63U));
    }
  }
  // A complete \uXXXX at `at`, or nothing.
  std::optional<std::uint32_t> unit_at(std::size_t at) const {
    if (text_.substr(at, 2) != "\\u" || at + 6 > text_.size()) return std::nullopt;
    const std::string hex(text_.substr(at + 2, 4));
    if (hex.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return std::nullopt;
    return static_cast<std::uint32_t>(std::stoul(hex, nullptr, 16));
  }
  bool escape(JsonKind kind, std::size_t from) {
    const std::size_t began = at_;
    const auto first = unit_at(at_);
    if (first.has_value()) {
      at_ += 6;
      if (*first < 0xD800 || *first > 0xDFFF) {
        unit(*first);
        return true;
      }
      const auto second = *first < 0xDC00 ? unit_at(at_) : std::nullopt;
      if (second.has_value() && *second >= 0xDC00 && *second <= 0xDFFF) {
        at_ += 6;
        unit(0x10000 + ((*first - 0xD800) << 10U) + (*second - 0xDC00));
        return true;
      }
      unit(*first);
      // A high one waits for what follows; when that breaks off before it is known, nothing was said yet.
      const bool waits = *first < 0xDC00 && waits_at(at_);
      if (!waits) {
        pieces(kind, from, false);
        trace_.events.push_back("lone " + std::to_string(began));
      } else {
        token_.resize(token_.size() - 3);
      }
      return true;
    }
    ++at_;
    if (ended()) return fail(JsonFaultKind::kTruncated);
    if (now() == 'u') {
      ++at_;
      while (!ended() && std::string_view("0123456789abcdefABCDEF").find(now()) != std::string_view::npos) ++at_;
      return fail(JsonFaultKind::kString);
    }
    const std::size_t which = std::string_view("\"\\/bfnrt").find(now());
    if (which == std::string_view::npos) return fail(JsonFaultKind::kString);
    token_ += std::string_view("\"\\/\b\f\n\r\t")[which];
    ++at_;
    return true;
  }
  bool waits_at(std::size_t at) const {
    if (at >= text_.size()) return true;
    if (text_[at] != '\\') return false;
    if (at + 1 >= text_.size()) return true;
    return text_[at + 1] == 'u' && !unit_at(at).has_value();
  }
  bool string(JsonKind kind) {
    const std::size_t from = at_++;
    token_.clear();
    while (true) {
      if (ended()) {
        pieces(kind, from, false);
        return fail(JsonFaultKind::kTruncated);
      }
      const char c = now();
      if (c == '"') break;
      if (c == '\\') {
        if (!escape(kind, from)) {
          pieces(kind, from, false);
          return false;
        }
        continue;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        pieces(kind, from, false);
        return fail(JsonFaultKind::kString);
      }
      std::size_t length = 1;
      while (length <= 4 && !is_valid_utf8(text_.substr(at_, length))) ++length;
      if (length > 4) {
        pieces(kind, from, false);
        return fail(JsonFaultKind::kEncoding);
      }
      token_ += text_.substr(at_, length);
      at_ += length;
    }
    pieces(kind, from, true);
    ++at_;
    return true;
  }

  std::string_view text_;
  JsonOptions options_;
  JsonTrace trace_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::string token_;
};

}  // namespace

JsonTrace trace_of(const Chunks& chunks, JsonOptions options) {
  Recorder recorder;
  JsonTokenizer tokenizer(recorder, options);
  feed_copies(chunks, [&](std::string_view chunk) { tokenizer.feed(chunk); });
  tokenizer.finish();
  JsonTrace trace;
  trace.events = std::move(recorder.events);
  if (tokenizer.fault().has_value()) {
    trace.fault = tokenizer.fault()->kind;
    trace.byte = tokenizer.fault()->byte;
    trace.line = tokenizer.fault()->line;
    trace.message = tokenizer.fault()->message();
  }
  return trace;
}

JsonTrace reference_trace(std::string_view text, JsonOptions options) { return Reference(text, options).read(); }

std::string_view to_string(JsonFaultKind kind) {
  constexpr std::array<std::string_view, 8> kNames = {"syntax",    "number",   "string", "encoding",
                                                      "truncated", "trailing", "empty",  "depth"};
  return kNames.at(static_cast<std::size_t>(kind));
}

}  // namespace scalper::tests
