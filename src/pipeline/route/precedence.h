#pragma once
// Which of two files of one key is newer. One comparator per key, decided once and kept in its marker `out#<key>`.

#include <optional>
#include <string>

#include "pipeline/gate.h"

namespace scalper {

struct Standing {
  std::string sequencer;
  WallTime time{};
};

// What the marker of an output key says. Sequencers decide only where the first two files that meet both have one: a
// file that the sweep found has none, and would else seem older than all. A hint: it may lag behind the store.
struct OutMarker {
  enum class Comparator : std::uint8_t { kTime, kSequencer } comparator = Comparator::kTime;
  Standing newest;
  std::string file_id;         // whose replacement was begun last
  UploadId upload_id;          // its fence
  std::uint64_t revision = 0;  // of the stored marker, 0 = none
};

[[nodiscard]] std::string out_marker_name(const ObjectKey& key);
[[nodiscard]] std::string format_out_marker(const OutMarker& marker);
// kCorrupt if it was not written by format_out_marker.
[[nodiscard]] Result<OutMarker> parse_out_marker(const std::string& value);

[[nodiscard]] Standing standing_of(const FileRecord& record);
// From the metadata that targets carry; nullopt if it is none of ours.
[[nodiscard]] std::optional<Standing> standing_of(const ObjectInfo& info);

// Strictly newer. A tie, and a sequencer missing on either side where sequencers decide, are not. S3 sequencers are
// compared after right-padding the shorter one with zeros ("Event message structure", S3 User Guide).
[[nodiscard]] bool is_newer(OutMarker::Comparator comparator, const Standing& a, const Standing& b);

}  // namespace scalper
