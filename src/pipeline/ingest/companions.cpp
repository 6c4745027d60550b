#include "pipeline/ingest/companions.h"

#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace scalper {
namespace {

struct MetadataName {
  const char* name;
  DigestKind kind;
};

constexpr std::array<MetadataName, 6> kMetadataNames = {{{"sha256", DigestKind::kSha256},
                                                         {"sha1", DigestKind::kSha1},
                                                         {"md5", DigestKind::kMd5},
                                                         {"crc32", DigestKind::kCrc32},
                                                         {"crc32c", DigestKind::kCrc32c},
                                                         {"crc64nvme", DigestKind::kCrc64Nvme}}};

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

Result<CompanionsFound> find_companions(Gate& /*gate*/, const CallContext& /*context*/, Claimed& /*claimed*/) {
  return CompanionsFound{};
}

std::vector<DeclaredDigest> declared_in_metadata(const Metadata& metadata) {
  std::vector<DeclaredDigest> declared;
  for (const MetadataName& known : kMetadataNames)
    if (const auto found = metadata.find(known.name); found != metadata.end())
      declared.push_back({known.kind, lower(found->second), "metadata"});
  return declared;
}

}  // namespace scalper
