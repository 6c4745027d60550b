#pragma once
// gzip (RFC 1952) as a layer around a content, decoded as it streams: members one behind the other, checksums of
// headers and of contents, nothing behind the last member. Codes: gzip.*, archive.depth, archive.ratio, archive.total,
// limit.memory, limit.decoder, and what the content's own checker says, with the path of what is inside and the offset
// of its member in the received file.
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

// `layer` outlives the checker. `inside`: what others say of the type of the decoded content.
[[nodiscard]] std::unique_ptr<Checker> make_gzip_checker(const Layer& layer, TypeClaims inside);

}  // namespace scalper
