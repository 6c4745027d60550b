#pragma once
// Sources of bytes for tests, and what drains them.

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

#include "ports/byte_source.h"

namespace scalper {

// Gives `text`, at most `chunk` bytes at a time; then an end, or `failure`.
class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string text, std::size_t chunk = SIZE_MAX, std::optional<Error> failure = std::nullopt)
      : text_(std::move(text)), chunk_(chunk), failure_(std::move(failure)) {}

  Result<std::size_t> read(const CallContext&, MutableBytes into) override {
    const std::size_t n = std::min({into.size(), chunk_, text_.size() - at_});
    if (n == 0 && failure_) return *failure_;
    std::memcpy(into.data(), text_.data() + at_, n);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t chunk_;
  std::optional<Error> failure_;
  std::size_t at_ = 0;
};

// Everything up to the end, asked for in pieces of `piece` bytes.
[[nodiscard]] inline Result<std::string> drain(const CallContext& context, ByteSource& source,
                                               std::size_t piece = 4096) {
  std::string text;
  std::string buffer(piece, '\0');
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t n, source.read(context, std::as_writable_bytes(std::span(buffer))));
    if (n == 0) return text;
    text.append(buffer, 0, n);
  }
}

}  // namespace scalper
