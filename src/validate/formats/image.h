#pragma once
// Pictures: their structure to the end marker, checksums, declared sizes against what is there, and nothing behind. How
// a picture looks is not judged. Codes: image.*, limit.decoder, limit.memory.

#include <cstdint>
#include <memory>
#include <optional>

#include "validate/checker.h"

namespace scalper {

// PNG, third edition (ISO/IEC 15948): order and checksum of every chunk; the image data is decoded and has as many rows
// as the header says, those of an animation as well. Chunks that nobody needs to know are passed over. `layer` outlives
// each checker.
[[nodiscard]] std::unique_ptr<Checker> make_png_checker(const Layer& layer);
// JPEG (ITU-T T.81): segments, frame and scans, to the end of the image; the Huffman codes of each scan are followed to
// its last block, but for refinements of coefficients in progressive pictures. What cameras put behind is a warning.
[[nodiscard]] std::unique_ptr<Checker> make_jpeg_checker(const Layer& layer);
// GIF 87a and 89a: blocks, colour tables, and every image's data decoded to as many pixels as it says.
[[nodiscard]] std::unique_ptr<Checker> make_gif_checker(const Layer& layer);
// WebP (RFC 9649): the RIFF chunks within their stated sizes, and the headers of their pictures.
[[nodiscard]] std::unique_ptr<Checker> make_webp_checker(const Layer& layer);

// What every picture has: a width and height above zero, within what the contract allows. `byte`: where they stand.
void check_picture_size(const Layer& layer, std::uint64_t width, std::uint64_t height, std::uint64_t byte);

// A finding at a byte of the layer.
void report_at(const Layer& layer, std::string_view code, std::string message, std::uint64_t byte);

}  // namespace scalper
