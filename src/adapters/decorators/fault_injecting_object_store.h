#pragma once

#include "adapters/decorators/fault_plan.h"
#include "ports/object_store.h"

namespace scalper {

// Borrows both. As thread-safe as its plan.
class FaultInjectingObjectStore final : public ObjectStore {
 public:
  FaultInjectingObjectStore(ObjectStore& inner, FaultPlan& plan) : inner_(inner), plan_(plan) {}

  [[nodiscard]] StoreCapabilities capabilities() const override { return inner_.capabilities(); }
  [[nodiscard]] Result<void> check_bucket(const CallContext&, const BucketName& bucket) override;
  [[nodiscard]] Result<ObjectInfo> head(const CallContext&, const ObjectRef& ref) override;
  [[nodiscard]] Result<OpenedObject> open(const CallContext&, const ObjectRef& ref, const ETag& if_match,
                                          ByteRange range) override;
  [[nodiscard]] Result<Seal> seal(const CallContext&, const ObjectRef& ref) override;
  [[nodiscard]] Result<void> confirm(const CallContext&, const ObjectRef& ref, const Seal& seal,
                                     const std::string& sha256_hex) override;
  [[nodiscard]] Result<CopyAnswer> copy(const CallContext&, const CopyRequest& request) override;
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
  // The body is read during the call: an effect "later" happens at once here.
  [[nodiscard]] Result<ObjectInfo> put(const CallContext&, const BucketName& bucket, const ObjectKey& key,
                                       ByteSource& body, const Metadata& metadata, const std::string& content_type,
                                       bool create_only) override;

 private:
  ObjectStore& inner_;
  FaultPlan& plan_;
};

}  // namespace scalper
