#pragma once
// The versions of the bucket `input`: adopted and uploaded files that are not published yet, in memory and in the
// journal. Few: only what is on its way through the gate.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/local/generation.h"
#include "adapters/local/journal.h"
#include "ports/object_store.h"

namespace scalper {

struct AdoptedVersion {
  enum class Place : std::uint8_t {
    kIn,       // .scalper/in/<generation>: the sender's own file, others may know it
    kStaging,  // .scalper/staging/<generation>: written by us, nobody else can reach it
    kReview,   // no version of input: a quarantined file on its way out, in .scalper/staging/<was>
  };
  std::string generation;
  Place place = Place::kIn;
  BucketName bucket{"input"};  // kReview: the one it is on its way out of
  ObjectKey key;
  FileIdentity file;
  std::uint64_t size = 0;
  WallTime time{};  // of adoption: the sender's own time may be any
  std::string content_type;
  Metadata metadata;
  std::string was;  // kIn: the generation that it had before a sender wrote to it
  // Where it was copied from across file systems, so that a crash before that name is gone does not double it.
  FileIdentity origin;
  std::int64_t origin_ctime_ns = 0;

  // Where its publication was begun: bucket and key. Cleared once it is known to have failed.
  std::string offered_bucket;
  ObjectKey offered_key;
  std::int64_t offered_ctime_ns = 0;  // kIn, published as a copy: of the sender's file when it was copied

  bool published = false;  // a copy of it was; the sender's file could not be removed yet, and nobody sees it
  bool settled = false;    // its folders are synced; only then does anyone see it
  // kStaging, in the run that wrote and synced it: of what was written. Not in the journal.
  std::optional<std::uint64_t> crc64nvme;

  [[nodiscard]] bool is_offered() const { return !offered_bucket.empty(); }
};

// Thread-safe. The journal's append() is called without a lock.
class AdoptionLedger {
 public:
  AdoptionLedger(Journal& journal, Generations& generations) : journal_(journal), generations_(generations) {}

  [[nodiscard]] std::string next_generation(WallTime now) { return generations_.next(now); }

  // Durable when it answers; not settled. Before the file is at its place.
  [[nodiscard]] Result<void> intend(AdoptedVersion version);
  void settle(const std::string& generation);
  // Durable with what comes next: a start finds out again that the file is gone.
  void forget(const std::string& generation);
  // In memory; offer_line() goes to the journal together with what is offered.
  void note_offer(const AdoptedVersion& version);
  void hide(const std::string& generation);  // published = true
  void clear_offer(const std::string& generation);
  [[nodiscard]] static std::string offer_line(const AdoptedVersion& version);

  // Settled or not.
  [[nodiscard]] std::optional<AdoptedVersion> find(const std::string& generation);
  // The newest of a key.
  [[nodiscard]] std::optional<AdoptedVersion> current(const ObjectKey& key);
  // By key, then newest first, behind (key, generation); an empty generation = from the key on. Without reviews.
  [[nodiscard]] std::vector<AdoptedVersion> page(const std::string& prefix, const ObjectKey& key,
                                                 const std::string& generation, std::size_t limit);
  [[nodiscard]] std::vector<AdoptedVersion> of_key(const ObjectKey& key);
  [[nodiscard]] std::vector<AdoptedVersion> all();
  [[nodiscard]] std::size_t size();
  [[nodiscard]] std::uint64_t staged_bytes();  // of those of Place::kStaging

  // While the journal is replayed. True: it was one of its lines.
  bool replayed(const Fields& fields);
  // Lines for the journal's next segment.
  [[nodiscard]] std::string snapshot();

 private:
  struct NewestFirst {
    bool operator()(const std::string& a, const std::string& b) const { return a > b; }
  };
  void insert(AdoptedVersion version);
  void erase(const std::string& generation);

  Journal& journal_;
  Generations& generations_;
  std::mutex mutex_;
  std::map<std::string, AdoptedVersion> versions_;
  std::map<ObjectKey, std::map<std::string, const AdoptedVersion*, NewestFirst>> keys_;
  std::uint64_t staged_bytes_ = 0;
  std::string newest_;  // generation ever seen
};

}  // namespace scalper
