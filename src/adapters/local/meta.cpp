#include "adapters/local/meta.h"

#include <algorithm>

#include "adapters/local/generation.h"

namespace scalper {
namespace {

constexpr const char* kHeader = "scalper-meta";
constexpr const char* kVersion = "1";
constexpr std::size_t kFixed = 15;  // fields before the metadata

Fields fields_of_version(const PublishedVersion& version) {
  Fields fields{"version", version.generation, version.from, version.path};
  append_identity(fields, version.file);
  fields.push_back(std::to_string(version.size));
  fields.push_back(std::to_string(version.time.time_since_epoch().count()));
  fields.push_back(version.crc64nvme ? std::to_string(*version.crc64nvme) : "");
  append_identity(fields, version.displaced);
  fields.push_back(version.displaced_name);
  fields.push_back(version.content_type);
  fields.push_back(std::to_string(version.mtime_ns));
  fields.emplace_back("metadata");
  append_metadata(fields, version.metadata);
  return fields;
}

std::optional<PublishedVersion> version_of(const Fields& fields) {
  if (fields.size() < kFixed || fields[0] != "version" || !is_generation(fields[1])) return std::nullopt;
  const auto file = identity_at(fields, 4);
  const auto size = number_of(fields[6]);
  const auto time = signed_number_of(fields[7]);
  const auto crc = number_of(fields[8]);
  const auto displaced = identity_at(fields, 9);
  const auto mtime = signed_number_of(fields[13]);
  auto metadata = metadata_from(fields, kFixed);
  if (!mtime || !file || !size || !time || !displaced || !metadata || (!crc && !fields[8].empty())) return std::nullopt;
  PublishedVersion version;
  version.generation = fields[1];
  version.from = fields[2];
  version.path = fields[3];
  version.file = *file;
  version.size = *size;
  version.time = WallTime{Millis{*time}};
  version.crc64nvme = crc;
  version.displaced = *displaced;
  version.displaced_name = fields[11];
  version.content_type = fields[12];
  version.mtime_ns = *mtime;
  version.metadata = *std::move(metadata);
  return version;
}

Error damaged() { return {ErrorCode::kCorrupt, "a file in .scalper/meta is torn or damaged"}; }

}  // namespace

PublishedVersion* KeyVersions::find(std::string_view generation) {
  const auto at = std::ranges::find(versions, generation, &PublishedVersion::generation);
  return at == versions.end() ? nullptr : &*at;
}

void KeyVersions::erase(std::string_view generation) {
  std::erase_if(versions, [&](const PublishedVersion& version) { return version.generation == generation; });
}

std::string format_meta(const KeyVersions& known) {
  std::string text = line_of({kHeader, kVersion, known.key.value()});
  for (const PublishedVersion& version : known.versions) text += line_of(fields_of_version(version));
  return text + line_of({"end", std::to_string(known.versions.size())});
}

Result<KeyVersions> parse_meta(std::string_view text) {
  KeyVersions known;
  bool header = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const auto fields = end == std::string_view::npos ? std::nullopt : fields_of(text.substr(0, end));
    if (!fields || fields->size() < 2) return damaged();
    text.remove_prefix(end + 1);
    if (!header) {
      if (fields->size() != 3 || (*fields)[0] != kHeader) return damaged();
      if ((*fields)[1] != kVersion)
        return Error(ErrorCode::kUnsupported, "a file in .scalper/meta was written by a newer version of this program");
      known.key = ObjectKey{(*fields)[2]};
      header = true;
    } else if ((*fields)[0] == "end") {
      if (!text.empty() || (*fields)[1] != std::to_string(known.versions.size())) return damaged();
      return known;
    } else {
      auto version = version_of(*fields);
      if (!version) return damaged();
      known.versions.push_back(*std::move(version));
    }
  }
  return damaged();
}

}  // namespace scalper
