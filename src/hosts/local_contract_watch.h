#pragma once
// A folder of contracts that people edit: what is sound in it becomes the current set without a restart.

#include <functional>
#include <mutex>
#include <string>

#include "hosts/local_contract_files.h"
#include "ports/contract_source.h"
#include "ports/record_store.h"
#include "ports/telemetry.h"

namespace scalper {

// The folder speaks when it changes: a set that was published another way since stays until then, also over a restart.
// Broken contracts, a folder that is gone, or one without contracts where there were any, change nothing: the set
// before stays, the log says why, and so does complaint(). Belongs to one thread but for complaint().
class ContractWatch {
 public:
  // All of it outlives the watch.
  ContractWatch(std::string folder, ContractSource& source, RecordStore& records, Telemetry& telemetry)
      : folder_(std::move(folder)), source_(source), records_(records), telemetry_(telemetry) {}

  // The look at the start. kInvalidArgument: there is no set from before and what the folder holds is refused; the
  // message is that of lint. A folder that is not there is the empty set, unless there ever was another.
  [[nodiscard]] Result<void> begin(const CallContext& context);
  // About once a second. A change counts once two looks have seen it alike, so that a half-copied set is not taken; of
  // a folder that never rests complaint() tells.
  void look(const CallContext& context);
  // Why what the folder holds is not in use; empty if it is. Thread-safe.
  [[nodiscard]] std::string complaint() const;

 private:
  [[nodiscard]] Result<void> take(const CallContext& context);
  [[nodiscard]] Result<void> use(const CallContext& context, const std::vector<ContractText>& texts);
  [[nodiscard]] Result<bool> there_were_any(const CallContext& context);
  [[nodiscard]] Result<void> publish(const CallContext& context, std::vector<ContractFile> files);
  void complain(const std::string& why);

  const std::string folder_;
  ContractSource& source_;
  RecordStore& records_;
  Telemetry& telemetry_;
  std::string seen_;   // at the last look
  std::string taken_;  // what was judged last, sound or not
  int restless_ = 0;   // looks in a row that saw a change
  mutable std::mutex mutex_;
  std::string complaint_;
};

}  // namespace scalper
