#include "validate/formats/image_checker.h"

#include <algorithm>
#include <utility>

#include "validate/formats/image.h"

namespace scalper {

FeedAnswer ImageChecker::feed(Bytes chunk) {
  std::string_view text = as_text(chunk);
  while (!text.empty() && !ended_) {
    const std::size_t before = text.size();
    step(text);
    at_ += before - text.size();
  }
  return ended_ ? FeedAnswer::kEnough : FeedAnswer::kMore;
}

bool ImageChecker::collect(std::string_view& text, std::size_t size) {
  const std::size_t taken = std::min(text.size(), size - held_.size());
  held_ += text.substr(0, taken);
  text.remove_prefix(taken);
  return held_.size() == size;
}

void ImageChecker::end(std::string_view code, std::string message, std::uint64_t byte) {
  ended_ = true;
  report_at(layer_, code, std::move(message), byte);
}

void ImageChecker::end_cut() {
  end("image.truncated", "the picture ends before its end marker: the upload was cut, send it again", at_);
}

}  // namespace scalper
