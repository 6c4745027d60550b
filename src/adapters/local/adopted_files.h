#pragma once
// The files behind the versions of `input`: under a lease, or as copies that nobody else can reach.

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/local/adoption_ledger.h"
#include "adapters/local/folder_syncs.h"
#include "ports/clock.h"

namespace scalper {

// One file that is read, sealed and published. The bytes of `fd` cannot have changed since it was made while
// is_whole().
struct Hold {
  Hold(DataFolder& data, AdoptedVersion held) : folder(data), version(std::move(held)) {}
  // Answers 1, 0 (a sender wants to write, or it is gone), or minus errno.
  [[nodiscard]] int is_whole() const;
  [[nodiscard]] int dir() const { return in_staging ? folder.staging.get() : folder.in.get(); }
  [[nodiscard]] std::string from() const { return (in_staging ? "staging/" : "in/") + name; }
  [[nodiscard]] FolderSync& dir_sync() const { return in_staging ? folder.staging_sync : folder.in_sync; }
  void note_crc(std::uint64_t value);
  [[nodiscard]] std::optional<std::uint64_t> crc() const;

  DataFolder& folder;
  const AdoptedVersion version;
  Fd fd{};
  bool leased = false;               // else nobody else can reach the file
  bool in_staging = false;           // below .scalper/staging, else /in
  std::string name;                  // there
  FileStat stat;                     // of fd, when the lease or the copy was taken
  std::optional<FileStat> original;  // of in/<generation>, where fd is a copy of it
  std::atomic<bool> gone{false};     // published, given back or removed
  std::atomic<bool> synced{false};
  // The kernel tells of a failed write once and keeps the bytes as if they were written (fsync(2)): asking again says
  // nothing, so that the next try is on a copy.
  std::atomic<bool> sync_failed{false};
  std::atomic<bool> dropped{false};  // for that copy; who reads it still may end
  std::mutex mutex;                  // held by whoever publishes it, gives it back or removes it

 private:
  mutable std::mutex crc_mutex_;
  std::optional<std::uint64_t> crc_;
};

// Thread-safe.
class AdoptedFiles {
 public:
  AdoptedFiles(DataFolder& folder, AdoptionLedger& ledger, FolderSyncs& syncs, Clock& clock)
      : folder(folder), ledger(ledger), syncs(syncs), clock(clock) {}

  // The version, for all to see: its folders are synced where they were not. nullopt: there is none.
  [[nodiscard]] Result<std::optional<AdoptedVersion>> find(const std::string& generation);
  [[nodiscard]] Result<void> settle(const AdoptedVersion& version);

  // Makes the file safe to read: its lease as taken before, a new one, or a copy. kNotFound: the version is gone, or
  // goes now since somebody writes to it. kPermissionDenied: nobody lets us read it.
  [[nodiscard]] Result<std::shared_ptr<Hold>> hold(const AdoptedVersion& version);
  void keep(std::shared_ptr<Hold> hold);
  [[nodiscard]] std::vector<std::shared_ptr<Hold>> held();
  [[nodiscard]] std::shared_ptr<Hold> held(const std::string& generation);  // or null

  // Back to the inbox under its name, or to another generation where that is taken. kNotFound on success: what callers
  // answer. The hold's mutex is taken.
  [[nodiscard]] Error give_back(Hold& hold);
  [[nodiscard]] Error give_back_locked(Hold& hold);
  // Its two ways: to its name in the inbox, if that is free (else minus errno); to another generation, which the sweep
  // finds.
  [[nodiscard]] int return_to_inbox(const AdoptedVersion& version);
  [[nodiscard]] Result<void> rename_generation(const AdoptedVersion& version);
  // The file is published or removed: nothing is held, nothing is listed any more. Its mutex is held.
  void release(Hold& hold);
  // Of a version whose copy was published: the sender's file in .scalper/in goes, unless he wrote to it since; then it
  // is given back. False: it is there still. `ctime_ns`: of it when it was copied.
  [[nodiscard]] bool drop_original(const AdoptedVersion& version, std::int64_t ctime_ns);

  // Removes a version's file if that is still the recorded one; what else has its name is put aside.
  [[nodiscard]] Result<void> remove_recorded(const AdoptedVersion& version);
  // Not understood, or displaced: to .scalper/replaced, under `name` or one like it.
  [[nodiscard]] Result<void> put_aside(int dir, const std::string& name, const std::string& as);

  // Bytes of `from` to a new file. kPreconditionFailed: `from` changed meanwhile.
  [[nodiscard]] Result<Fd> copy_to_staging(const Fd& from, const FileStat& before, const std::string& name);
  // The upload staging/up.<generation>, or another file of the data folder, written and synced, becomes the version.
  [[nodiscard]] Result<void> adopt_staged(const AdoptedVersion& version);
  [[nodiscard]] Result<void> adopt_from(const Fd& dir, const std::string& name, const AdoptedVersion& version);

  DataFolder& folder;
  AdoptionLedger& ledger;
  FolderSyncs& syncs;
  Clock& clock;

 private:
  [[nodiscard]] Result<std::shared_ptr<Hold>> make_hold(const AdoptedVersion& version, bool as_copy);
  [[nodiscard]] Result<void> drop_unsynced(Hold& hold);
  [[nodiscard]] Result<std::shared_ptr<Hold>> hold_copy(const Hold& original);
  [[nodiscard]] std::mutex& making(const std::string& generation);

  std::array<std::mutex, 64> making_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Hold>> holds_;
  std::atomic<std::uint64_t> copies_{0};
};

// The folders above a path's last name.
struct Spot {
  Fd parent;  // not open: the root itself
  int dir = -1;
  std::string name;
};
// Without making anything. Minus errno on failure.
[[nodiscard]] int open_spot(Posix& posix, const Fd& root, const std::string& path, Spot& out);

}  // namespace scalper
