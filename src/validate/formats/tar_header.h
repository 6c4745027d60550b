#pragma once
// The headers of a tar archive as they lie in the file (POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended
// Header"; GNU tar manual, "Basic Tar Format"; the form before POSIX).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scalper::tar {

inline constexpr std::size_t kBlock = 512;

// A block whose checksum is right.
struct Header {
  std::string name;  // with the prefix of ustar
  std::string link;
  char kind = '0';  // typeflag; '\0' of old archives is '0'
  std::uint64_t size = 0;
};

enum class Fault : std::uint8_t {
  kChecksum,
  kSize,    // none, negative, or more than a file has
  kForm,    // of the checksum's field, or of the version
  kNumber,  // mode, owner, group, time or device is no number, or one that no reader takes
  kMark,    // readers differ in whether the name has a prefix
};

// `block` is of kBlock bytes, not all of them zero.
[[nodiscard]] std::optional<Fault> read_header(std::string_view block, Header& header);
[[nodiscard]] bool is_zero(std::string_view block);

// What extended headers say of the member behind them.
struct Extended {
  std::optional<std::string> path;
  std::optional<std::string> link;
  std::optional<std::uint64_t> size;
  bool sparse = false;       // the member is stored in pieces
  bool malformed = false;    // the records are none, or one that counts stands there twice
  std::string not_followed;  // a key that changes what a reader sees, and is not followed here; "" = none
};

// Adds the records of one extended header; `global`: one for all members that follow.
void read_records(std::string_view records, bool global, Extended& into);

}  // namespace scalper::tar
