#include "validate/formats/csv_tokenizer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace scalper {
namespace {

constexpr std::ptrdiff_t kBlock = kCsvBlock;

// The first byte at or behind `at` that is one of these; `end` where there is none.
template <std::size_t count>
inline const char* first_of(const char* at, const char* end, const std::array<char, count>& wanted) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    __m128i any = _mm_setzero_si128();
    for (const char c : wanted) any = _mm_or_si128(any, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
    const auto found = static_cast<unsigned>(_mm_movemask_epi8(any));
    if (found != 0) return at + std::countr_zero(found);
  }
#endif
  return std::find_first_of(at, end, wanted.begin(), wanted.end());
}

}  // namespace

CsvTokenizer::CsvTokenizer(CsvSink& sink, CsvOptions options)
    : sink_(sink), options_(options), look_(csv_look(options.portable)) {}

void CsvTokenizer::feed(std::string_view chunk) {
  if (chunk.empty()) return;
  lines_.enter(chunk);
  begin_ = chunk.data();
  run_ = begin_;
  const char* const end = begin_ + chunk.size();
  const char* at = begin_;
  while (at != end) {
    if (options_.cells == CsvCells::kAll) {
      at = step(at, end);
      continue;
    }
    if (!after_return_ && !deliver_) at = blocks(at, end);
    at = step(at, end - at > kBlock ? at + kBlock : end);
  }
  keep_run(end);
  if (row_byte_ >= base_) old_row_line_ = lines_.line_of(row_byte_);
  if (cell_byte_ >= base_) old_cell_line_ = lines_.line_of(cell_byte_);
  if (quote_byte_ >= base_) old_quote_line_ = lines_.line_of(quote_byte_);
  base_ += chunk.size();
  begin_ = nullptr;
  lines_.leave();
}

std::uint64_t CsvTokenizer::line_of(std::uint64_t byte) {
  if (byte >= base_) return lines_.line_of(byte);
  // Only starts of what is still open are asked about.
  if (byte == quote_byte_) return old_quote_line_;
  return byte == cell_byte_ ? old_cell_line_ : old_row_line_;
}

const char* CsvTokenizer::step(const char* at, const char* stop) {
  const CsvCells wanted = options_.cells;
  while (at != stop) {
    if (after_return_) {
      after_return_ = false;
      note_line_end(*at == '\n' ? LineEnd::kBoth : LineEnd::kReturn, offset(at) - 1);
      if (*at == '\n') {
        ++at;
        row_byte_ = cell_byte_ = offset(at);
        continue;
      }
    }
    switch (state_) {
      case State::kCellStart: at = step_start(at); break;
      case State::kPlain: at = step_plain(at, stop); break;
      case State::kQuoted: at = step_quoted(at, stop); break;
      case State::kQuoteSeen: at = step_quote_seen(at); break;
      case State::kSpoiled: at = step_spoiled(at, stop); break;
    }
    if (options_.cells != wanted) return at;  // the sink wants others from here on
  }
  return at;
}

const char* CsvTokenizer::step_start(const char* at) {
  cell_byte_ = offset(at);
  quoted_ = *at == options_.quote;
  bare_quote_seen_ = false;
  carried_ = false;
  carry_.clear();
  run_ = at;
  deliver_ = options_.cells == CsvCells::kAll;
  if (quoted_) {
    quote_byte_ = cell_byte_;
    state_ = State::kQuoted;
    opened_ = true;
    run_ = at + 1;
    return at + 1;
  }
  state_ = State::kPlain;
  begin_content(*at);
  return at;
}

void CsvTokenizer::begin_content(char first) {
  if (options_.cells != CsvCells::kSuspicious || first == options_.delimiter) return;
  deliver_ = first == '=' || first == '+' || first == '-' || first == '@' || first == '\t' ||
             (quoted_ && (first == '\r' || first == '\n'));
}

const char* CsvTokenizer::step_plain(const char* at, const char* stop) {
  const std::array<char, 5> wanted = {options_.delimiter, options_.quote, '\n', '\r', '\0'};
  while ((at = first_of(at, stop, wanted)) != stop) {
    if (ends_cell(*at)) return end_cell_at(at);
    if (*at == options_.quote && !bare_quote_seen_) {
      bare_quote_seen_ = true;
      sink_.on_fault(CsvFaultKind::kBareQuote, offset(at), column_);
    } else if (*at == '\0') {
      nul(at);
    }
    ++at;
  }
  return at;
}

const char* CsvTokenizer::step_quoted(const char* at, const char* stop) {
  if (opened_) {
    opened_ = false;
    quoted_ = true;
    carried_ = false;
    carry_.clear();
    run_ = at;
    begin_content(*at);
  }
  const std::array<char, 2> wanted = {options_.quote, '\0'};
  for (; (at = first_of(at, stop, wanted)) != stop; ++at) {
    if (*at == options_.quote) {
      keep_run(at);
      state_ = State::kQuoteSeen;
      run_ = at + 1;
      return at + 1;
    }
    if (*at == '\0') nul(at);
  }
  return at;
}

const char* CsvTokenizer::step_quote_seen(const char* at) {
  run_ = at;
  if (*at == options_.quote) {
    state_ = State::kQuoted;  // the second one stands for itself: it begins the run
    return at + 1;
  }
  if (ends_cell(*at)) return end_cell_at(at);
  sink_.on_fault(CsvFaultKind::kTextAfterQuote, offset(at), column_);
  state_ = State::kSpoiled;
  return at;
}

const char* CsvTokenizer::step_spoiled(const char* at, const char* stop) {
  for (; at != stop; ++at) {
    if (ends_cell(*at)) return end_cell_at(at);
    if (*at == '\0') nul(at);
  }
  return at;
}

const char* CsvTokenizer::end_cell_at(const char* at) {
  end_cell(at);
  const std::uint64_t byte = offset(at);
  cell_byte_ = byte + 1;
  if (*at == options_.delimiter) {
    ++column_;
    return at + 1;
  }
  end_row(byte, column_ + 1);
  row_byte_ = byte + 1;
  if (*at == '\r') {
    after_return_ = true;
  } else {
    note_line_end(LineEnd::kFeed, byte);
  }
  return at + 1;
}

void CsvTokenizer::end_cell(const char* at) {
  const std::uint64_t byte = at == nullptr ? base_ : offset(at);
  if (!long_cell_seen_ && byte - cell_byte_ > options_.longest_cell) {
    long_cell_seen_ = true;
    sink_.on_fault(CsvFaultKind::kLongCell, cell_byte_, column_);
  }
  state_ = State::kCellStart;
  if (!std::exchange(deliver_, false)) return;
  const std::string_view rest(run_, static_cast<std::size_t>(at - run_));
  if (!carried_ && rest.size() <= kPiece) {
    sink_.on_cell({column_, cell_byte_, rest, quoted_, false});
    return;
  }
  deliver_ = true;
  keep(rest);
  deliver_ = false;
  sink_.on_cell({column_, cell_byte_, carry_, quoted_, false});
}

void CsvTokenizer::end_row(std::uint64_t byte, std::uint64_t width) {
  column_ = 0;
  sink_.on_row({row_byte_, width, byte == row_byte_});
}

void CsvTokenizer::note_line_end(LineEnd kind, std::uint64_t byte) {
  if (line_end_ == LineEnd::kUnknown) line_end_ = kind;
  if (line_end_ == kind || mixed_ends_) return;
  mixed_ends_ = true;
  sink_.on_fault(CsvFaultKind::kLineEnds, byte, 0);
}

void CsvTokenizer::nul(const char* at) {
  if (std::exchange(nul_seen_, true)) return;
  sink_.on_fault(CsvFaultKind::kNul, offset(at), column_);
}

void CsvTokenizer::keep_run(const char* at) {
  const char* const from = std::exchange(run_, at);
  if (from < at) keep({from, static_cast<std::size_t>(at - from)});
}

void CsvTokenizer::keep(std::string_view text) {
  carried_ = true;
  if (!deliver_) return;
  while (carry_.size() + text.size() > kPiece) {
    const std::size_t room = kPiece - carry_.size();
    carry_.append(text.substr(0, room));
    text.remove_prefix(room);
    sink_.on_cell({column_, cell_byte_, carry_, quoted_, true});
    carry_.clear();
  }
  carry_.append(text);
}

void CsvTokenizer::finish() {
  if (std::exchange(after_return_, false)) note_line_end(LineEnd::kReturn, base_ - 1);
  if (state_ == State::kQuoted) {
    sink_.on_fault(CsvFaultKind::kUnclosedQuote, quote_byte_, column_);
    return;
  }
  if (base_ == row_byte_) return;
  run_ = nullptr;
  if (state_ == State::kCellStart) {  // the last byte was a delimiter: an empty cell
    cell_byte_ = base_;
    quoted_ = false;
    carried_ = false;
    deliver_ = options_.cells == CsvCells::kAll;
  }
  end_cell(nullptr);
  end_row(base_, column_ + 1);
}

}  // namespace scalper
