#include "pipeline/route/precedence.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace scalper {
namespace {

constexpr std::size_t kFields = 5;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> fields;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = text.find('\t', begin);
    fields.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return fields;
    begin = end + 1;
  }
}

bool sequencer_less(std::string a, std::string b) {
  const std::size_t width = std::max(a.size(), b.size());
  a.resize(width, '0');
  b.resize(width, '0');
  return a < b;
}

}  // namespace

std::string out_marker_name(const ObjectKey& key) { return "out#" + key.value(); }

std::string format_out_marker(const OutMarker& marker) {
  const bool by_sequencer = marker.comparator == OutMarker::Comparator::kSequencer;
  return std::string(by_sequencer ? "sequencer" : "time") + "\t" + marker.newest.sequencer + "\t" +
         std::to_string(marker.newest.time.time_since_epoch().count()) + "\t" + marker.file_id + "\t" +
         marker.upload_id.value();
}

Result<OutMarker> parse_out_marker(const std::string& value) {
  const std::vector<std::string> fields = split(value);
  OutMarker marker;
  std::int64_t millis = 0;
  const bool shape = fields.size() == kFields && (fields[0] == "sequencer" || fields[0] == "time");
  if (!shape || std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), millis).ec != std::errc{})
    return Error(ErrorCode::kCorrupt, "an out# marker was not written by us");
  if (fields[0] == "sequencer") marker.comparator = OutMarker::Comparator::kSequencer;
  marker.newest = {fields[1], WallTime{Millis{millis}}};
  marker.file_id = fields[3];
  marker.upload_id = UploadId{fields[4]};
  return marker;
}

Standing standing_of(const FileRecord& record) { return {record.sequencer, record.source_time}; }

std::optional<Standing> standing_of(const ObjectInfo& info) {
  if (!info.metadata.contains(kMetaId)) return std::nullopt;
  Standing standing;
  if (const auto sequence = info.metadata.find(kMetaSequence); sequence != info.metadata.end())
    standing.sequencer = sequence->second;
  if (const auto time = info.metadata.find(kMetaTime); time != info.metadata.end())
    standing.time = parse_rfc3339(time->second).value_or(WallTime{});
  return standing;
}

bool is_newer(OutMarker::Comparator comparator, const Standing& a, const Standing& b) {
  if (comparator == OutMarker::Comparator::kTime) return a.time > b.time;
  if (a.sequencer.empty() || b.sequencer.empty()) return false;
  return sequencer_less(b.sequencer, a.sequencer);
}

}  // namespace scalper
