#include "validate/formats/json_seq.h"

#include <algorithm>
#include <string>

#include "validate/formats/json_watch.h"
#include "validate/formats/line_cursor.h"
#include "validate/formats/reservation.h"

namespace scalper {
namespace {

constexpr char kSeparator = '\x1E';
constexpr std::string_view kWhite = " \t\r\n";
// What a value begins with that has no end of its own.
constexpr std::string_view kOpenEnded = "-0123456789tfn";

class JsonSeqChecker final : public Checker {
 public:
  explicit JsonSeqChecker(const Layer& layer) : layer_(layer), watch_(layer, {.wants = JsonWants::kStructure}) {}

  FeedAnswer feed(Bytes chunk) override {
    std::string_view rest = as_text(chunk);
    while (!rest.empty()) {
      const std::size_t size = std::min(rest.find(kSeparator), rest.size());
      if (size > 0) take(rest.substr(0, size));
      if (size == rest.size()) break;
      end_text();
      ++consumed_;
      inside_ = true;
      begin_text();
      rest.remove_prefix(size + 1);
    }
    return FeedAnswer::kMore;
  }

  void finish() override {
    if (inside_ && text_size() == 0) {
      report("json.truncated", Severity::kError,
             "the sequence ends behind a record separator: the text that was to follow is not there", consumed_);
    }
    end_text();
  }

 private:
  [[nodiscard]] std::uint64_t text_size() const { return consumed_ - text_byte_; }

  void take(std::string_view piece) {
    if (inside_) {
      watch_.tokenizer().feed(piece);
      if (first_ == '\0') first_ = piece[std::min(piece.find_first_not_of(kWhite), piece.size() - 1)];
      if (kWhite.find(first_) != std::string_view::npos) first_ = '\0';
      last_ = piece.back();
    } else if (consumed_ == 0) {
      report("json.sequence", Severity::kError,
             "a sequence begins with a record separator (byte 1E), and so does each of its texts: what stands before "
             "the first one belongs to none",
             0);
    }
    consumed_ += piece.size();
    line_ += count_line_feeds(piece);
  }

  void begin_text() {
    text_byte_ = consumed_;
    first_ = '\0';
    last_ = '\0';
    watch_.restart(consumed_, line_, row_);
  }

  // Separators behind each other hold no text between them (section 2.1).
  void end_text() {
    if (!inside_ || text_size() == 0) return;
    watch_.tokenizer().finish();
    watch_.report_fault();
    if (!watch_.tokenizer().fault().has_value()) check_end();
    ++row_;
  }

  void check_end() {
    const bool white = kWhite.find(last_) != std::string_view::npos;
    if (!white && kOpenEnded.find(first_) != std::string_view::npos) {
      report("json.truncated", Severity::kError,
             "no white space follows a number, true, false or null, so that nobody can tell whether it was cut: end "
             "each text with a line feed",
             consumed_);
    } else if (last_ != '\n') {
      report("json.sequence_end", Severity::kWarning, "the text has no line feed at its end: end each text with one",
             consumed_);
    }
  }

  void report(std::string_view code, Severity severity, std::string_view message, std::uint64_t byte) {
    if (!layer_.keeps(byte)) return layer_.count(severity);
    Location where;
    where.byte = byte;
    where.line = line_;
    if (inside_) where.row = row_;
    layer_.report(code, severity, std::string(message), where);
  }

  const Layer& layer_;
  JsonWatch watch_;
  std::uint64_t consumed_ = 0;
  std::uint64_t text_byte_ = 0;  // behind the separator of the current text
  std::uint64_t line_ = 1;
  std::uint64_t row_ = 1;
  bool inside_ = false;  // a separator was seen
  char first_ = '\0';    // of the text, but for white space
  char last_ = '\0';
};

}  // namespace

std::unique_ptr<Checker> make_json_seq_checker(const Layer& layer) {
  return within_budget<JsonSeqChecker>(layer, json_memory(layer));
}

}  // namespace scalper
