#include "validate/contract/lint.h"

#include <algorithm>

#include "base/escape.h"

namespace scalper::grammar {
namespace {

constexpr std::size_t kLongestWord = 64;  // longer ones are no slip of the finger
constexpr std::size_t kShownChars = 80;

// Optimal string alignment distance.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string quoted(std::string_view text) { return "\"" + escape_text(text, kShownChars) + "\""; }

std::string_view closest(std::string_view word, const std::vector<std::string_view>& known) {
  std::string_view best;
  if (word.size() > kLongestWord) return best;
  std::size_t fewest = kLongestWord;
  for (const std::string_view candidate : known) {
    const std::size_t differ = distance(word, candidate);
    const std::size_t allowed = std::max<std::size_t>(1, std::max(word.size(), candidate.size()) / 3);
    if (differ > allowed || differ >= fewest || differ >= candidate.size()) continue;
    fewest = differ;
    best = candidate;
  }
  return best;
}

}  // namespace scalper::grammar
