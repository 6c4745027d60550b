#include "validate/formats/pdf.h"

#include <algorithm>
#include <string>
#include <utility>

#include "validate/formats/pdf_stream.h"
#include "validate/formats/pdf_stream_end.h"

namespace scalper {
namespace {

using namespace pdf;  // NOLINT(google-build-using-namespace): the parts of this checker, which nobody else has

constexpr std::size_t kRoom = std::size_t{640} << 10U;  // all but the index: places, parts and frames at their most
constexpr std::string_view kVersions = "1.0 1.1 1.2 1.3 1.4 1.5 1.6 1.7 2.0";

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_word(const Lexeme& token, std::string_view word) { return token.kind == Token::kWord && token.text == word; }

class PdfChecker final : public Checker {
 public:
  explicit PdfChecker(const Layer& layer)
      : layer_(layer),
        look_(layer),
        index_(*layer.budget),
        tables_(index_),
        reader_(look_),
        data_(layer, tables_, look_, index_) {}

  FeedAnswer feed(Bytes chunk) override {
    std::string_view text = as_text(chunk);
    while (!text.empty() && !ended_) {
      switch (mode_) {
        case Mode::kTokens: read_tokens(text); break;
        case Mode::kLineEnd: take_line_end(text); break;
        case Mode::kKnown: take_known(text); break;
        case Mode::kSought: seek_end(text); break;
      }
    }
    return ended_ ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (ended_) return;
    if (mode_ == Mode::kTokens && lexer_.end() == Lexer::Answer::kToken) take(lexer_.token());
    if (ended_) return;
    const bool between = mode_ == Mode::kTokens && part_ == Part::kBetween && !lexer_.within();
    if (closed_ && (!between || remark_)) return end("pdf.trailing", "bytes follow the end of the document", behind_);
    if (!closed_)
      return end("pdf.truncated", "the document ends before its end marker: the upload was cut, send it again",
                 lexer_.at());
    conclude();
  }

 private:
  enum class Mode : std::uint8_t { kTokens, kLineEnd, kKnown, kSought };
  enum class Part : std::uint8_t {
    kHeader,
    kBetween,     // objects and tables
    kGeneration,  // of an object, behind its number
    kWord,        // obj
    kObject,
    kEndStream,
    kEndObject,
    kTable,
    kTrailer,
    kStart,  // behind startxref
    kMark,   // %%EOF
  };

  struct Held {
    Problem problem;
    std::uint64_t at = 0;
  };

  void read_tokens(std::string_view& text) {
    switch (lexer_.next(text)) {
      case Lexer::Answer::kMore: return;
      case Lexer::Answer::kToken: return take(lexer_.token());
      case Lexer::Answer::kBad: break;
    }
    if (part_ == Part::kHeader) return end("pdf.header", "the document does not begin with its header", 0);
    if (part_ == Part::kEndStream) return end_wrong_length();
    if (part_ == Part::kBetween || part_ == Part::kGeneration || part_ == Part::kWord) return stray(lexer_.token().at);
    end("pdf.syntax", std::string(lexer_.fault()), lexer_.token().at);
  }

  void take(const Lexeme& token) {
    if (token.kind == Token::kComment && part_ != Part::kHeader) {
      if (part_ == Part::kMark && without_blanks(token.text) == "%%EOF") return close();
      if (part_ == Part::kBetween && closed_) remark_ = true;
      return;
    }
    switch (part_) {
      case Part::kHeader: return header(token);
      case Part::kBetween: return begin_part(token);
      case Part::kGeneration: return generation(token);
      case Part::kWord: return begin_object(token);
      case Part::kObject: return object(token);
      case Part::kEndStream: return end_stream(token);
      case Part::kEndObject: return end_object(token);
      case Part::kTable: return table(token);
      case Part::kTrailer: return trailer(token);
      case Part::kStart: return start(token);
      case Part::kMark: return end("pdf.structure", "no end marker follows the place of the last table", token.at);
    }
  }

  // 7.5.2
  void header(const Lexeme& token) {
    const std::string_view version = token.text.size() < 8 ? std::string_view() : token.text.substr(5, 3);
    const bool ends = token.text.size() == 8 || (token.text.size() > 8 && is_blank(token.text[8]));
    if (token.kind != Token::kComment || token.at != 0 || !token.text.starts_with("%PDF-") || !ends ||
        version[1] != '.')
      return end("pdf.header", "the document does not begin with its header", 0);
    if (kVersions.find(version) == std::string_view::npos)
      return end("pdf.unsupported", "the document is of a version of PDF that is not known here", 0);
    part_ = Part::kBetween;
  }

  void close() {
    closed_ = true;
    remark_ = false;
    behind_ = lexer_.at();
    part_ = Part::kBetween;
  }

  // What is neither may be the data of the stream before, if that only seemed to end.
  void stray(std::uint64_t at) {
    if (sought_at_.has_value()) return end_not_streamable(*sought_at_);
    if (closed_) return end("pdf.trailing", "bytes follow the end of the document", behind_);
    end("pdf.structure", "neither an object nor a table begins here", at);
  }

  void begin_part(const Lexeme& token) {
    if (token.kind == Token::kInteger && !token.negative) {
      place_ = {token.integer, token.at, token.gap, 0};
      part_ = Part::kGeneration;
    } else if (is_word(token, "xref")) {
      closed_ = false;
      if (!tables_.begin(token.at, token.gap, false)) return many(token.at);
      part_ = Part::kTable;
    } else if (is_word(token, "startxref") && !closed_) {
      part_ = Part::kStart;
    } else {
      stray(token.at);
    }
  }

  void generation(const Lexeme& token) {
    if (token.kind != Token::kInteger || token.negative || token.integer > kMostGeneration) return stray(place_.at);
    generation_ = token.integer;
    part_ = Part::kWord;
  }

  void begin_object(const Lexeme& token) {
    if (!is_word(token, "obj")) return stray(place_.at);
    if (place_.number == 0) return end("pdf.structure", "an object has the number 0", place_.at);
    closed_ = false;
    sought_at_.reset();
    if (place_.number > kMostNumber || place_.at > kMostOffset) return many(place_.at);
    if (!index_.add(seen_of(place_.number, generation_, place_.at, place_.gap))) return many(place_.at);
    reader_.begin(std::nullopt);
    part_ = Part::kObject;
  }

  void object(const Lexeme& token) {
    switch (reader_.take(token)) {
      case ObjectReader::Answer::kMore: return;
      case ObjectReader::Answer::kBad: return end("pdf.syntax", std::string(reader_.fault()), token.at);
      case ObjectReader::Answer::kDeep: return too_deep(token.at);
      case ObjectReader::Answer::kWord: break;
    }
    if (!reader_.end()) return end("pdf.syntax", "the object that begins here is not whole", place_.at);
    facts_ = reader_.facts();
    if (token.text == "endobj") return finish_object();
    if (token.text != "stream" || facts_.shape != Facts::Shape::kDict)
      return end("pdf.structure", "the object that begins here does not end with `endobj`", place_.at);
    mode_ = Mode::kLineEnd;
    return_ = false;
  }

  void finish_object() {
    const ObjectKind kind = kind_of(facts_);
    index_.last().kind = static_cast<std::uint64_t>(kind) & kKinds;
    if (kind == ObjectKind::kCatalog && facts_.pages.has_value()) index_.leads(place_.number, *facts_.pages);
    if (kind == ObjectKind::kInteger) index_.last().value = facts_.integer & kMostValue;
    part_ = Part::kBetween;
  }

  // ---- streams

  // 7.3.8.1: a line feed, or a carriage return and a line feed; a carriage return alone could be data.
  void take_line_end(std::string_view& text) {
    const char c = text[0];
    text.remove_prefix(1);
    lexer_.pass(1);
    if (c == '\r' && !return_) {
      return_ = true;
    } else if (c == '\n') {
      begin_data();
    } else {
      end("pdf.stream", "the word `stream` does not end its line, so that readers differ in where the data begins",
          place_.at);
    }
  }

  void begin_data() {
    place_.data = lexer_.at();
    if (!facts_.length.has_value() && !facts_.length_at.has_value())
      return end("pdf.stream", "the stream has no /Length", place_.at);
    handle(data_.begin(facts_, place_, encrypted_));
    if (facts_.type == Facts::Type::kTable && facts_.encrypted) encrypted_ = true;
    if (ended_) return;
    left_ = facts_.length.value_or(0);
    mode_ = facts_.length.has_value() ? Mode::kKnown : Mode::kSought;
    end_ = StreamEnd();
    if (mode_ == Mode::kKnown && left_ == 0) end_known();
  }

  void take_known(std::string_view& text) {
    const std::string_view part = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, text.size())));
    handle(data_.feed(as_bytes(part)));
    text.remove_prefix(part.size());
    lexer_.pass(part.size());
    left_ -= part.size();
    if (left_ == 0 && !ended_) end_known();
  }

  void end_known() {
    handle(data_.end());
    mode_ = Mode::kTokens;
    part_ = Part::kEndStream;
    data_end_ = lexer_.at();
  }

  void end_stream(const Lexeme& token) {
    if (!is_word(token, "endstream") || token.gap > kMostBlanks || token.at != data_end_ + token.gap)
      return end_wrong_length();
    part_ = Part::kEndObject;
  }

  void end_wrong_length() {
    end("pdf.stream", "the stream of the object that begins here does not end where its /Length says", place_.at);
  }

  void end_object(const Lexeme& token) {
    if (!is_word(token, "endobj"))
      return end("pdf.structure", "the object that begins here does not end with `endobj`", place_.at);
    finish_object();
  }

  void seek_end(std::string_view& text) {
    const std::size_t before = text.size();
    const bool found = end_.seek(text, [&](std::string_view data) { handle(data_.feed(as_bytes(data))); });
    lexer_.pass(before - text.size());
    if (!found || ended_) return;
    handle(data_.end());
    if (ended_) return;
    Measured measured{};
    measured.number = facts_.length_at->number & kNumbers;
    measured.length = std::min(end_.length(), kMostValue) & kMostValue;
    measured.blanks = std::min(end_.blanks(), kMostBlanks) & kMostBlanks;
    measured.at = place_.at & kMostOffset;
    if (!index_.add(measured)) return many(place_.at);
    mode_ = Mode::kTokens;
    sought_at_ = place_.at;
    finish_object();
  }

  void handle(std::optional<Problem> problem) {
    if (!problem.has_value() || ended_) return;
    const bool unsupported = problem->code == "pdf.unsupported";
    if (unsupported || problem->unless_encrypted) {
      std::optional<Held>& held = unsupported ? unsupported_ : damaged_;
      if (!held.has_value()) held = Held{std::move(*problem), place_.at};
      return;
    }
    end(problem->code, std::move(problem->message), place_.at);
  }

  // ---- tables

  void table(const Lexeme& token) {
    if (is_word(token, "trailer") && tables_.complete()) {
      part_ = Part::kTrailer;
      return reader_.begin(std::nullopt);
    }
    if (!tables_.take(token, lexer_.at())) table_fault(token.at);
  }

  void trailer(const Lexeme& token) {
    const ObjectReader::Answer answer = reader_.take(token);
    if (answer == ObjectReader::Answer::kDeep) return too_deep(token.at);
    if (answer != ObjectReader::Answer::kMore || (reader_.whole() && reader_.facts().shape != Facts::Shape::kDict))
      return end("pdf.trailer", "the table is not followed by a dictionary", token.at);
    if (!reader_.whole()) return;
    encrypted_ = encrypted_ || reader_.facts().encrypted;
    if (!tables_.trailer(reader_.facts())) return table_fault(token.at);
    part_ = Part::kBetween;
  }

  void table_fault(std::uint64_t at) {
    if (tables_.fault() == Tables::Fault::kMany) return many(at);
    end("pdf.xref", tables_.words(), at);
  }

  void start(const Lexeme& token) {
    if (token.kind != Token::kInteger || token.negative)
      return end("pdf.structure", "no number follows `startxref`", token.at);
    start_ = token.integer;
    start_at_ = token.at;
    part_ = Part::kMark;
  }

  // ---- behind the last byte

  void conclude() {
    if (encrypted_) say("pdf.encrypted", "the document is encrypted: what it holds cannot be seen", 0);
    if (damaged_.has_value() && !encrypted_)
      return end(damaged_->problem.code, std::move(damaged_->problem.message), damaged_->at);
    if (unsupported_.has_value() && !encrypted_)
      say(unsupported_->problem.code, std::move(unsupported_->problem.message), unsupported_->at);
    const bool inside = data_.all_objects() && !encrypted_ && !unsupported_.has_value();
    const Section* const newest = tables_.walk(start_);
    if (newest == nullptr) return end("pdf.xref", tables_.words(), start_at_);
    if (const Awaited* const missing = index_.missing(inside))
      return end("pdf.xref",
                 "a table says where object " + std::to_string(missing->number) + " is, and it is not there",
                 start_at_);
    if (const Seen* const left = index_.unlisted(); left != nullptr && !unsupported_.has_value())
      return end("pdf.xref", "no table names the object that begins here, and some readers see it", left->at);
    if (!lengths_fit(inside)) return;
    if (!newest->root.has_value() || (inside && !index_.has_catalog(*newest->root)))
      return end("pdf.trailer", "the trailer names no catalog of the document that leads to its pages", newest->at);
    if (inside) count_pages(newest->at);
    look_at_starts();
  }

  [[nodiscard]] bool lengths_fit(bool inside) {
    const auto wrong = index_.wrong_length(*layer_.budget, inside);
    if (!wrong.has_value()) return true;
    using Why = Index::Wrong::Why;
    if (wrong->why == Why::kNoMemory) {
      end("limit.memory", "there is too little memory to compare the lengths of all streams", 0);
    } else if (wrong->why == Why::kLonger) {
      end_not_streamable(wrong->at);
    } else {
      end("pdf.stream", "the stream of the object that begins here does not end where its /Length says", wrong->at);
    }
    return false;
  }

  void count_pages(std::uint64_t at) {
    const auto pages = index_.pages(*layer_.budget);
    const auto& most = layer_.settings->pdf.max_pages;
    if (!pages.has_value()) return end("limit.memory", "there is too little memory to count the pages", 0);
    if (*pages == 0) return end("pdf.pages", "the document has no pages", at);
    if (most.has_value() && *pages > *most)
      end("pdf.pages",
          "the document has " + std::to_string(*pages) + " pages, the contract allows " + std::to_string(*most), at);
  }

  // What runs when the document, a page or a field is opened, where that stands in an object of its own.
  void look_at_starts() {
    std::vector<Reference> starts = reader_.starts();
    starts.insert(starts.end(), data_.reader().starts().begin(), data_.reader().starts().end());
    if (const Seen* const link = index_.link_of(starts)) return look_.found(Risk::kLink, link->at);
    const bool unknown = !reader_.all_starts() || !data_.reader().all_starts();
    if (unknown || index_.link_inside(starts)) look_.found(Risk::kLink, 0);
  }

  void end_not_streamable(std::uint64_t at) {
    end("pdf.not_streamable", "the length of a stream stands behind it, and is not what its data seems to have", at);
  }
  void too_deep(std::uint64_t at) {
    end("limit.depth", "arrays and dictionaries lie deeper within each other than the engine follows", at);
  }
  void many(std::uint64_t at) { end("limit.objects", "the document has more objects than the engine follows", at); }
  void say(std::string_view code, std::string message, std::uint64_t byte) const {
    Location where;
    where.byte = byte;
    layer_.report(code, std::move(message), where);
  }
  void end(std::string_view code, std::string message, std::uint64_t byte) {
    ended_ = true;
    say(code, std::move(message), byte);
  }

  const Layer& layer_;
  Look look_;
  Index index_;
  Tables tables_;
  Lexer lexer_;
  ObjectReader reader_;
  StreamData data_;
  StreamEnd end_;

  Mode mode_ = Mode::kTokens;
  Part part_ = Part::kHeader;
  Facts facts_;        // of the current stream
  StreamPlace place_;  // of the current object
  std::uint64_t generation_ = 0;
  std::uint64_t left_ = 0;      // of its data
  std::uint64_t data_end_ = 0;  // where that ended
  std::uint64_t start_ = 0;     // the last startxref, and where it stands
  std::uint64_t start_at_ = 0;
  std::uint64_t behind_ = 0;                // the last end marker
  std::optional<std::uint64_t> sought_at_;  // the object just before, if its end was sought
  bool return_ = false;                     // a carriage return behind `stream`
  bool closed_ = false;                     // nothing but blanks and comments since the last end marker
  bool remark_ = false;                     // a comment, in which anything may lie, stands behind the end marker
  bool encrypted_ = false;
  bool ended_ = false;
  // Said at the end, unless the document is encrypted: the first of each.
  std::optional<Held> damaged_;
  std::optional<Held> unsupported_;
};

}  // namespace

std::unique_ptr<Checker> make_pdf_checker(const Layer& layer) { return within_budget<PdfChecker>(layer, kRoom); }

}  // namespace scalper
