#include "validate/formats/ndjson.h"

#include <algorithm>
#include <optional>

#include "validate/formats/json_watch.h"
#include "validate/formats/reservation.h"

namespace scalper {
namespace {

constexpr std::string_view kBlankLine = "a blank line: some readers refuse it; leave it out";

class NdjsonChecker final : public Checker {
 public:
  explicit NdjsonChecker(const Layer& layer)
      : layer_(layer), watch_(layer, {.wants = JsonWants::kStructure, .one_line = true}) {
    watch_.restart(0, 1, 1);
  }

  FeedAnswer feed(Bytes chunk) override {
    std::string_view rest = as_text(chunk);
    while (!rest.empty()) {
      rest.remove_prefix(take_empty_lines(rest));
      rest.remove_prefix(take_lines(rest));
      if (rest.empty()) break;
      const std::size_t size = std::min(rest.find('\n'), rest.size());
      if (size > 0) {
        watch_.tokenizer().feed(rest.substr(0, size));
        last_ = rest[size - 1];
        consumed_ += size;
      }
      if (size == rest.size()) break;
      ++consumed_;
      end_line(true);
      rest.remove_prefix(size + 1);
    }
    return FeedAnswer::kMore;
  }

  void finish() override {
    if (consumed_ > line_byte_) end_line(false);
  }

 private:
  // Line feeds at the beginning of a line. The tokenizer hears of all of them at once.
  std::size_t take_empty_lines(std::string_view rest) {
    if (consumed_ != line_byte_ || !rest.starts_with('\n')) return 0;
    const std::size_t count = std::min(rest.find_first_not_of('\n'), rest.size());
    for (std::size_t i = 0; i < count; ++i) {
      report("ndjson.blank_line", kBlankLine, line_byte_);
      line_byte_ = ++consumed_;
      note_line_end();
      ++line_;
    }
    watch_.restart(line_byte_, line_, row_);
    return count;
  }

  // From the beginning of a line on, those that need no second look; how many bytes that took. How lines end is known
  // from the first one on.
  std::size_t take_lines(std::string_view rest) {
    if (watch_.tokenizer().is_careful() || consumed_ != line_byte_ || !returns_.has_value()) return 0;
    const JsonLineEnd ends = mixed_ ? JsonLineEnd::kEither : *returns_ ? JsonLineEnd::kBoth : JsonLineEnd::kFeed;
    const JsonTokenizer::Taken taken = watch_.feed_lines(rest, ends);
    if (taken.bytes == 0) return 0;
    consumed_ += taken.bytes;
    line_ += taken.lines;
    row_ += taken.lines;
    line_byte_ = watch_.tokenizer().text_byte();
    last_ = consumed_ > line_byte_ ? rest[taken.bytes - 1] : '\0';
    return taken.bytes;
  }

  // consumed_ is behind the line and its line feed.
  void end_line(bool fed) {
    JsonTokenizer& tokenizer = watch_.tokenizer();
    if (tokenizer.begun()) {
      tokenizer.finish();
      watch_.report_fault("ndjson.syntax");
      ++row_;
      if (!fed && !tokenizer.fault().has_value()) {
        report("ndjson.no_final_newline", "the last line has no line feed at its end: check that the file is whole",
               consumed_);
      }
    } else if (fed) {
      report("ndjson.blank_line", kBlankLine, line_byte_);
    }
    if (fed) note_line_end();
    ++line_;
    line_byte_ = consumed_;
    last_ = '\0';
    watch_.restart(line_byte_, line_, row_);
  }

  void note_line_end() {
    const bool returns = last_ == '\r';
    if (!returns_.has_value()) returns_ = returns;
    if (*returns_ == returns || mixed_) return;
    mixed_ = true;
    report("ndjson.line_ends",
           returns ? "a line ends with CR LF, the first one with LF: write one kind"
                   : "a line ends with LF, the first one with CR LF: write one kind",
           consumed_ - 1);
  }

  void report(std::string_view code, std::string_view message, std::uint64_t byte) {
    if (!layer_.keeps(byte)) return layer_.count(Severity::kWarning);
    Location where;
    where.byte = byte;
    where.line = line_;
    layer_.report(code, std::string(message), where);
  }

  const Layer& layer_;
  JsonWatch watch_;
  std::uint64_t consumed_ = 0;
  std::uint64_t line_byte_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t row_ = 1;
  char last_ = '\0';             // the byte before the line feed
  std::optional<bool> returns_;  // the first line ended with CR LF
  bool mixed_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_ndjson_checker(const Layer& layer) {
  return within_budget<NdjsonChecker>(layer, json_memory(layer));
}

}  // namespace scalper
