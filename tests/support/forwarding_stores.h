#pragma once
// Ports that hand every call on, for tests that change one of them; and some that do.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "pipeline/gate.h"
#include "ports/may_begin.h"
#include "ports/object_store.h"
#include "ports/record_store.h"
#include "support/fake_clock.h"

namespace scalper {

class ForwardingObjectStore : public ObjectStore {
 public:
  explicit ForwardingObjectStore(ObjectStore& inner) : inner_(inner) {}

  [[nodiscard]] StoreCapabilities capabilities() const override { return inner_.capabilities(); }
  [[nodiscard]] Result<void> check_bucket(const CallContext& context, const BucketName& bucket) override {
    return inner_.check_bucket(context, bucket);
  }
  [[nodiscard]] Result<ObjectInfo> head(const CallContext& context, const ObjectRef& ref) override {
    return inner_.head(context, ref);
  }
  [[nodiscard]] Result<OpenedObject> open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override {
    return inner_.open(context, ref, if_match, range);
  }
  [[nodiscard]] Result<Seal> seal(const CallContext& context, const ObjectRef& ref) override {
    return inner_.seal(context, ref);
  }
  [[nodiscard]] Result<void> confirm(const CallContext& context, const ObjectRef& ref, const Seal& seal,
                                     const std::string& sha256_hex) override {
    return inner_.confirm(context, ref, seal, sha256_hex);
  }
  [[nodiscard]] Result<CopyAnswer> copy(const CallContext& context, const CopyRequest& request) override {
    return inner_.copy(context, request);
  }
  [[nodiscard]] Result<UploadId> begin_replace(const CallContext& context, const CopyRequest& request) override {
    return inner_.begin_replace(context, request);
  }
  [[nodiscard]] Result<CopyAnswer> complete_replace(const CallContext& context, const CopyRequest& request,
                                                    const UploadId& upload, const ETag& if_match) override {
    return inner_.complete_replace(context, request, upload, if_match);
  }
  [[nodiscard]] Result<void> abort_replace(const CallContext& context, const BucketName& bucket, const ObjectKey& key,
                                           const UploadId& upload) override {
    return inner_.abort_replace(context, bucket, key, upload);
  }
  [[nodiscard]] Result<void> remove_version(const CallContext& context, const ObjectRef& ref,
                                            const Seal& seal) override {
    return inner_.remove_version(context, ref, seal);
  }
  [[nodiscard]] Result<VersionPage> list_versions(const CallContext& context, const BucketName& bucket,
                                                  const std::string& prefix, std::size_t limit,
                                                  const std::string& cursor) override {
    return inner_.list_versions(context, bucket, prefix, limit, cursor);
  }
  [[nodiscard]] Result<VersionPage> list_key_versions(const CallContext& context, const BucketName& bucket,
                                                      const ObjectKey& key, WallTime since, std::size_t limit,
                                                      const std::string& cursor) override {
    return inner_.list_key_versions(context, bucket, key, since, limit, cursor);
  }
  [[nodiscard]] Result<ObjectInfo> put(const CallContext& context, const BucketName& bucket, const ObjectKey& key,
                                       ByteSource& body, const Metadata& metadata, const std::string& content_type,
                                       bool create_only) override {
    return inner_.put(context, bucket, key, body, metadata, content_type, create_only);
  }

 private:
  ObjectStore& inner_;
};

class ForwardingRecordStore : public RecordStore {
 public:
  explicit ForwardingRecordStore(RecordStore& inner) : inner_(inner) {}

  [[nodiscard]] Result<std::optional<FileRecord>> get(const CallContext& context, const FileId& id) override {
    return inner_.get(context, id);
  }
  [[nodiscard]] Result<void> put(const CallContext& context, const FileRecord& record,
                                 const WriteGuard& guard) override {
    return inner_.put(context, record, guard);
  }
  [[nodiscard]] Result<void> renew_lease(const CallContext& context, const FileId& id, const OwnerToken& owner,
                                         WallTime until) override {
    return inner_.renew_lease(context, id, owner, until);
  }
  [[nodiscard]] Result<RecordPage> list(const CallContext& context, const RecordQuery& query) override {
    return inner_.list(context, query);
  }
  [[nodiscard]] Result<void> remove(const CallContext& context, const FileId& id, const WriteGuard& guard) override {
    return inner_.remove(context, id, guard);
  }
  [[nodiscard]] Result<std::optional<Marker>> get_marker(const CallContext& context, const std::string& name) override {
    return inner_.get_marker(context, name);
  }
  [[nodiscard]] Result<void> put_marker(const CallContext& context, const std::string& name, const std::string& value,
                                        std::uint64_t expected) override {
    return inner_.put_marker(context, name, value, expected);
  }

 private:
  RecordStore& inner_;
};

// The same gate over other stores.
[[nodiscard]] inline Gate gate_over(const Gate& gate, ObjectStore& objects, RecordStore& records) {
  return Gate{.objects = objects,
              .records = records,
              .queue = gate.queue,
              .contracts = gate.contracts,
              .pause = gate.pause,
              .notices = gate.notices,
              .telemetry = gate.telemetry,
              .clock = gate.clock,
              .new_owner = gate.new_owner,
              .random = gate.random,
              .settings = gate.settings};
}

// Nothing can be read.
class DeafReads final : public ForwardingObjectStore {
 public:
  using ForwardingObjectStore::ForwardingObjectStore;
  [[nodiscard]] Result<OpenedObject> open(const CallContext&, const ObjectRef&, const ETag&, ByteRange) override {
    return Error(ErrorCode::kUnavailable, "deaf");
  }
};

// Reading one key throws what a library might.
class ThrowingReads final : public ForwardingObjectStore {
 public:
  ThrowingReads(ObjectStore& inner, std::string key) : ForwardingObjectStore(inner), key_(std::move(key)) {}
  [[nodiscard]] Result<OpenedObject> open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override {
    if (ref.key.value() == key_) throw std::runtime_error("a library's own");
    return ForwardingObjectStore::open(context, ref, if_match, range);
  }

 private:
  std::string key_;
};

// Reading one key lasts until the caller is told to stop.
class EndlessReads final : public ForwardingObjectStore {
 public:
  EndlessReads(ObjectStore& inner, std::string key) : ForwardingObjectStore(inner), key_(std::move(key)) {}
  [[nodiscard]] Result<OpenedObject> open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override {
    auto opened = ForwardingObjectStore::open(context, ref, if_match, range);
    if (opened.ok() && ref.key.value() == key_) opened->body = std::make_unique<UntilStopped>();
    return opened;
  }

 private:
  class UntilStopped final : public ByteSource {
   public:
    [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes) override {
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      never.wait(lock, context.stop, [] { return false; });
      return Error(ErrorCode::kCancelled, "told to stop");
    }
  };
  std::string key_;
};

// Blocks every file that is opened until the invocation's time is up.
class HeldReads final : public ForwardingObjectStore {
 public:
  using ForwardingObjectStore::ForwardingObjectStore;
  [[nodiscard]] Result<OpenedObject> open(const CallContext& context, const ObjectRef&, const ETag&,
                                          ByteRange) override {
    ++opened;
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait(lock, context.stop, [] { return false; });
    return Error(ErrorCode::kCancelled, "told to stop");
  }
  std::atomic<int> opened{0};
};

// The first piece of a file takes that long.
class SlowReads final : public ForwardingObjectStore {
 public:
  SlowReads(ObjectStore& inner, FakeClock& clock, Millis time)
      : ForwardingObjectStore(inner), clock_(clock), time_(time) {}
  [[nodiscard]] Result<OpenedObject> open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override {
    auto opened = ForwardingObjectStore::open(context, ref, if_match, range);
    if (opened.ok()) opened->body = std::make_unique<Slow>(std::move(opened->body), clock_, time_);
    return opened;
  }

 private:
  class Slow final : public ByteSource {
   public:
    Slow(std::unique_ptr<ByteSource> inner, FakeClock& clock, Millis time)
        : inner_(std::move(inner)), clock_(clock), time_(time) {}
    [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
      if (!std::exchange(begun_, true)) clock_.advance(time_);
      return inner_->read(context, into);
    }

   private:
    std::unique_ptr<ByteSource> inner_;
    FakeClock& clock_;
    const Millis time_;
    bool begun_ = false;
  };
  FakeClock& clock_;
  const Millis time_;
};

// Keeps no full-object checksum, as some stores that speak S3; and may hold other bytes in a bucket than were written.
class NoChecksums final : public ForwardingObjectStore {
 public:
  using ForwardingObjectStore::ForwardingObjectStore;
  [[nodiscard]] Result<ObjectInfo> head(const CallContext& context, const ObjectRef& ref) override {
    auto info = ForwardingObjectStore::head(context, ref);
    if (info.ok()) info->crc64nvme.reset();
    return info;
  }
  [[nodiscard]] Result<OpenedObject> open(const CallContext& context, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override {
    auto opened = ForwardingObjectStore::open(context, ref, if_match, range);
    if (!opened.ok()) return opened;
    opened->info.crc64nvme.reset();
    if (ref.bucket == watched) ++reads;
    if (ref.bucket == watched && during_read)
      opened->body = std::make_unique<Told>(std::move(opened->body), during_read);
    if (ref.bucket == watched && flips) opened->body = std::make_unique<Flipped>(std::move(opened->body));
    return opened;
  }
  [[nodiscard]] Result<CopyAnswer> copy(const CallContext& context, const CopyRequest& request) override {
    auto answer = ForwardingObjectStore::copy(context, request);
    if (answer.ok()) answer->crc64nvme.reset();
    return answer;
  }
  [[nodiscard]] Result<CopyAnswer> complete_replace(const CallContext& context, const CopyRequest& request,
                                                    const UploadId& upload, const ETag& if_match) override {
    auto answer = ForwardingObjectStore::complete_replace(context, request, upload, if_match);
    if (answer.ok()) answer->crc64nvme.reset();
    return answer;
  }

  BucketName watched{"output"};
  bool flips = false;
  int reads = 0;
  std::function<void()> during_read;  // before every piece of it

 private:
  class Told final : public ByteSource {
   public:
    Told(std::unique_ptr<ByteSource> inner, std::function<void()> told)
        : inner_(std::move(inner)), told_(std::move(told)) {}
    [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
      told_();
      return inner_->read(context, into);
    }

   private:
    std::unique_ptr<ByteSource> inner_;
    std::function<void()> told_;
  };
  class Flipped final : public ByteSource {
   public:
    explicit Flipped(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}
    [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
      auto got = inner_->read(context, into);
      if (got.ok() && *got > 0) into[0] ^= std::byte{1};
      return got;
    }

   private:
    std::unique_ptr<ByteSource> inner_;
  };
};

// Like an adapter over a network: does nothing for a caller that was told to stop.
class StrictRecords final : public ForwardingRecordStore {
 public:
  StrictRecords(RecordStore& inner, Clock& clock) : ForwardingRecordStore(inner), clock_(clock) {}
  [[nodiscard]] Result<void> put(const CallContext& context, const FileRecord& record,
                                 const WriteGuard& guard) override {
    SCALPER_TRY(may_begin(context, clock_));
    return ForwardingRecordStore::put(context, record, guard);
  }

 private:
  Clock& clock_;
};

}  // namespace scalper
