#pragma once
// Contract sets in a folder that is ours:
//
//   sets/<digest>/...   the files of one set, never changed once they are there
//   current             the digest of the set in use, one line
//   new/                a set on its way in; what a crash left there is removed with the next publish

#include <memory>
#include <mutex>
#include <string>

#include "adapters/local/posix.h"
#include "ports/clock.h"
#include "ports/contract_source.h"

namespace scalper {

// Thread-safe. One process at a time writes there (the data folder's lock); what it publishes is on the disk when the
// call answers, and a set is there whole or not at all.
class FolderContractSource final : public ContractSource {
 public:
  // Takes `folder`, an open folder; `posix` and `clock` outlive it. kUnavailable and others where it cannot be used.
  [[nodiscard]] static Result<std::unique_ptr<FolderContractSource>> open(Posix& posix, Fd folder, Clock& clock);

  [[nodiscard]] Result<std::string> current_digest(const CallContext&) override;
  // kCorrupt: files that are larger than any set that was ever published.
  [[nodiscard]] Result<ContractSet> load(const CallContext&, const std::string& digest) override;
  // Also kInvalidArgument: a path that no file system takes (a name over 255 bytes, a file that another path needs as a
  // folder), more than 16 MiB in all.
  [[nodiscard]] Result<void> publish(const CallContext&, const ContractSet& set) override;

 private:
  FolderContractSource(Posix& posix, Fd folder, Fd sets, Clock& clock)
      : posix_(posix), folder_(std::move(folder)), sets_(std::move(sets)), clock_(clock) {}

  [[nodiscard]] Result<ContractSet> read_set(const std::string& digest);
  [[nodiscard]] Result<void> write_set(const ContractSet& set);
  [[nodiscard]] Result<void> point_at(const std::string& digest);

  Posix& posix_;
  const Fd folder_;
  const Fd sets_;
  Clock& clock_;
  std::mutex publishing_;
  std::mutex mutex_;
  std::string current_;  // empty: none, or not read yet
};

}  // namespace scalper
