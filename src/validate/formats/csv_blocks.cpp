// The fast path of the CSV tokenizer: 64 bytes at a time as bit masks, as long as no cell has to be delivered and the
// quoting is as RFC 4180 wants it. It leaves everything else to step().
#include <bit>

#include "validate/formats/csv_formula.h"
#include "validate/formats/csv_tokenizer.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace scalper {

struct CsvTokenizer::Masks {
  std::uint64_t delimiter = 0;
  std::uint64_t feed = 0;
  std::uint64_t carriage = 0;
  std::uint64_t quote = 0;
  std::uint64_t nul = 0;
  std::uint64_t suspicious = 0;  // = @ + - and a tab; also ) and /, which only costs a second look

  Masks(const char* at, const CsvOptions& options) {
#if defined(__SSE2__)
    const auto* blocks = reinterpret_cast<const __m128i*>(at);
    for (unsigned i = 0; i < 4; ++i) {
      const __m128i bytes = _mm_loadu_si128(blocks + i);
      const auto bits = [&](__m128i equal) {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(equal))) << (16 * i);
      };
      const auto same = [&](char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); };
      delimiter |= bits(same(options.delimiter));
      feed |= bits(same('\n'));
      carriage |= bits(same('\r'));
      quote |= bits(same(options.quote));
      nul |= bits(same('\0'));
      if (options.cells != CsvCells::kSuspicious) continue;
      const __m128i sign = _mm_cmpeq_epi8(_mm_and_si128(bytes, _mm_set1_epi8('\xF9')), _mm_set1_epi8(0x29));
      suspicious |= bits(_mm_or_si128(_mm_or_si128(same('='), same('@')), _mm_or_si128(same('\t'), sign)));
    }
#else
    for (unsigned i = 0; i < 64; ++i) {
      const char c = at[i];
      const std::uint64_t bit = std::uint64_t{1} << i;
      delimiter |= c == options.delimiter ? bit : 0;
      feed |= c == '\n' ? bit : 0;
      carriage |= c == '\r' ? bit : 0;
      quote |= c == options.quote ? bit : 0;
      nul |= c == '\0' ? bit : 0;
      suspicious |= c == '=' || c == '@' || c == '+' || c == '-' || c == '\t' ? bit : 0;
    }
#endif
    if (options.delimiter == '\t') suspicious &= ~delimiter;
  }
};

namespace {

// Bit i = whether an odd number of the bits 0 to i is set.
std::uint64_t prefix_xor(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

constexpr std::ptrdiff_t kLookAhead = 64;
constexpr std::uint64_t kLast = std::uint64_t{1} << 63U;

}  // namespace

const char* CsvTokenizer::blocks(const char* at, const char* end) {
  if (state_ == State::kSpoiled) return at;
  while (end - at >= 64 && block(at, end, Masks(at, options_))) at += 64;
  return at;
}

bool CsvTokenizer::block(const char* at, const char* end, const Masks& masks) {
  const bool closing = state_ == State::kQuoteSeen;
  const std::uint64_t inside = prefix_xor(masks.quote) ^ (state_ == State::kQuoted ? ~std::uint64_t{0} : 0);
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
    const std::uint64_t contents = (starts & ~masks.quote) | (opening << 1U) | (opened_ ? 1U : 0U);
    const std::uint64_t suspects = masks.suspicious | masks.feed | masks.carriage;
    const std::uint64_t quoted = (opening << 1U) | (opened_ ? 1U : 0U);
    if (!harmless_cells(at, end, suspects & contents & ~ends, quoted)) return false;
  }
  block_rows(at, masks, ends);
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
    if (*cell == ')' || *cell == '/') continue;
    if (*cell != '+' && *cell != '-') return false;
    const char* const limit = end - cell > kLookAhead ? cell + kLookAhead : end;
    const char* stop = cell;
    while (stop != limit && kHarmlessInCells[static_cast<unsigned char>(*stop)] && *stop != options_.delimiter) ++stop;
    const bool in_quotes = ((quoted >> static_cast<unsigned>(cell - at)) & 1U) != 0;
    if (stop == limit || !(in_quotes ? *stop == options_.quote : ends_cell(*stop))) return false;
  }
  return true;
}

void CsvTokenizer::block_rows(const char* at, const Masks& masks, std::uint64_t ends) {
  std::uint64_t delimiters = masks.delimiter & ends;
  const std::uint64_t pairs = masks.feed & ends & ((masks.carriage & ends) << 1U);
  for (std::uint64_t rows = ends & ~masks.delimiter & ~pairs; rows != 0; rows &= rows - 1) {
    const auto place = static_cast<unsigned>(std::countr_zero(rows));
    const std::uint64_t before = (std::uint64_t{1} << place) - 1;
    const std::uint64_t byte = offset(at) + place;
    end_row(byte, column_ + static_cast<std::uint64_t>(std::popcount(delimiters & before)) + 1);
    delimiters &= ~before;
    row_byte_ = byte + 1 + ((pairs >> place >> 1U) & 1U);
  }
  column_ += static_cast<std::uint64_t>(std::popcount(delimiters));
}

}  // namespace scalper
