#pragma once
// Checksum files that lie beside the files that are checked: sidecars, and manifests of the file's folder and, below a
// folder that was named, of the folders around it. All that lie there are used, whatever the contract asks for.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "validate/integrity/companion_reader.h"
#include "validate/validator.h"

namespace scalper::cli {

struct LyingBeside {
  std::vector<DeclaredDigest> declared;
  std::vector<Finding> findings;  // a checksum file of it, or of all in its folder, that cannot be read
};

// Thread-safe: reads each manifest once for all files.
class CompanionFiles {
 public:
  // `key` is the file's path below the folder `root` ("" or ending in '/'); nothing above `root` is looked at.
  [[nodiscard]] LyingBeside of(const std::string& root, const std::string& key);

 private:
  struct Manifest {
    std::string key;
    std::multimap<std::string, ChecksumEntry> entries;  // by the key of their file
    std::vector<Finding> findings;                      // why it cannot be read: then it has no entries
  };
  using Manifests = std::vector<Manifest>;

  [[nodiscard]] std::shared_ptr<const Manifests> manifests_in(const std::string& root, const std::string& folder);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Manifests>> by_folder_;
};

// Reads the whole of a checksum file from an open descriptor; kUnavailable and the like where that fails.
[[nodiscard]] Result<ReadCompanion> read_companion(int descriptor, const CompanionKey& key);

// The verdict on a checksum file itself: well-formed, and the files that it names lie below `root`. A name without file
// is `checksum.orphan`.
[[nodiscard]] Verdict judge_companion(const std::string& root, ReadCompanion read);

}  // namespace scalper::cli
