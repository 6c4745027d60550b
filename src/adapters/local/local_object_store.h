#pragma once
// The object store on a data folder, three buckets on one file system: `input` = adopted and uploaded files on their
// way, `output` and `quarantine` = folders for people and programs. A version id is a generation, the same from inbox
// to output; the etag is the generation too, since the bytes of one never change. What consumers take is remembered by
// list_key_versions() alone, as long as local_prune.cpp says.
//
// Publishing is one rename of the very file that was read, under the lease that was taken before the first byte was
// read, or of a copy that nobody else can reach. So the answer's CRC64NVME is the one of the bytes as they were read
// for the verdict: verifying by reading them again would read the same pages of the same file. It is answered only if
// they were read whole, in this run, through open(), and nobody could write since; or if they were written by put() in
// this run, of which it is the checksum of what was written.
//
// Syncs a file from the inbox to output: its own, one (its bytes, in seal()); shared with all who are at work: twice
// the journal, and the folders of the inbox, of output and twice .scalper/in. An upload: one of its own as well.
// The records' own commits are not counted here.
//
// After a restart: what was begun is finished or undone by open(); seals of that run are held against the bytes by
// confirm(). Nothing is deleted that could be the last copy; what is not understood goes to .scalper/replaced.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "adapters/local/inbox.h"
#include "adapters/local/published_bucket.h"
#include "model/page_cursor.h"
#include "ports/object_store.h"

namespace scalper {

// What open() found and mended, for the log and `doctor`.
struct Recovered {
  std::uint64_t waiting = 0;        // versions of input that are there to go on with
  std::uint64_t published = 0;      // moves that had happened before the end of the last run
  std::uint64_t undone = 0;         // moves that had not
  std::uint64_t set_aside = 0;      // files that are in replaced/ now
  std::uint64_t damaged_lines = 0;  // of the journal
};

// What lies in .scalper/replaced.
struct SetAside {
  std::uint64_t removed = 0;     // by this call
  std::uint64_t superseded = 0;  // of ours, kept until their time
  std::uint64_t strangers = 0;   // not understood: a person's to look at, never removed
};

class LocalObjectStore final : public ObjectStore {
 public:
  // The folder and the clock outlive the store; one store a folder. kCorrupt, kUnsupported: the journal, see there.
  [[nodiscard]] static Result<std::unique_ptr<LocalObjectStore>> open(DataFolder& folder, Clock& clock);
  ~LocalObjectStore() override;
  LocalObjectStore(const LocalObjectStore&) = delete;
  LocalObjectStore& operator=(const LocalObjectStore&) = delete;

  // Whether the record of a file id is at rest, or there is none: whatever was published for it and taken since may be
  // forgotten then. False where it cannot be told. Without it all is remembered. Called from any thread that publishes;
  // set before the first of them is there.
  using AtRest = std::function<bool(const std::string& file_id)>;
  void forget_where(AtRest is_at_rest) { is_at_rest_ = std::move(is_at_rest); }

  // What is known of so many keys of each bucket is in memory and in the journal, and in no file of its own.
  void keep_recent(std::size_t keys) { recent_keys_ = keys; }
  // Brings what a start found in the journal down to that. Runs that end early write to no file what is not in the
  // journal of the next one as well: without this one it would grow with each of them. After forget_where(), before any
  // other thread is there; what cannot be written stays in the journal.
  void write_out_recovered();

  // Removes what a newer version displaced in output before `then` and nobody wrote to since, where the record of its
  // file is at rest or gone. What cannot be removed keeps the others from nothing; the first Error comes at the end.
  [[nodiscard]] Result<SetAside> empty_replaced(const CallContext& context, WallTime then);

  // Makes `name` in the open folder `dir` of the data folder, a file that nobody else can reach and whose bytes are
  // synced, a version of input: it is moved. `generation` from next_generation(); whoever moves it in again after a
  // crash has another one. kNotFound: there is no such file.
  [[nodiscard]] Result<ObjectInfo> take_in(const CallContext&, const Fd& dir, const std::string& name,
                                           const std::string& generation, const ObjectKey& key,
                                           const Metadata& metadata, const std::string& content_type);
  [[nodiscard]] std::string next_generation() { return ledger_.next_generation(clock_.wall_now()); }
  [[nodiscard]] Inbox& inbox() { return inbox_; }
  [[nodiscard]] const Recovered& recovered() const { return recovered_; }
  // Of uploads that are accepted and not published yet.
  [[nodiscard]] std::uint64_t staged_bytes() { return ledger_.staged_bytes(); }
  // See Journal: nothing can be acknowledged any more in this run.
  [[nodiscard]] bool is_broken() const { return journal_.is_broken(); }

  [[nodiscard]] StoreCapabilities capabilities() const override;
  [[nodiscard]] Result<void> check_bucket(const CallContext&, const BucketName& bucket) override;
  [[nodiscard]] Result<ObjectInfo> head(const CallContext&, const ObjectRef& ref) override;
  [[nodiscard]] Result<OpenedObject> open(const CallContext&, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override;
  [[nodiscard]] Result<Seal> seal(const CallContext&, const ObjectRef& ref) override;
  [[nodiscard]] Result<void> confirm(const CallContext&, const ObjectRef& ref, const Seal& seal,
                                     const std::string& sha256_hex) override;
  [[nodiscard]] Result<CopyAnswer> copy(const CallContext&, const CopyRequest& request) override;
  // Uploads live as long as the process: one of an earlier run is aborted.
  [[nodiscard]] Result<UploadId> begin_replace(const CallContext&, const CopyRequest& request) override;
  [[nodiscard]] Result<CopyAnswer> complete_replace(const CallContext&, const CopyRequest& request,
                                                    const UploadId& upload, const ETag& if_match) override;
  [[nodiscard]] Result<void> abort_replace(const CallContext&, const BucketName& bucket, const ObjectKey& key,
                                           const UploadId& upload) override;
  [[nodiscard]] Result<void> remove_version(const CallContext&, const ObjectRef& ref, const Seal& seal) override;
  [[nodiscard]] Result<VersionPage> list_versions(const CallContext&, const BucketName& bucket,
                                                  const std::string& prefix, std::size_t limit,
                                                  const std::string& cursor) override;
  [[nodiscard]] Result<VersionPage> list_key_versions(const CallContext&, const BucketName& bucket,
                                                      const ObjectKey& key, WallTime since, std::size_t limit,
                                                      const std::string& cursor) override;
  [[nodiscard]] Result<ObjectInfo> put(const CallContext&, const BucketName& bucket, const ObjectKey& key,
                                       ByteSource& body, const Metadata& metadata, const std::string& content_type,
                                       bool create_only) override;

 private:
  class Reader;
  struct Upload {
    Upload(BucketName to, ObjectKey as) : bucket(std::move(to)), key(std::move(as)) {}
    const BucketName bucket;
    const ObjectKey key;
    std::mutex mutex;  // held while it is completed
    bool over = false;
  };
  // A published file that is read for a review: how it was when it was opened, and what was read of it.
  struct Reviewed {
    FileStat stat;
    std::optional<std::uint64_t> crc64nvme;
    std::uint64_t number = 0;  // counts what was noted
  };
  struct Snapshot {  // of the keys of a bucket, while a listing goes on
    std::string prefix;
    std::set<std::string> keys;
  };
  struct Found {  // a published version and where its file is
    PublishedVersion version;
    PublishedBucket::Place place;
  };
  struct Target {  // where a publication goes
    std::string path;
    Spot spot;
    std::optional<FileStat> there;  // what has the name now
    std::string there_name;         // its generation, or stranger's id; empty: nothing
    std::string aside_name;         // what it is called in .scalper/replaced
  };
  struct Source;
  struct Publication;

  LocalObjectStore(DataFolder& folder, Clock& clock);
  [[nodiscard]] Result<void> recover();
  [[nodiscard]] Result<void> recover_version(const AdoptedVersion& version);
  [[nodiscard]] Result<bool> recover_offer(const AdoptedVersion& version);
  [[nodiscard]] Result<void> recover_review(const AdoptedVersion& version);
  [[nodiscard]] Result<bool> settle_exchange(PublishedBucket& bucket, const PublishedVersion& version);
  [[nodiscard]] Result<void> recover_other(const AdoptedVersion& version, int dir, const FileStat& st);
  void remove_origin(const AdoptedVersion& version);
  [[nodiscard]] Result<void> recover_leftovers();
  [[nodiscard]] Result<void> recover_staged(const std::string& name);
  [[nodiscard]] Result<void> finish_recovered(const AdoptedVersion& version);

  [[nodiscard]] Result<PublishedBucket*> published(const BucketName& bucket);
  [[nodiscard]] Result<void> check_known(const BucketName& bucket);
  [[nodiscard]] Result<AdoptedVersion> find_input(const ObjectRef& ref);
  [[nodiscard]] Result<Found> find_published(PublishedBucket& bucket, const ObjectRef& ref);
  // Of either kind; takes the key's lock.
  [[nodiscard]] Result<Found> find_at(PublishedBucket& bucket, const ObjectRef& ref);
  [[nodiscard]] Result<std::optional<Found>> find_stranger(PublishedBucket& bucket, const ObjectKey& key);

  [[nodiscard]] Result<Seal> seal_review(PublishedBucket& bucket, const ObjectRef& ref);
  [[nodiscard]] Result<void> confirm_review(const CallContext&, PublishedBucket& bucket, const ObjectRef& ref,
                                            const std::string& sha256_hex);
  void note_review(const std::string& generation, const Reviewed& reviewed);
  [[nodiscard]] std::optional<Reviewed> review_of(const std::string& generation);

  [[nodiscard]] Result<void> check_request(const CopyRequest& request);
  // The publication of a version that was begun at some target and is not known to have failed: it is undone.
  [[nodiscard]] Result<void> drop_offer(const AdoptedVersion& version);
  [[nodiscard]] Result<void> check_undisturbed(const Source& source);
  [[nodiscard]] Result<void> undo(Publication& publication, const Source& source);
  // Forgets what nobody needs; the key's lock is held.
  [[nodiscard]] Result<void> prune(PublishedBucket& bucket, KeyVersions& known);
  [[nodiscard]] Result<bool> is_needed(PublishedBucket& bucket, const PublishedVersion& version);
  [[nodiscard]] Result<void> forget_unneeded(PublishedBucket& bucket, KeyVersions& known, std::size_t newest);
  // What was stored long ago goes to its file; no key's lock is held.
  void write_out_old(PublishedBucket& bucket);
  // False: nothing is due, or it cannot be written and is put off.
  bool write_out_due(PublishedBucket& bucket);
  [[nodiscard]] Result<void> write_out(PublishedBucket& bucket, const ObjectKey& key);
  [[nodiscard]] Result<CopyAnswer> publish(Source& source, Publication& publication);
  [[nodiscard]] Result<std::optional<CopyAnswer>> publish_once(Source& source, Publication& publication);
  [[nodiscard]] Result<Target> choose_target(const Publication& publication);
  [[nodiscard]] PublishedVersion planned_version(const Source& source, const Publication& publication,
                                                 const Target& target);
  [[nodiscard]] Result<bool> move(const Source& source, Publication& publication, const Target& target,
                                  const PublishedVersion& version);
  [[nodiscard]] Result<AdoptedVersion> take_out(PublishedBucket& from, const ObjectKey& key, const Found& found);
  void put_back(PublishedBucket& from, const PublishedVersion& version, const AdoptedVersion& review,
                const std::optional<Reviewed>& reviewed);
  [[nodiscard]] Result<CopyAnswer> copy_locked(const CopyRequest& request, Publication& publication);
  [[nodiscard]] Result<CopyAnswer> copy_under_locks(const CopyRequest& request, Publication& publication);
  [[nodiscard]] Result<CopyAnswer> copy_to(const CopyRequest& request, const std::optional<ETag>& if_match);
  [[nodiscard]] Result<CopyAnswer> copy_review(PublishedBucket& from, const CopyRequest& request,
                                               Publication& publication);

  [[nodiscard]] Result<void> finish_published(const AdoptedVersion& version);
  [[nodiscard]] Result<void> remove_input(const ObjectRef& ref);
  [[nodiscard]] Result<void> remove_published(PublishedBucket& bucket, const ObjectRef& ref);
  [[nodiscard]] Result<ObjectInfo> put_input(const AdoptedVersion& version, bool create_only);
  [[nodiscard]] Result<ObjectInfo> put_published(const BucketName& bucket, const AdoptedVersion& version,
                                                 std::uint64_t crc, bool create_only);
  [[nodiscard]] Result<AdoptedVersion> stage(const CallContext&, ByteSource& body, std::uint64_t& crc);

  [[nodiscard]] Result<VersionPage> list_input(const std::string& prefix, std::size_t limit, const std::string& cursor);
  [[nodiscard]] Result<VersionPage> list_published(const CallContext&, PublishedBucket& bucket,
                                                   const std::string& prefix, std::size_t limit,
                                                   const std::string& cursor);
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>> snapshot(const CallContext&, PublishedBucket& bucket,
                                                                 const std::string& prefix, bool fresh);

  [[nodiscard]] Result<std::vector<ObjectInfo>> published_of_key(PublishedBucket& bucket, const ObjectKey& key);

  [[nodiscard]] ObjectInfo describe(const AdoptedVersion& version, bool latest) const;
  [[nodiscard]] ObjectInfo describe(const PublishedBucket& bucket, const ObjectKey& key, const Found& found) const;

  DataFolder& folder_;
  Clock& clock_;
  Posix& posix_;
  Generations generations_;
  Journal journal_;
  AdoptionLedger ledger_;
  FolderSyncs syncs_;
  AdoptedFiles files_;
  PublishedBucket output_;
  PublishedBucket quarantine_;
  Inbox inbox_;
  PageCursors cursors_;
  AtRest is_at_rest_;
  std::size_t recent_keys_ = 4096;  // less than a kilobyte each, mostly
  Recovered recovered_;

  std::mutex mutex_;
  std::map<UploadId, std::shared_ptr<Upload>> uploads_;
  std::map<std::string, Reviewed> reviewed_;
  std::uint64_t reviews_noted_ = 0;
  std::map<BucketName, std::shared_ptr<const Snapshot>> snapshots_;
  std::mutex input_create_;  // puts that want to be the first of their key
};

}  // namespace scalper
