#include "validate/formats/zip_index.h"

#include <utility>

namespace scalper::zip {

bool Index::add(const Walked& entry) {
  if (size_ == blocks_.size() * kBlock) {
    auto held = std::make_unique<Reservation>(budget_, kBlock * sizeof(Walked));
    if (!held->granted()) return false;
    held_.push_back(std::move(held));
    blocks_.push_back(std::make_unique<Walked[]>(kBlock));
  }
  ++size_;
  last() = entry;
  return true;
}

Walked* Index::find(std::uint64_t offset) {
  if (next_ < size_ && at(next_).offset == offset) return &at(next_++);
  std::size_t low = 0;
  std::size_t high = size_;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (at(middle).offset < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == size_ || at(low).offset != offset) return nullptr;
  next_ = low + 1;
  return &at(low);
}

const Walked* Index::unlisted() const {
  for (std::size_t place = 0; place < size_; ++place) {
    const Walked& entry = blocks_[place / kBlock][place % kBlock];
    if (entry.listed == 0) return &entry;
  }
  return nullptr;
}

}  // namespace scalper::zip
