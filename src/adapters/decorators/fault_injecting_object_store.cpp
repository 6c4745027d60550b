#include "adapters/decorators/fault_injecting_object_store.h"

#include <utility>

namespace scalper {
namespace {

PortCall asking(const CallContext& context, const char* name) { return {"objects", name, context.step, false, false}; }
PortCall changing(const CallContext& context, const char* name) { return {"objects", name, context.step, true, false}; }

// Bytes that may end early or lose a bit on their way.
class FaultySource final : public ByteSource {
 public:
  FaultySource(std::unique_ptr<ByteSource> inner, FaultPlan& plan) : inner_(std::move(inner)), plan_(plan) {}

  Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    if (plan_.is_dead()) return Error(ErrorCode::kCancelled, "the process has ended");
    if (ended_) return std::size_t{0};
    const PortCall call{"objects", "read", context.step, false, true};
    const Fault fault = plan_.before(call);
    switch (fault.kind) {
      case Fault::Kind::kNone: break;
      case Fault::Kind::kShortRead: ended_ = true; return std::size_t{0};
      case Fault::Kind::kFlipBit: return flipped(context, into);
      case Fault::Kind::kCrashBefore:
      case Fault::Kind::kCrashAfter: plan_.crash(); break;
      default: return Error(fault.code, "injected in read");
    }
    auto got = inner_->read(context, into);
    plan_.after(call);
    return got;
  }

 private:
  Result<std::size_t> flipped(const CallContext& context, MutableBytes into) {
    auto got = inner_->read(context, into);
    if (got.ok() && *got > 0) into[*got / 2] ^= std::byte{0x10};
    return got;
  }

  std::unique_ptr<ByteSource> inner_;
  FaultPlan& plan_;
  bool ended_ = false;
};

// What is applied later outlives its caller, and all that its caller keeps.
CopyRequest lone(CopyRequest request) {
  request.meanwhile = nullptr;
  return request;
}

}  // namespace

Result<void> FaultInjectingObjectStore::check_bucket(const CallContext& context, const BucketName& bucket) {
  return call_under(plan_, asking(context, "check_bucket"),
                    [=, &inner = inner_] { return inner.check_bucket(context, bucket); });
}

Result<ObjectInfo> FaultInjectingObjectStore::head(const CallContext& context, const ObjectRef& ref) {
  return call_under(plan_, asking(context, "head"), [=, &inner = inner_] { return inner.head(context, ref); });
}

Result<OpenedObject> FaultInjectingObjectStore::open(const CallContext& context, const ObjectRef& ref,
                                                     const ETag& if_match, ByteRange range) {
  auto opened = call_under(plan_, asking(context, "open"),
                           [=, &inner = inner_] { return inner.open(context, ref, if_match, range); });
  if (opened.ok()) opened->body = std::make_unique<FaultySource>(std::move(opened->body), plan_);
  return opened;
}

Result<Seal> FaultInjectingObjectStore::seal(const CallContext& context, const ObjectRef& ref) {
  return call_under(plan_, changing(context, "seal"), [=, &inner = inner_] { return inner.seal(context, ref); });
}

Result<void> FaultInjectingObjectStore::confirm(const CallContext& context, const ObjectRef& ref, const Seal& seal,
                                                const std::string& sha256_hex) {
  return call_under(plan_, asking(context, "confirm"),
                    [=, &inner = inner_] { return inner.confirm(context, ref, seal, sha256_hex); });
}

Result<CopyAnswer> FaultInjectingObjectStore::copy(const CallContext& context, const CopyRequest& request) {
  return call_under(plan_, changing(context, "copy"),
                    [=, request = lone(request), &inner = inner_] { return inner.copy(context, request); });
}

Result<UploadId> FaultInjectingObjectStore::begin_replace(const CallContext& context, const CopyRequest& request) {
  return call_under(plan_, changing(context, "begin_replace"),
                    [=, request = lone(request), &inner = inner_] { return inner.begin_replace(context, request); });
}

Result<CopyAnswer> FaultInjectingObjectStore::complete_replace(const CallContext& context, const CopyRequest& request,
                                                               const UploadId& upload, const ETag& if_match) {
  return call_under(plan_, changing(context, "complete_replace"), [=, request = lone(request), &inner = inner_] {
    return inner.complete_replace(context, request, upload, if_match);
  });
}

Result<void> FaultInjectingObjectStore::abort_replace(const CallContext& context, const BucketName& bucket,
                                                      const ObjectKey& key, const UploadId& upload) {
  return call_under(plan_, changing(context, "abort_replace"),
                    [=, &inner = inner_] { return inner.abort_replace(context, bucket, key, upload); });
}

Result<void> FaultInjectingObjectStore::remove_version(const CallContext& context, const ObjectRef& ref,
                                                       const Seal& seal) {
  return call_under(plan_, changing(context, "remove_version"),
                    [=, &inner = inner_] { return inner.remove_version(context, ref, seal); });
}

Result<VersionPage> FaultInjectingObjectStore::list_versions(const CallContext& context, const BucketName& bucket,
                                                             const std::string& prefix, std::size_t limit,
                                                             const std::string& cursor) {
  return call_under(plan_, asking(context, "list_versions"),
                    [=, &inner = inner_] { return inner.list_versions(context, bucket, prefix, limit, cursor); });
}

Result<VersionPage> FaultInjectingObjectStore::list_key_versions(const CallContext& context, const BucketName& bucket,
                                                                 const ObjectKey& key, WallTime since,
                                                                 std::size_t limit, const std::string& cursor) {
  return call_under(plan_, asking(context, "list_key_versions"), [=, &inner = inner_] {
    return inner.list_key_versions(context, bucket, key, since, limit, cursor);
  });
}

Result<ObjectInfo> FaultInjectingObjectStore::put(const CallContext& context, const BucketName& bucket,
                                                  const ObjectKey& key, ByteSource& body, const Metadata& metadata,
                                                  const std::string& content_type, bool create_only) {
  if (plan_.is_dead()) return Error(ErrorCode::kCancelled, "the process has ended");
  const PortCall call = changing(context, "put");
  const Fault fault = plan_.before(call);
  if (fault.kind == Fault::Kind::kCrashBefore) plan_.crash();
  if (fault.kind == Fault::Kind::kFailBefore) return Error(fault.code, "injected in put");
  auto answer = inner_.put(context, bucket, key, body, metadata, content_type, create_only);
  if (fault.kind == Fault::Kind::kCrashAfter) plan_.crash();
  if (fault.kind == Fault::Kind::kApplyThenFail || fault.kind == Fault::Kind::kApplyLater)
    return Error(fault.code, "injected in put");
  plan_.after(call);
  return answer;
}

}  // namespace scalper
