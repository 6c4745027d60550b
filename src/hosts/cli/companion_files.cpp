#include "hosts/cli/companion_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "base/escape.h"

namespace scalper::cli {
namespace {

constexpr std::size_t kChunk = std::size_t{64} * 1024;
constexpr std::size_t kNamedOrphans = 100;  // as many findings as a contract keeps by default

// nullopt: no regular file lies there, or nobody may read it. Links are not followed, as in folders.
std::optional<ReadCompanion> read_if_there(const std::string& root, const CompanionKey& key) {
  const int descriptor = ::open((root + key.key).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
  if (descriptor < 0) return std::nullopt;
  struct stat status {};
  const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  auto read = regular ? read_companion(descriptor, key) : Error(ErrorCode::kInvalidArgument, "no regular file");
  ::close(descriptor);
  return read.ok() ? std::optional(std::move(read).value()) : std::nullopt;
}

DeclaredDigest declared(const char* form, const std::string& companion, const ChecksumEntry& entry) {
  return {entry.kind, entry.hex, std::string(form) + " " + companion};
}

Finding told_of(const std::string& companion, Finding finding) {
  finding.message = "in " + escape_text(companion) + ": " + finding.message;
  finding.location = {};  // that of another file
  return finding;
}

bool lies_there(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

Finding orphan(const ChecksumEntry& entry) {
  Finding finding;
  finding.code = "checksum.orphan";
  finding.severity = Severity::kUnverifiable;
  finding.message = "the file that it names is not there: \"" + escape_text(entry.key) + "\"";
  finding.location.line = entry.line;
  return finding;
}

}  // namespace

LyingBeside CompanionFiles::of(const std::string& root, const std::string& key) {
  LyingBeside beside;
  for (const CompanionKey& sidecar : sidecars_of(key, std::nullopt)) {
    auto read = read_if_there(root, sidecar);
    if (!read) continue;
    for (const ChecksumEntry& entry : read->says.entries)
      beside.declared.push_back(declared("sidecar", sidecar.key, entry));
    for (const Finding& finding : read->says.findings) beside.findings.push_back(told_of(sidecar.key, finding));
  }
  std::string folder = key;
  for (std::size_t level = 0; level < kManifestLevels && !folder.empty(); ++level) {
    folder.erase(folder.find_last_of('/', folder.size() - 2) + 1);  // npos + 1 is 0
    const auto manifests = manifests_in(root, folder);
    for (const Manifest& manifest : *manifests) {
      const auto [first, last] = manifest.entries.equal_range(key);
      for (auto at = first; at != last; ++at) beside.declared.push_back(declared("manifest", manifest.key, at->second));
      if (manifest.key == key) continue;
      // Which files it means nobody knows then.
      for (const Finding& finding : manifest.findings) beside.findings.push_back(told_of(manifest.key, finding));
    }
  }
  return beside;
}

std::shared_ptr<const CompanionFiles::Manifests> CompanionFiles::manifests_in(const std::string& root,
                                                                              const std::string& folder) {
  const std::string path = root + folder;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = by_folder_.find(path); known != by_folder_.end()) return known->second;
  }
  auto manifests = std::make_shared<Manifests>();
  for (const CompanionKey& key : manifests_of(folder + "x", std::nullopt, folder)) {
    auto read = read_if_there(root, key);
    if (!read) continue;
    Manifest manifest{key.key, {}, std::move(read->says.findings)};
    for (ChecksumEntry& entry : read->says.entries) {
      std::string name = entry.key;
      manifest.entries.emplace(std::move(name), std::move(entry));
    }
    manifests->push_back(std::move(manifest));
  }
  const std::lock_guard lock(mutex_);
  return by_folder_.emplace(path, std::move(manifests)).first->second;
}

Result<ReadCompanion> read_companion(int descriptor, const CompanionKey& key) {
  CompanionReader reader(key);
  std::vector<std::byte> chunk(kChunk);
  for (;;) {
    const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(ErrorCode::kUnavailable, std::generic_category().message(errno));
    if (got == 0) return reader.finish();
    reader.feed(Bytes{chunk}.first(static_cast<std::size_t>(got)));
  }
}

Verdict judge_companion(const std::string& root, ReadCompanion read) {
  Verdict verdict = std::move(read.verdict);
  verdict.contract = builtin_contract()->stamp();
  for (const ChecksumEntry& entry : read.says.entries) {
    if (lies_there(root + entry.key)) continue;
    verdict.findings_total += 1;
    if (verdict.findings.size() < kNamedOrphans) verdict.findings.push_back(orphan(entry));
    verdict.kind = VerdictKind::kUnverifiable;
  }
  return verdict;
}

}  // namespace scalper::cli
