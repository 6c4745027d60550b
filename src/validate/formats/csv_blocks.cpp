// The fast path of the CSV tokenizer: 64 bytes at a time as bit masks, as long as no cell has to be delivered and the
// quoting is as RFC 4180 wants it. It leaves everything else to step().
#include <algorithm>
#include <bit>

#include "validate/formats/csv_formula.h"
#include "validate/formats/csv_masks.h"
#include "validate/formats/csv_tokenizer.h"

namespace scalper {
namespace {

constexpr std::ptrdiff_t kLookAhead = 64;
constexpr std::uint64_t kLast = std::uint64_t{1} << 63U;

// std::popcount() is a call where the processor that everything is compiled for has no instruction for it.
inline std::uint64_t count_of(std::uint64_t bits) {
#if defined(__x86_64__) && !defined(__POPCNT__)
  bits -= (bits >> 1U) & 0x5555555555555555U;
  bits = (bits & 0x3333333333333333U) + ((bits >> 2U) & 0x3333333333333333U);
  return (((bits + (bits >> 4U)) & 0x0F0F0F0F0F0F0F0FU) * 0x0101010101010101U) >> 56U;
#else
  return static_cast<std::uint64_t>(std::popcount(bits));
#endif
}

}  // namespace

const char* CsvTokenizer::blocks(const char* at, const char* end) {
  if (state_ == State::kSpoiled) return at;
  const CsvCells wanted = options_.cells;
  std::uint64_t alike = 0;
  bool good = true;
  // Few at first: where every second block is for step(), looking far ahead is in vain.
  for (std::size_t batch = 1; good; batch = std::min(2 * batch, masks_.size())) {
    const std::size_t count = std::min(batch, static_cast<std::size_t>(end - at) / kCsvBlock);
    if (count == 0) break;
    look_(at, count, options_, masks_.data());
    for (std::size_t i = 0; good && i < count; ++i) {
      if (!block(at, end, masks_[i], alike)) {
        good = false;
        break;
      }
      at += kCsvBlock;
      good = options_.cells == wanted;
    }
  }
  if (alike != 0) sink_.on_rows_alike(alike);
  return at;
}

inline bool CsvTokenizer::block(const char* at, const char* end, const CsvMasks& masks, std::uint64_t& alike) {
  const std::uint64_t inside = masks.odd ^ (state_ == State::kQuoted ? ~std::uint64_t{0} : 0);
  const bool closing = state_ == State::kQuoteSeen;
  const std::uint64_t ends = (masks.delimiter | masks.feed | masks.carriage) & ~inside;
  const std::uint64_t starts = (ends << 1U) | (state_ == State::kCellStart ? 1U : 0U);
  const std::uint64_t opening = masks.quote & inside & starts;
  if (masks.nul != 0 && !nul_seen_) return false;
  if ((masks.quote | (closing ? 1U : 0U)) != 0) {
    const std::uint64_t behind_quote = (masks.quote << 1U) | (closing ? 1U : 0U);
    if ((masks.quote & inside & ~(starts | behind_quote)) != 0) return false;
    const std::uint64_t behind_closing = ((masks.quote & ~inside) << 1U) | (closing ? 1U : 0U);
    if ((behind_closing & ~(ends | masks.quote)) != 0) return false;
  }
  const std::uint64_t returns = masks.carriage & ends;
  const std::uint64_t feeds = masks.feed & ends;
  const std::uint64_t pairs = feeds & (returns << 1U);
  if (returns != (pairs >> 1U)) return false;  // a CR alone, or one whose LF is in the next block
  if (feeds != 0 && !mixed_ends_) {
    const bool in_pairs = line_end_ == LineEnd::kBoth || (line_end_ == LineEnd::kUnknown && pairs != 0);
    if (line_end_ == LineEnd::kReturn || pairs != (in_pairs ? feeds : 0)) return false;
    line_end_ = in_pairs ? LineEnd::kBoth : LineEnd::kFeed;
  }
  const std::uint64_t here = offset(at);
  if (ends != 0 && !long_cell_seen_) {
    const std::uint64_t first_end = here + static_cast<std::uint64_t>(std::countr_zero(ends));
    if (first_end > cell_byte_ && first_end - cell_byte_ > options_.longest_cell) return false;
  }
  if (options_.cells == CsvCells::kSuspicious) {
    const std::uint64_t quoted = (opening << 1U) | (opened_ ? 1U : 0U);
    const std::uint64_t contents = (starts & ~masks.quote) | quoted;
    const std::uint64_t suspects = (masks.suspicious & ~masks.delimiter) | masks.feed | masks.carriage;
    const std::uint64_t looked_at = suspects & contents & ~ends;
    if (looked_at != 0 && !harmless_cells(at, end, looked_at, quoted)) return false;
  }
  block_rows(at, masks, ends, pairs, alike);
  if (ends != 0) {
    cell_byte_ = here + 64 - static_cast<std::uint64_t>(std::countl_zero(ends));
  }
  if (starts != 0) bare_quote_seen_ = false;
  if (opening != 0) quote_byte_ = here + 63 - static_cast<std::uint64_t>(std::countl_zero(opening));
  opened_ = (opening & kLast) != 0;
  state_ = (inside & kLast) != 0        ? State::kQuoted
           : (masks.quote & kLast) != 0 ? State::kQuoteSeen
           : (ends & kLast) != 0        ? State::kCellStart
                                        : State::kPlain;
  return true;
}

bool CsvTokenizer::harmless_cells(const char* at, const char* end, std::uint64_t suspects, std::uint64_t quoted) const {
  for (; suspects != 0; suspects &= suspects - 1) {
    const char* const cell = at + std::countr_zero(suspects);
    if (*cell == '=' || *cell == '@' || *cell == '\t' || *cell == '\r' || *cell == '\n') return false;
    if (*cell != '+' && *cell != '-') continue;
    const char* const limit = end - cell > kLookAhead ? cell + kLookAhead : end;
    const char* stop = cell;
    while (stop != limit && kHarmlessInCells[static_cast<unsigned char>(*stop)] && *stop != options_.delimiter) ++stop;
    const bool in_quotes = ((quoted >> static_cast<unsigned>(cell - at)) & 1U) != 0;
    if (stop == limit || !(in_quotes ? *stop == options_.quote : ends_cell(*stop))) return false;
  }
  return true;
}

inline void CsvTokenizer::block_rows(const char* at, const CsvMasks& masks, std::uint64_t ends, std::uint64_t pairs,
                                     std::uint64_t& alike) {
  std::uint64_t delimiters = masks.delimiter & ends;
  for (std::uint64_t rows = ends & ~masks.delimiter & ~pairs; rows != 0; rows &= rows - 1) {
    const auto place = static_cast<unsigned>(std::countr_zero(rows));
    const std::uint64_t before = (std::uint64_t{1} << place) - 1;
    const std::uint64_t byte = offset(at) + place;
    const std::uint64_t width = column_ + count_of(delimiters & before) + 1;
    if (width == options_.width && byte != row_byte_) {
      column_ = 0;
      ++alike;
    } else {
      if (alike != 0) sink_.on_rows_alike(alike);
      alike = 0;
      end_row(byte, width);
    }
    delimiters &= ~before;
    row_byte_ = byte + 1 + ((pairs >> place >> 1U) & 1U);
  }
  column_ += count_of(delimiters);
}

}  // namespace scalper
