#pragma once
// The files that a checksum file names, as the gate sees them.

#include <memory>
#include <string>
#include <vector>

#include "pipeline/claimed.h"
#include "pipeline/ingest/companion_role.h"
#include "validate/integrity/checksum_file.h"

namespace scalper {

struct Named {
  std::string key;
  std::shared_ptr<const CompiledContract> contract;  // null: it does not ask for this companion
};

struct NamedFiles {
  // By a hash of their keys: in whatever order the files become final, a companion is told of O(log n) of n, and not of
  // each, since it always waits for one that is as good as drawn by lot.
  std::vector<Named> files;
  std::shared_ptr<const CompiledContract> contract;  // of one that asks; null: none does
  Millis wait{0};                                    // the longest
};

[[nodiscard]] NamedFiles named_files(const ContractIndex& contracts, const CompanionKey& key, const ChecksumFile& says);

// Those that are there already and wait are told to look again. One without a record has its own event on the way.
[[nodiscard]] Result<void> wake_waiting(Gate& gate, const CallContext& context, const CompanionKey& key,
                                        const NamedFiles& named);

// What one named file still wants of the companion.
struct Need {
  bool used = false;
  bool in_output = false;
  bool waits = false;
};

// `late`: the wait is over, so the file counts only if it is there and not final. In a review nothing is waited for.
[[nodiscard]] Result<Need> need_of(Gate& gate, const CallContext& context, const FileRecord& companion,
                                   const std::string& sha256, const std::string& key, bool late);

// Queues the file of a record that is not final.
[[nodiscard]] Result<void> queue_file(Gate& gate, const CallContext& context, const FileRecord& record, Millis delay);

}  // namespace scalper
