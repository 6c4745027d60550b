#pragma once
// Compressions as a layer around a content, decoded as it streams: gzip, bzip2, xz, Zstandard and LZ4; members one
// behind the other, with every checksum that they carry, and nothing behind the last one. Codes: gzip.* or
// compression.*, archive.depth, archive.ratio, archive.total, limit.memory, limit.decoder, and what the content's own
// checker says, with the path of what is inside and the offset of its member in the received file.
//
// archive.max_ratio holds for a layer as a whole, decoded bytes for each stored one, and only above kRatioLooked
// decoded bytes: small files of few different bytes pack better than any bomb needs to. Where the layer's size is known
// before, decoding stops as soon as the ratio is sure to be broken. A damaged layer is not decoded further, and how its
// content would have ended is not judged.

#include <cstddef>
#include <memory>

#include "validate/checker.h"
#include "validate/content.h"

namespace scalper {

inline constexpr std::uint64_t kRatioLooked = std::uint64_t{1} << 20U;

// `layer` outlives the checker. `format` is one that is_compression() holds of. `inside`: what others say of the type
// of the decoded content.
[[nodiscard]] std::unique_ptr<Checker> make_compression_checker(const Layer& layer, Check format, TypeClaims inside);

}  // namespace scalper
