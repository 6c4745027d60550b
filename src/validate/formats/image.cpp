#include "validate/formats/image.h"

#include <string>
#include <utility>

#include "validate/sample_watch.h"

namespace scalper {

void report_at(const Layer& layer, std::string_view code, std::string message, std::uint64_t byte) {
  Location where;
  where.byte = byte;
  layer.report(code, std::move(message), where);
}

void check_picture_size(const Layer& layer, std::uint64_t width, std::uint64_t height, std::uint64_t byte) {
  if (width == 0 || height == 0) {
    return report_at(layer, "image.header", "the picture says that it has a width or height of zero", byte);
  }
  if (layer.watch != nullptr) layer.watch->picture(width, height);
  const ImageSettings& settings = layer.settings->image;
  const auto beyond = [&](const char* what, std::uint64_t size, const std::optional<std::uint64_t>& most) {
    if (!most.has_value() || size <= *most) return;
    report_at(layer, "image.too_large",
              std::string("the picture's ") + what + " is " + std::to_string(size) + " pixels, the contract allows " +
                  std::to_string(*most),
              byte);
  };
  beyond("width", width, settings.max_width);
  beyond("height", height, settings.max_height);
}

}  // namespace scalper
