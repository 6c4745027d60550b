#pragma once
// Names of the records' table: attributes, indexes and their partitions. schemas/records-table.json creates it; a test
// compares the two. Names are short, for every write pays for them.
//
// One item a record, its key the file id; one a marker, its key the marker's name.
//   pk  S  the key of the table
//   rv  N  revision of the record or the marker
//   tk  B  token of the put() that wrote it: tells an own write that was answered late from another's
//   ow  B  owner, where there is one          ls  N  end of its lease, milliseconds since 1970; wherever there is `ow`
//   ep  N  epoch                              dc  BOOL  true: decided; else absent
//   z   B  the rest of the record, packed     ttl N  retention, seconds since 1970
//   sp, sk   partition and place in by_status: there once the record is final
//   kp, kk   partition and place in by_key: likewise
//   op       partition of open_records: only while the record is open
//   v   B  value of a marker, absent if empty nm  B  name of a marker whose key is a hash
//   ex  N  when a passing marker's time is over, milliseconds since 1970
// The indexes hold keys alone. So writes that leave a record's place as it is touch no index, and one entry is one
// write unit however long the record is.

#include <cstdint>
#include <string>
#include <string_view>

#include "model/file_record.h"

namespace scalper::aws::dynamo {

inline constexpr std::string_view kKey = "pk";
inline constexpr std::string_view kRevision = "rv";
inline constexpr std::string_view kToken = "tk";
inline constexpr std::string_view kOwner = "ow";
inline constexpr std::string_view kLease = "ls";
inline constexpr std::string_view kEpoch = "ep";
inline constexpr std::string_view kDecided = "dc";
inline constexpr std::string_view kBody = "z";
inline constexpr std::string_view kExpiry = "ttl";
inline constexpr std::string_view kMarkerValue = "v";
inline constexpr std::string_view kMarkerName = "nm";
inline constexpr std::string_view kOver = "ex";

struct IndexNames {
  std::string_view index;
  std::string_view partition;
  std::string_view place;  // empty: the table's own key
};
inline constexpr IndexNames kByStatus{"by_status", "sp", "sk"};
inline constexpr IndexNames kByKey{"by_key", "kp", "kk"};
inline constexpr IndexNames kOpen{"open_records", "op", {}};

// A partition of an index takes 1,000 writes a second and no more, and entries that only ever grow cannot be split by
// the service. So each list is spread over this many partitions by the file id, which is a hash, and read by merging
// them. More of them may be added at any time; fewer would hide what lies in those that go.
inline constexpr std::uint32_t kKeyShards = 8;
inline constexpr std::uint32_t kOpenShards = 8;
// Verdicts come as fast as files do, other statuses come from people or from faults.
[[nodiscard]] std::uint32_t status_shards(FileStatus status);

[[nodiscard]] std::string status_partition(FileStatus status, std::uint32_t shard);  // "valid#3"
[[nodiscard]] std::string shard_name(std::uint32_t shard);                           // "3": of by_key and open_records
// Where a record's entries go, 0 to shards - 1.
[[nodiscard]] std::uint32_t shard_of(std::string_view id, std::uint32_t shards);

// Places, as bytes that sort as the listing goes. None is empty, none is longer than the 1,024 bytes of a sort key.
//
// Newest first, then by id: 8 bytes of time, turned round, and the id.
[[nodiscard]] std::string time_place(WallTime time, std::string_view id);
// By key, within a key newest first: the key with its end marked, then as above. Of a key that is too long for that,
// the first 900 bytes and a hash; such keys lie beside each other, each whole, in no order of their own.
[[nodiscard]] std::string key_place(std::string_view key, WallTime time, std::string_view id);
// What every place of a key below `prefix` begins with. Of a prefix that is too long the beginning: then keys have to
// be compared, which `exact` says.
struct PlacePrefix {
  std::string bytes;
  bool exact = true;
};
[[nodiscard]] PlacePrefix place_prefix(std::string_view prefix);
// The time that a place of either kind tells.
[[nodiscard]] WallTime time_of(std::string_view place, std::string_view id);
// The first 8 bytes of the places of that time.
[[nodiscard]] std::string time_bytes(WallTime time);

}  // namespace scalper::aws::dynamo
