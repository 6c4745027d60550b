#pragma once
// Parts of GET /v1/files/{id}/content that are worth a look of their own.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scalper::api {

// Content-Disposition (RFC 6266) of a download of that name: the last segment of the key in ASCII, and whole in UTF-8
// (RFC 8187) where that is not the same. No name, however it was made, ends the field or names a folder.
[[nodiscard]] std::string attachment(std::string_view key);

// One range of bytes of a `Range` header (RFC 9110, 14.1.2), against the size there is.
struct RangeAnswer {
  enum class Kind : std::uint8_t {
    kWhole,          // no range, another unit, several ranges, or what is none: all of it is sent
    kPart,           // `first` to `last`, both inclusive
    kUnsatisfiable,  // 416
  };
  Kind kind = Kind::kWhole;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
[[nodiscard]] RangeAnswer range_of(std::string_view header, std::uint64_t size);

}  // namespace scalper::api
