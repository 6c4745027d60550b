#include "validate/formats/zip_records.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "digest/crc32.h"

namespace scalper::zip {
namespace {

constexpr std::uint16_t kZip64Id = 0x0001;
constexpr std::uint16_t kUnicodePathId = 0x7075;
constexpr std::uint16_t kAesId = 0x9901;
constexpr std::size_t kAesSize = 7;
constexpr std::uint16_t kTimesId = 0x5455;
constexpr std::uint16_t kStreamedId = 0x6C78;  // of libarchive: attributes in the local header too
constexpr std::uint16_t kAsiUnixId = 0x756E;   // checksum, mode, size of a link's target or device, uid, gid, target
constexpr std::size_t kAsiUnixSize = 14;
constexpr std::uint16_t kPkwareUnixId = 0x000D;  // times, uid, gid, and behind them a link's target or a device
constexpr std::size_t kPkwareUnixSize = 12;
constexpr unsigned kFileMode = 0x8;  // the kinds in the highest bits of a mode
constexpr unsigned kFolderMode = 0x4;
constexpr std::size_t kBlockHeader = 4;
constexpr std::size_t kUnicodePathHeader = 5;  // version, checksum of the name
constexpr std::size_t kPadding = 4;            // zipalign fills up with less than a block's header
constexpr std::uint32_t kMax32 = 0xFFFFFFFF;
constexpr std::uint16_t kMax16 = 0xFFFF;

std::uint64_t little(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8U | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

bool is_padding(std::string_view rest) {
  return rest.size() < kPadding && std::all_of(rest.begin(), rest.end(), [](char c) { return c == '\0'; });
}

// Those of the fields that are too large for 32 bits stand in it, in this order.
bool read_zip64(std::string_view block, Entry& entry, bool central, bool disk_is_max) {
  entry.zip64 = true;
  const auto take = [&](std::uint64_t& field) {
    if (field != kMax32) return true;
    if (block.size() < 8) return false;
    field = u64(block, 0);
    block.remove_prefix(8);
    return true;
  };
  if (!take(entry.size) || !take(entry.stored)) return false;
  if (!central) return true;
  if (!take(entry.offset)) return false;
  if (!disk_is_max) return true;
  if (block.size() < 4) return false;
  entry.disk = u32(block, 0);
  return true;
}

// False: of another version, which readers take or leave.
bool read_own_name(std::string_view block, Entry& entry) {
  if (block.size() <= kUnicodePathHeader || block[0] != '\1') return false;
  Crc32 sum;
  sum.update({reinterpret_cast<const std::byte*>(entry.name.data()), entry.name.size()});
  if (u32(block, 1) == sum.value()) {
    entry.own_name = block.substr(kUnicodePathHeader);
  } else {
    entry.stale_own_name = true;
  }
  return true;
}

// Times of change, access and making; a record of the directory has only the first, whatever its flags say.
bool has_times(std::string_view block, bool central) {
  if (block.empty()) return false;
  const unsigned flags = static_cast<unsigned char>(block[0]) & (central ? 1U : 7U);
  return block.size() >= 1 + 4 * static_cast<std::size_t>(std::popcount(flags));
}

// A map of what follows, seven bits a byte: version made by, internal attributes, external ones, comment.
bool read_streamed(std::string_view block, Entry& entry) {
  if (block.empty()) return false;
  const auto map = static_cast<unsigned char>(block[0]);
  while (!block.empty() && (static_cast<unsigned char>(block[0]) & 0x80U) != 0) block.remove_prefix(1);
  if (block.empty()) return false;
  block.remove_prefix(1);
  const std::size_t before = ((map & 1U) != 0 ? 2U : 0U) + ((map & 2U) != 0 ? 2U : 0U);
  if ((map & 4U) == 0) return true;
  if (block.size() < before + 4) return false;
  entry.streamed_attributes = u32(block, before);
  return true;
}

bool read_asi_unix(std::string_view block, Entry& entry) {
  if (block.size() < kAsiUnixSize) return false;
  const unsigned kind = u16(block, 4) >> 12U;
  entry.made_link = entry.made_link || (kind != 0 && kind != kFileMode && kind != kFolderMode);
  return true;
}

bool read_pkware_unix(std::string_view block, Entry& entry) {
  entry.made_link = entry.made_link || block.size() > kPkwareUnixSize;
  return block.size() >= kPkwareUnixSize;
}

bool read_extra(std::string_view extra, Entry& entry, bool central) {
  const bool disk_is_max = entry.disk == kMax16;
  bool once = false;
  bool named = false;
  while (!extra.empty()) {
    if (extra.size() < kBlockHeader) return is_padding(extra);
    const std::uint16_t id = u16(extra, 0);
    const std::size_t size = u16(extra, 2);
    if (extra.size() - kBlockHeader < size) return false;
    const std::string_view block = extra.substr(kBlockHeader, size);
    extra.remove_prefix(kBlockHeader + size);
    if (id == kZip64Id) {
      if (once || !read_zip64(block, entry, central, disk_is_max)) return false;
      once = true;
    }
    if (id == kAesId && block.size() < kAesSize) return false;
    if (id == kTimesId && !has_times(block, central)) return false;
    if (id == kAsiUnixId && !read_asi_unix(block, entry)) return false;
    if (id == kPkwareUnixId && !read_pkware_unix(block, entry)) return false;
    if (id == kStreamedId && !read_streamed(block, entry)) return false;
    if (id == kUnicodePathId && (std::exchange(named, true) || !read_own_name(block, entry))) return false;
  }
  return true;
}

}  // namespace

std::uint16_t u16(std::string_view bytes, std::size_t at) { return static_cast<std::uint16_t>(little(bytes, at, 2)); }
std::uint32_t u32(std::string_view bytes, std::size_t at) { return static_cast<std::uint32_t>(little(bytes, at, 4)); }
std::uint64_t u64(std::string_view bytes, std::size_t at) { return little(bytes, at, 8); }

std::uint32_t Entry::unix_kind() const {
  return attributes >> 16U & 0xF000U;  // whatever system is said to have made it: unpackers make links of many
}

std::size_t local_length(std::string_view fixed) { return kLocalSize + u16(fixed, 26) + u16(fixed, 28); }

std::size_t central_length(std::string_view fixed) { return kCentralSize + u16(fixed, 28) + u16(fixed, 30); }

std::optional<Entry> read_local(std::string_view record) {
  Entry entry;
  entry.needed = u16(record, 4);
  entry.flags = u16(record, 6);
  entry.method = u16(record, 8);
  entry.time = u32(record, 10);
  entry.crc = u32(record, 14);
  entry.stored = u32(record, 18);
  entry.size = u32(record, 22);
  const std::size_t name = u16(record, 26);
  entry.name = record.substr(kLocalSize, name);
  if (!read_extra(record.substr(kLocalSize + name), entry, false)) return std::nullopt;
  return entry;
}

std::optional<Entry> read_central(std::string_view record) {
  Entry entry;
  entry.made_by = u16(record, 4);
  entry.needed = u16(record, 6);
  entry.flags = u16(record, 8);
  entry.method = u16(record, 10);
  entry.time = u32(record, 12);
  entry.crc = u32(record, 16);
  entry.stored = u32(record, 20);
  entry.size = u32(record, 24);
  const std::size_t name = u16(record, 28);
  entry.comment = u16(record, 32);
  entry.disk = u16(record, 34);
  entry.attributes = u32(record, 38);
  entry.offset = u32(record, 42);
  entry.name = record.substr(kCentralSize, name);
  if (!read_extra(record.substr(kCentralSize + name), entry, true)) return std::nullopt;
  return entry;
}

End read_end(std::string_view record) {
  End end;
  end.disk = u16(record, 4);
  end.directory_disk = u16(record, 6);
  end.entries_here = u16(record, 8);
  end.entries = u16(record, 10);
  end.size = u32(record, 12);
  end.offset = u32(record, 16);
  end.comment = u16(record, 20);
  return end;
}

End read_end64(std::string_view record) {
  End end;
  end.disk = u32(record, 16);
  end.directory_disk = u32(record, 20);
  end.entries_here = u64(record, 24);
  end.entries = u64(record, 32);
  end.size = u64(record, 40);
  end.offset = u64(record, 48);
  return end;
}

}  // namespace scalper::zip
