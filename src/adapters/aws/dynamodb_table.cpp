#include "adapters/aws/dynamodb_table.h"

#include <limits>

#include "base/bytes.h"
#include "digest/sha256.h"

namespace scalper::aws::dynamo {
namespace {

constexpr std::size_t kTimeBytes = 8;
constexpr std::size_t kMaxPlace = 1023;   // one less than a sort key may have: a search goes on one byte behind a place
constexpr std::size_t kMaxTail = 8 + 64;  // time and id
constexpr std::size_t kCut = 900;         // of a key that is too long
constexpr char kNul = '\0';

// In the order of the bytes, and so that the end of a key, two NULs, comes before everything that may follow in one.
std::string escaped(std::string_view key) {
  std::string bytes;
  bytes.reserve(key.size() + 2);
  for (const char c : key) {
    bytes += c;
    if (c == kNul) bytes += '\x01';
  }
  return bytes;
}

// Rises as time falls.
std::uint64_t age_of(WallTime time) {
  const auto since_1970 = static_cast<std::uint64_t>(time.time_since_epoch().count());
  return ~(since_1970 ^ (UINT64_C(1) << 63U));
}

}  // namespace

std::uint32_t status_shards(FileStatus status) {
  switch (status) {
    case FileStatus::kValid:
    case FileStatus::kInvalid:
    case FileStatus::kUnverifiable:
    case FileStatus::kCompanion: return 8;
    case FileStatus::kFailed:
    case FileStatus::kIgnored: return 4;
    case FileStatus::kReleased:
    case FileStatus::kRejected: return 2;
    case FileStatus::kReceived:
    case FileStatus::kProcessing:
    case FileStatus::kVanished: return 1;
  }
  return 1;
}

std::string status_partition(FileStatus status, std::uint32_t shard) {
  return std::string(to_string(status)) + "#" + std::to_string(shard);
}

std::string shard_name(std::uint32_t shard) { return std::to_string(shard); }

std::uint32_t shard_of(std::string_view id, std::uint32_t shards) {
  // FNV-1a, so that nothing hangs on how ids are written. Stored entries lie where it says: it never changes.
  std::uint32_t hash = 2166136261U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash % shards;
}

std::string time_bytes(WallTime time) {
  const std::uint64_t age = age_of(time);
  std::string bytes;
  for (unsigned shift = 64; shift > 0; shift -= 8) bytes += static_cast<char>((age >> (shift - 8U)) & 0xFFU);
  return bytes;
}

std::string time_place(WallTime time, std::string_view id) { return time_bytes(time) + std::string(id); }

std::string key_place(std::string_view key, WallTime time, std::string_view id) {
  std::string place = escaped(key);
  if (place.size() + 2 + kMaxTail > kMaxPlace)
    place = place.substr(0, kCut) + std::string(as_text(sha256(as_bytes(key))));
  place.append(2, kNul);
  return place + time_place(time, id);
}

PlacePrefix place_prefix(std::string_view prefix) {
  std::string bytes = escaped(prefix);
  if (bytes.size() <= kCut) return {std::move(bytes), true};
  return {bytes.substr(0, kCut), false};
}

WallTime time_of(std::string_view place, std::string_view id) {
  if (place.size() < kTimeBytes + id.size()) return WallTime{};
  std::uint64_t age = 0;
  for (const char c : place.substr(place.size() - id.size() - kTimeBytes, kTimeBytes))
    age = (age << 8U) | static_cast<unsigned char>(c);
  return WallTime{Millis{static_cast<std::int64_t>(~age ^ (UINT64_C(1) << 63U))}};
}

}  // namespace scalper::aws::dynamo
