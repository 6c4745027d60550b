#include "validate/formats/json_shape.h"

#include <algorithm>

namespace scalper {
std::string_view JsonShape::meet_later(std::string_view met) {
  const std::size_t end = std::min(count_, next_ + kLookAhead);
  for (std::size_t at = next_ + 1; at < end; ++at) {
    const std::string_view known = name(at);
    if (known != met) continue;
    seen_ |= std::uint64_t{1} << at;
    next_ = at + 1;
    return known;
  }
  return {};
}

void JsonShape::leave(JsonKeySets& sets) {
  matching_ = false;
  std::size_t kept = 0;
  std::uint32_t size = 0;
  for (std::size_t at = 0; at < count_; ++at) {
    if ((seen_ >> at & 1U) == 0) continue;
    const std::string_view old = name(at);
    std::copy(old.begin(), old.end(), text_.begin() + size);
    size += static_cast<std::uint32_t>(old.size());
    hashes_[kept] = hashes_[at];
    static_cast<void>(sets.add(hashes_[kept]));
    // begins_[at] of the names behind is not touched yet, since kept <= at.
    const std::uint32_t next_begin = begins_[at + 1];
    begins_[++kept] = size;
    if (kept < at + 1) begins_[at + 1] = next_begin;
  }
  count_ = kept;
  text_.resize(size);
}

std::string_view JsonShape::append(std::string_view added, const KeyHash& hash) {
  if (count_ == kMostNames || text_.size() + added.size() > kMostText) return {};
  escapes_ = (escapes_ && count_ > 0) || added.find_first_of("\"\\") != std::string_view::npos;
  text_ += added;
  hashes_[count_] = hash;
  begins_[++count_] = static_cast<std::uint32_t>(text_.size());
  return name(count_ - 1);
}

}  // namespace scalper
