#pragma once
// The records of a zip archive as they lie in the file, without judgement (PKWARE APPNOTE 6.3.10, 4.3 and 4.5).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scalper::zip {

inline constexpr std::uint32_t kLocalSignature = 0x04034B50;
inline constexpr std::uint32_t kDescriptorSignature = 0x08074B50;
inline constexpr std::uint32_t kCentralSignature = 0x02014B50;
inline constexpr std::uint32_t kEnd64Signature = 0x06064B50;
inline constexpr std::uint32_t kLocatorSignature = 0x07064B50;
inline constexpr std::uint32_t kEndSignature = 0x06054B50;
inline constexpr std::uint32_t kArchiveExtraSignature = 0x08064B50;  // of encrypted directories

inline constexpr std::size_t kSignatureSize = 4;
inline constexpr std::size_t kLocalSize = 30;
inline constexpr std::size_t kCentralSize = 46;
inline constexpr std::size_t kCommentAt = 32;  // of a record of the directory: its comment's length
inline constexpr std::size_t kEnd64Size = 56;
inline constexpr std::size_t kLocatorSize = 20;
inline constexpr std::size_t kEndSize = 22;
inline constexpr std::size_t kMostDescriptor = 24;

inline constexpr unsigned kKnownVersion = 63;  // needed to extract, as of APPNOTE 6.3

inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kDeflate = 8;

inline constexpr std::uint16_t kFlagEncrypted = 1U << 0U;
inline constexpr std::uint16_t kFlagLevel = 3U << 1U;  // how hard the packer tried
inline constexpr std::uint16_t kFlagDescriptor = 1U << 3U;
inline constexpr std::uint16_t kFlagPatch = 1U << 5U;
inline constexpr std::uint16_t kFlagStrong = 1U << 6U;
inline constexpr std::uint16_t kFlagUtf8 = 1U << 11U;
inline constexpr std::uint16_t kFlagMasked = 1U << 13U;

[[nodiscard]] std::uint16_t u16(std::string_view bytes, std::size_t at);
[[nodiscard]] std::uint32_t u32(std::string_view bytes, std::size_t at);
[[nodiscard]] std::uint64_t u64(std::string_view bytes, std::size_t at);

// What a local header and a record of the directory both state.
struct Entry {
  std::uint16_t needed = 0;  // version needed to extract
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t time = 0;  // DOS time and date
  std::uint32_t crc = 0;
  std::uint64_t stored = 0;
  std::uint64_t size = 0;
  bool zip64 = false;           // has the extra field of zip64
  std::string_view name;        // borrowed
  std::string_view own_name;    // by the Unicode path extra field, where its checksum is the name's; "" = none
  bool stale_own_name = false;  // such a field with another checksum
  std::optional<std::uint32_t> streamed_attributes;  // external ones, by libarchive's field, which it believes
  bool made_link = false;                            // or a device, by a Unix field of ASi or PKWARE
  // Of the directory alone.
  std::uint64_t offset = 0;
  std::uint32_t disk = 0;
  std::uint16_t comment = 0;  // its length
  std::uint16_t made_by = 0;
  std::uint32_t attributes = 0;  // external

  [[nodiscard]] bool is_directory() const { return !name.empty() && name.back() == '/'; }
  // Whether DOS attributes call it a folder.
  [[nodiscard]] bool has_folder_bit() const { return (attributes & 0x10U) != 0; }
  // The kind of file, if a Unix system made it, in its place in st_mode; else 0.
  [[nodiscard]] std::uint32_t unix_kind() const;
};

// How long the whole record is; `fixed` begins with its fixed part.
[[nodiscard]] std::size_t local_length(std::string_view fixed);
[[nodiscard]] std::size_t central_length(std::string_view fixed);  // without the comment

// The record whole. Nothing: its extra fields are no such fields, or those of zip64 lack what they have to hold.
[[nodiscard]] std::optional<Entry> read_local(std::string_view record);
[[nodiscard]] std::optional<Entry> read_central(std::string_view record);

// The end record, and what that of zip64 says instead.
struct End {
  std::uint32_t disk = 0;
  std::uint32_t directory_disk = 0;
  std::uint64_t entries_here = 0;
  std::uint64_t entries = 0;
  std::uint64_t size = 0;    // of the directory
  std::uint64_t offset = 0;  // of the directory
  std::uint16_t comment = 0;
};
[[nodiscard]] End read_end(std::string_view record);
[[nodiscard]] End read_end64(std::string_view record);

}  // namespace scalper::zip
