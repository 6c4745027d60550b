#pragma once
// The last bytes of a stream, up to a bound. Memory grows with what came, up to that.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace scalper::parquet {

class Tail {
 public:
  explicit Tail(std::size_t most) : most_(most) {}

  void add(std::string_view bytes) {
    if (bytes.size() > most_) bytes.remove_prefix(bytes.size() - most_);
    const std::size_t growing = std::min(most_ - ring_.size(), bytes.size());
    if (ring_.size() + growing > std::min(most_, kSmall)) ring_.reserve(most_);
    ring_.append(bytes.substr(0, growing));
    bytes.remove_prefix(growing);
    while (!bytes.empty()) {
      const std::size_t size = std::min(most_ - next_, bytes.size());
      ring_.replace(next_, size, bytes.substr(0, size));
      next_ = (next_ + size) % most_;
      bytes.remove_prefix(size);
    }
  }

  // In order. Nothing may be added after that.
  [[nodiscard]] std::string_view text() {
    std::rotate(ring_.begin(), ring_.begin() + static_cast<std::ptrdiff_t>(next_), ring_.end());
    next_ = 0;
    return ring_;
  }

 private:
  static constexpr std::size_t kSmall = std::size_t{64} << 10U;

  std::size_t most_;
  std::string ring_;
  std::size_t next_ = 0;  // the oldest byte, once it is full
};

}  // namespace scalper::parquet
