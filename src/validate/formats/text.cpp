#include "validate/formats/text.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "validate/formats/line_cursor.h"
#include "validate/formats/text_scan.h"
#include "validate/formats/utf8.h"

namespace scalper {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kStep = 64;  // bytes looked at one by one before the fast path is tried again

std::string hex_of(unsigned byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {kDigits[byte >> 4U], kDigits[byte & 15U]};
}

class TextChecker final : public Checker {
 public:
  explicit TextChecker(const Layer& layer)
      : layer_(layer),
        settings_(layer.settings->text),
        controls_(settings_.controls != Strictness::kAllow),
        longest_(settings_.line_length) {}

  FeedAnswer feed(Bytes chunk) override {
    const std::string_view text = as_text(chunk);
    lines_.enter(text);
    chunk_at_ = consumed_;
    if (longest_.has_value()) measure_lines(text);
    if (consumed_ < kByteOrderMark.size()) look_for_mark(text);
    std::size_t at = 0;
    std::uint64_t feeds = 0;
    while (at < text.size()) {
      // Between the pieces of a character there is nothing plain.
      const PlainRun plain = utf8_.between() ? plain_run(text.substr(at)) : PlainRun{};
      if (plain.length > 0) {
        utf8_.skip(plain.length);
        last_ = 0;
        at += plain.length;
        feeds += plain.line_feeds;
      }
      const std::string_view some = text.substr(at, kStep);
      look_closely(some, chunk_at_ + at);
      at += some.size();
      feeds += count_line_feeds(some);
    }
    consumed_ += text.size();
    lines_.leave_counted(feeds);
    return FeedAnswer::kMore;
  }

  void finish() override {
    if (longest_.has_value()) end_line(consumed_);
    if (const auto cut = utf8_.finish(); cut.has_value()) report_encoding(*cut);
  }

 private:
  void look_for_mark(std::string_view text) {
    for (std::size_t at = 0; at < text.size() && consumed_ + at < kByteOrderMark.size(); ++at) {
      if (text[at] == kByteOrderMark[consumed_ + at]) ++mark_;
    }
    if (mark_ != kByteOrderMark.size() || settings_.bom == Strictness::kAllow) return;
    mark_ = 0;  // once
    const Severity severity = settings_.bom == Strictness::kError ? Severity::kError : Severity::kWarning;
    Location where;
    where.byte = 0;
    where.line = 1;
    layer_.report("text.bom", severity,
                  "the text begins with a byte order mark (EF BB BF): save it as UTF-8 without one", where);
  }

  void look_closely(std::string_view some, std::uint64_t at) {
    for (std::size_t i = 0; i < some.size(); ++i) look_at(static_cast<unsigned char>(some[i]), at + i);
    if (const auto bad = utf8_.feed(some); bad.has_value()) report_encoding(*bad);
  }

  // C0, DEL, and C1, whose characters are C2 80 to C2 9F.
  void look_at(unsigned byte, std::uint64_t at) {
    const bool one = (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\f' && byte != '\r') || byte == 0x7F;
    const bool two = last_ == 0xC2 && byte >= 0x80 && byte < 0xA0;
    if (byte == 0) {
      report_nul(at);
    } else if ((one || two) && controls_) {
      report_control(byte, two ? at - 1 : at);
    }
    last_ = byte;
  }

  void report_nul(std::uint64_t at) {
    if (!layer_.keeps(at)) return layer_.count(Severity::kError);
    layer_.report("text.nul", "a NUL byte: text has none; this may be UTF-16, write the file in UTF-8", place(at));
  }

  void report_control(unsigned byte, std::uint64_t at) {
    const Severity severity = settings_.controls == Strictness::kError ? Severity::kError : Severity::kWarning;
    if (!layer_.keeps(at)) return layer_.count(severity);
    layer_.report("text.control", severity,
                  "the control character U+00" + hex_of(byte) + " stands in the text: terminals may obey it; remove it",
                  place(at));
  }

  void report_encoding(std::uint64_t at) {
    layer_.report("encoding.utf8", "bytes that are no UTF-8: write the file in UTF-8", place(at));
  }

  void measure_lines(std::string_view text) {
    std::size_t from = 0;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', from)) {
      if (end > 0) before_end_ = text[end - 1];
      end_line(consumed_ + end);
      from = end + 1;
      line_at_ = consumed_ + from;
      before_end_ = '\0';
    }
    if (!text.empty() && from < text.size()) before_end_ = text.back();
  }

  // `end`: where its line feed stands, or the end of the text.
  void end_line(std::uint64_t end) {
    std::uint64_t length = end - line_at_;
    if (length > 0 && before_end_ == '\r') --length;
    if (length <= *longest_) return;
    if (!layer_.keeps(line_at_)) return layer_.count(Severity::kError);
    Location where;
    where.byte = line_at_;
    where.line = lines_.line_of(end);
    layer_.report("text.line_length",
                  "a line of " + std::to_string(length) + " bytes, the contract allows " + std::to_string(*longest_) +
                      ": break it",
                  where);
  }

  // Characters that began before the chunk are on the line that it begins on: they have no line feed.
  Location place(std::uint64_t at) {
    Location where;
    where.byte = at;
    where.line = lines_.line_of(std::max(at, chunk_at_));
    return where;
  }

  const Layer& layer_;
  const TextSettings& settings_;
  bool controls_;
  std::optional<std::uint64_t> longest_;
  Utf8Stream utf8_;
  LineCursor lines_;
  std::uint64_t consumed_ = 0;  // of the chunks before
  std::uint64_t chunk_at_ = 0;
  std::uint64_t line_at_ = 0;  // where the line begins
  std::size_t mark_ = 0;       // bytes of a byte order mark so far
  unsigned last_ = 0;          // the byte before, where it was looked at
  char before_end_ = '\0';     // the last byte of the line so far
};

}  // namespace

std::unique_ptr<Checker> make_text_checker(const Layer& layer) { return std::make_unique<TextChecker>(layer); }

}  // namespace scalper
