#pragma once
// Which names are those of checksum files, and which files they may speak of. Pure; keys are bytes, '/' between
// segments.
//
// A sidecar is the key of its file and the digest's name: "in/a.csv.sha256" of "in/a.csv". A manifest has one of the
// names SHA256SUMS, SHA1SUMS, MD5SUMS, CRC32SUMS, CRC32CSUMS, CRC64NVMESUMS (as coreutils users write them) or
// manifest-sha256.txt and the like (BagIt, RFC 8493), and speaks of files in its own folder and below, never elsewhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "validate/contract_settings.h"

namespace scalper {

struct CompanionKey {
  enum class Form : std::uint8_t { kSidecar, kManifest } form = Form::kSidecar;
  DigestKind kind = DigestKind::kSha256;
  std::string key;     // its own
  std::string folder;  // its own, with the trailing '/'; "" at the top
  std::string file;    // of a sidecar: the key of its file
  bool bagit = false;  // names are percent-encoded and stand behind any blanks

  friend bool operator==(const CompanionKey&, const CompanionKey&) = default;
};

// nullopt: no name of a checksum file. Whether it is one is for the contract of the files that it names to say.
[[nodiscard]] std::optional<CompanionKey> companion_key(std::string_view key);

// The sidecars that a file may have: of the required kind, else of every kind.
[[nodiscard]] std::vector<CompanionKey> sidecars_of(std::string_view key, std::optional<DigestKind> required);

// The manifests that may name it: in its folder, then in the folders around it, at most kManifestLevels in all and none
// above the folder of `top`, the prefix of its contract.
[[nodiscard]] std::vector<CompanionKey> manifests_of(std::string_view key, std::optional<DigestKind> required,
                                                     std::string_view top);
inline constexpr std::size_t kManifestLevels = 8;

// The key that a name in a companion stands for. kInvalidArgument says why it stands for none: empty, absolute, out of
// the companion's folder, the companion itself, or longer than the 1,024 bytes of an S3 key.
[[nodiscard]] Result<std::string> named_key(const CompanionKey& companion, std::string_view name);

}  // namespace scalper
