// What is matched, and what holds for every file of a feed.
#include <array>

#include "validate/contract/choices.h"
#include "validate/contract/grammar.h"

namespace scalper::grammar {
namespace {

using S = ContractSettings;
using V = Value;

constexpr auto kChecks = std::to_array<std::string_view>({"all", "type-only"});
constexpr auto kFrom = std::to_array<std::string_view>({"sidecar", "manifest", "metadata"});
constexpr auto kDigests = std::to_array<std::string_view>({"sha256", "crc64nvme", "crc32", "crc32c", "sha1", "md5"});

DigestKind digest_kind(std::string_view word) {
  if (word == "crc64nvme") return DigestKind::kCrc64Nvme;
  if (word == "crc32") return DigestKind::kCrc32;
  if (word == "crc32c") return DigestKind::kCrc32c;
  if (word == "sha1") return DigestKind::kSha1;
  return word == "md5" ? DigestKind::kMd5 : DigestKind::kSha256;
}

IntegrityFrom integrity_from(std::string_view word) {
  if (word == "sidecar") return IntegrityFrom::kSidecar;
  return word == "manifest" ? IntegrityFrom::kManifest : IntegrityFrom::kMetadata;
}

constexpr auto kKeys = std::to_array<Key>({
    {.path = "contract",
     .shape = Shape::kName,
     .least = 1,
     .most = kMostNameChars,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.name = v.text; },
     .meaning = "The contract's name: required, its own within the set, and not `builtin`."},
    {.path = "description",
     .shape = Shape::kSentence,
     .most = kKiB,
     .built = Built::kYes,
     .set = [](S& /*s*/, const V& /*v*/) {},
     .meaning = "For people: what the feed is, and whom to ask."},
    {.path = "match.prefix",
     .shape = Shape::kPrefix,
     .most = kKiB,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.match.prefix = v.text; },
     .meaning = "What the key begins with; nothing = every key."},
    {.path = "match.suffix",
     .shape = Shape::kSuffixes,
     .least = 1,
     .most = 64,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.match.suffix = v.texts; },
     .meaning = "What the key ends with, one of these; left out = anything."},
    {.path = "types",
     .shape = Shape::kMediaTypes,
     .least = 1,
     .most = 64,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.types = v.texts; },
     .meaning = "The media types that are allowed, as found in the content; left out = every known one."},
    {.path = "checks",
     .shape = Shape::kChoice,
     .choices = kChecks,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.checks = v.text == "all" ? Checks::kAll : Checks::kTypeOnly; },
     .meaning = "With `type-only`, a type that this version cannot look into passes if it is allowed."},
    {.path = "size.min",
     .shape = Shape::kSize,
     .most = kMostBytes,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.size.min = v.number; },
     .meaning = "Smaller files are invalid."},
    {.path = "size.max",
     .shape = Shape::kSize,
     .most = kMostBytes,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.size.max = v.number; },
     .meaning = "Larger files are invalid."},
    {.path = "integrity.require",
     .shape = Shape::kChoice,
     .choices = kDigests,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.integrity.require = digest_kind(v.text); },
     .meaning = "The checksum without which a file is unverifiable."},
    {.path = "integrity.from",
     .shape = Shape::kChoice,
     .choices = kFrom,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.integrity.from = integrity_from(v.text); },
     .meaning = "Where it comes from: a file beside it (`a.csv.sha256`), a list of its folder (`SHA256SUMS`), or the "
                "object's metadata."},
    {.path = "integrity.wait",
     .shape = Shape::kDuration,
     .most = 24 * kHour,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.integrity.wait = Millis{static_cast<std::int64_t>(v.number)}; },
     .meaning = "How long a file waits for its checksum file."},
});

}  // namespace

std::span<const Key> feed_keys() { return kKeys; }

}  // namespace scalper::grammar
