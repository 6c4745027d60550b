#include "validate/formats/yaml.h"

#include <algorithm>
#include <string>

#include "validate/formats/line_cursor.h"
#include "validate/formats/reservation.h"
#include "validate/formats/yaml_document.h"

namespace scalper {
namespace {

constexpr std::size_t kMarkerBytes = 4;  // with what has to follow it
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kSmall = std::size_t{64} << 10U;
// A document, what libyaml makes of its longest text, and the keys that are open.
constexpr std::size_t kMemory = std::size_t{6} << 20U;

bool is_marker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) && (line.size() == marker.size() ||
                                      std::string_view(" \t\r\n").find(line[marker.size()]) != std::string_view::npos);
}

// Cuts the stream into pieces that end where a document does: a line that begins with "---" or "..." does not stand
// inside of any (YAML 1.2.2, rule c-forbidden).
class YamlChecker final : public Checker {
 public:
  explicit YamlChecker(const Layer& layer) : layer_(layer), document_(layer) {}

  FeedAnswer feed(Bytes chunk) override {
    std::string_view rest = as_text(chunk);
    while (!rest.empty() && !done_) {
      const std::size_t end = rest.find('\n');
      std::size_t size = end == std::string_view::npos ? rest.size() : end + 1;
      if (line_size() < kMarkerBytes) size = std::min(size, kMarkerBytes - line_size());
      if (!keep(rest.substr(0, size))) break;
      rest.remove_prefix(size);
      if (line_size() == kMarkerBytes) split();
      if (!done_ && text_.ends_with('\n')) end_line();
    }
    return done_ ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (done_) return;
    if (line_at_ < text_.size()) end_line();
    if (!done_ && !text_.empty()) check(text_.size());
  }

 private:
  bool keep(std::string_view piece) {
    if (text_.size() + piece.size() > kMostYamlDocument) {
      done_ = true;
      Location where;
      where.byte = place_.byte;
      where.line = place_.line;
      layer_.report("limit.memory", "the document that begins here has more than the 1 MiB that are held of one",
                    where);
      return false;
    }
    if (text_.size() + piece.size() > kSmall) text_.reserve(kMostYamlDocument);
    text_ += piece;
    return true;
  }

  [[nodiscard]] std::size_t line_size() const { return text_.size() - line_at_; }

  // Before the current line, if that begins another document.
  void split() {
    if (content_ && is_marker(std::string_view(text_).substr(line_at_), "---")) check(line_at_);
  }

  // The line from line_at_ on is whole.
  void end_line() {
    if (place_.byte == 0 && line_at_ == 0 && text_.starts_with(kByteOrderMark)) drop_mark();
    const std::string_view line = std::string_view(text_).substr(line_at_);
    const bool begins = is_marker(line, "---");
    const bool ends = is_marker(line, "...");
    if (begins) split();
    if (done_) return;
    const bool bare = ends && line.find_first_not_of(" \t\r\n", kMarkerBytes - 1) == std::string_view::npos;
    if (bare && !content_ && directives_ == 0) return pass_end();
    note(std::string_view(text_).substr(line_at_), begins);
    line_at_ = text_.size();
    if (ends && !done_) check(text_.size());
  }

  // The end of a document that there is not: libyaml would refuse it, YAML does not.
  void pass_end() {
    if (line_at_ > 0) check(line_at_);
    const std::string line = std::move(text_);
    place_.byte += line.size();
    place_.line += count_line_feeds(line);
    text_.clear();
    line_at_ = 0;
  }

  void note(std::string_view line, bool begins) {
    if (line.starts_with('%') && !content_ && ++directives_ > kMostYamlDirectives) {
      done_ = true;
      Location where;
      where.byte = place_.byte + line_at_;
      layer_.report("limit.token",
                    "more than " + std::to_string(kMostYamlDirectives) + " directives stand before a document", where);
      return;
    }
    const std::size_t first = line.find_first_not_of(" \t\r\n");
    content_ = content_ || begins || (first != std::string_view::npos && line[first] != '#' && !line.starts_with('%'));
  }

  // The piece of this size, and goes on behind it.
  void check(std::size_t size) {
    const std::string_view piece = std::string_view(text_).substr(0, size);
    done_ = !document_.check(piece, place_);
    place_.byte += size;
    place_.line += count_line_feeds(piece);
    text_.erase(0, size);
    line_at_ = 0;
    content_ = false;
    directives_ = 0;
  }

  void drop_mark() {
    text_.erase(0, kByteOrderMark.size());
    place_.byte = kByteOrderMark.size();
    if (layer_.settings->text.bom != Strictness::kError) return;
    Location where;
    where.byte = 0;
    where.line = 1;
    layer_.report("text.bom", "the text begins with a byte order mark, which the contract forbids: save it without one",
                  where);
  }

  const Layer& layer_;
  YamlDocument document_;
  std::string text_;  // of the piece, so far
  YamlPlace place_;   // of its first byte
  std::size_t line_at_ = 0;
  std::size_t directives_ = 0;
  bool content_ = false;  // something of a document is in it
  bool done_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_yaml_checker(const Layer& layer) { return within_budget<YamlChecker>(layer, kMemory); }

}  // namespace scalper
