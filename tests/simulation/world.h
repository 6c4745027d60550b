#pragma once
// One simulated history: senders, consumers, an operator and several workers on one gate, with everything that can go
// wrong drawn from a seed.

#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "simulation/baton.h"
#include "simulation/cells.h"
#include "support/memory_gate.h"

namespace scalper {

struct WorldOptions {
  std::uint64_t seed = 1;
  int workers = 3;
  int uploads = 5;
  int steps = 480;          // port calls under faults, before the calm
  int fault_percent = 4;    // of calls
  bool local_form = false;  // copy() moves the bytes
  bool publish_exact = false;
  bool create_only_copy = true;  // false: every copy is a fenced one
  bool has_older_files = false;  // some input is older than the gate, and backfill's affair
  std::uint32_t attempts_before_failed = 8;
  bool sidecars = false;  // files below "b/" require one
};

struct Accepted {
  ObjectEvent event;
  FileId id = {};  // of the event
  std::string bytes;
  bool good = false;   // may be in output; a file that requires a sidecar also needs one that states its bytes
  bool ended = false;  // by its sender, its consumer or an operator: nobody promises its bytes any more
};

// "<bucket>/<key>"
[[nodiscard]] inline std::string describe(const BucketName& bucket, const ObjectKey& key) {
  return bucket.value() + "/" + key.value();
}

class World {
 public:
  explicit World(const WorldOptions& options);

  // The whole history. Empty, or the first invariant that did not hold.
  [[nodiscard]] std::string run();

  [[nodiscard]] const CellCounts& cells() const { return cells_; }
  // Files that were decided with a sidecar, and sidecars that ended as `companion`.
  [[nodiscard]] int files_with_companions() const { return files_with_companions_; }
  [[nodiscard]] int companions() const { return companions_; }

 private:
  friend class WorldPlan;
  class Crash {};  // no std::exception: nothing below the host may swallow it

  // Called by a worker's plan around every port call.
  Fault draw_fault(const PortCall& call);
  [[nodiscard]] int fault_percent_of(const PortCall& call) const;
  void pass(int step);
  void note_delay(const PortCall& call, Millis taken);
  void note_change();
  void trace(const PortCall& call, const Fault& fault) const;
  void trace(const std::string& what) const;
  void keep_for_later(std::function<void()> effect);

  void worker_body(int number);
  void one_operation(Gate& gate, const CallContext& context);
  void operator_acts(Gate& gate, const CallContext& context);
  void environment_acts();
  void sender_uploads();
  void sender_uploads_sidecar(const std::string& key, const std::string& bytes);
  void accept(Accepted file);
  void sender_withdraws();
  void sender_lifts_marker();
  void consumer_takes();
  void stranger_writes();
  void retention_takes();
  [[nodiscard]] ContractSet plain_contracts() const;
  void contracts_change();
  void pause_changes();
  void writer_comes_after_the_crash();
  void repeat_event();
  void time_passes();
  void land_late_effect();
  void calm_down();
  void come_to_rest();

  // Invariants; each writes the first failure.
  void check_always();
  void check_at_rest();
  // Without an operator who redrives dead letters only that may stay which its sender took away while it was in work.
  void check_needs_operator();
  [[nodiscard]] bool may_pass(const Accepted& file) const;
  void check_companion(const Accepted& file, const FileRecord& record);
  [[nodiscard]] bool has_copy(const Accepted& accepted);
  // All versions in output and quarantine with their metadata; read again only after a change.
  const std::vector<ObjectInfo>& targets();
  void see_versions();
  void check_final(const Accepted& file, const FileRecord& record, const std::string& state);
  void check_audit();
  void check_newest_stays();
  void check_output_is_judged();
  void check_no_duplicates();
  [[nodiscard]] bool was_moved_on(const std::string& published);  // "<id>.<epoch>": a review began after that epoch
  [[nodiscard]] bool is_at_rest();
  void fail(const std::string& what);

  [[nodiscard]] std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  [[nodiscard]] bool chance(int percent) { return static_cast<int>(draw(100)) < percent; }

  WorldOptions options_;
  std::mt19937_64 random_;
  MemoryGate base_;
  Baton baton_;
  std::vector<Accepted> accepted_;
  std::vector<std::function<void()>> late_;
  std::vector<ObjectRef> markers_;
  std::map<std::string, ObjectInfo> current_out_;  // by key, as last seen
  std::set<std::string> emptied_;                  // "<bucket>/<key>" that somebody has emptied
  std::set<std::string> taken_etags_;              // "<key> <etag>" of versions that a consumer took
  // "<id>.<epoch>" -> places that it ever was at
  std::map<std::string, std::vector<ObjectRef>> published_;
  std::set<std::string> seen_versions_;
  bool had_late_copy_ = false;
  bool had_silent_end_ = false;  // something that may leave a claim behind without a word
  int taken_steps_ = 0;
  int at_step_ = 0;  // of the protocol: where the running worker stands
  int uploads_left_ = 0;
  int strangers_left_ = 1;
  std::set<std::pair<std::string, std::string>> sidecars_sent_;  // key and bytes, whatever became of them
  int files_with_companions_ = 0;
  int companions_ = 0;
  bool calm_ = false;
  CellCounts cells_;
  std::uint64_t seen_changes_ = 0;              // of objects and records, at the last look
  std::uint64_t seen_in_targets_ = UINT64_MAX;  // of objects, when `targets_` was read
  std::vector<ObjectInfo> targets_;
  std::string failure_;
};

}  // namespace scalper
