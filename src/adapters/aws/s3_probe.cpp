// S3ObjectStore: what a store honours that speaks S3's API and is not S3.

#include <random>

#include "adapters/aws/s3_calls.h"
#include "adapters/aws/s3_object_store.h"
#include "base/bytes.h"
#include "ports/may_begin.h"
#include "ports/memory_source.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kPage = 100;

ObjectKey fresh_key() {
  std::random_device device;
  std::string key = ".scalper-probe/";
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t word = device();
    key += to_hex(std::as_bytes(std::span(&word, 1)));
  }
  return ObjectKey{key};
}

}  // namespace

// One object, and two attempts to put something on top of it that a condition forbids.
struct S3ObjectStore::Probe {
  S3ObjectStore& store;
  const CallContext& context;
  ObjectRef ref;  // the object

  [[nodiscard]] ObjectRef target() const { return {ref.bucket, ref.key, VersionId{}}; }

  Result<bool> copy_refuses() {
    AwsRequest request = object_request("PUT", target());
    request.headers = {{"x-amz-copy-source", copy_source(ref)}, {"x-amz-metadata-directive", "REPLACE"}};
    add_condition(request.headers, {S3Condition::Kind::kNothingThere, ETag{}});
    request.error_in_200 = true;
    AwsRefusal refusal;
    const auto response = store.client_.call(context, request, &refusal);
    if (response.ok()) return false;
    if (is_refused_condition(refusal)) return true;
    if (refusal.code == "NotImplemented" || refusal.code == "InvalidRequest" || refusal.code == "InvalidArgument")
      return false;  // it says that it cannot
    return response.error();
  }

  Result<bool> complete_refuses(const ETag& etag) {
    SCALPER_TRY_ASSIGN(S3Upload upload, store.uploads_.begin(context, target(), {}));
    auto part = store.uploads_.copy_part(context, target(), upload, 1, copy_source(ref), etag, std::nullopt);
    if (!part.ok()) {
      store.uploads_.give_up(store.clock_, target(), upload);
      return part.error();
    }
    upload.parts.push_back(*std::move(part));
    bool conflict = false;
    const auto done = store.uploads_.complete(context, target(), upload, {S3Condition::Kind::kNothingThere, ETag{}},
                                              std::nullopt, &conflict);
    if (done.ok()) return false;
    SCALPER_TRY(store.uploads_.abort(context, target(), upload));
    // Somebody else wrote there at that moment: that says nothing of the condition.
    if (conflict) return Error(ErrorCode::kUnavailable, done.error().message());
    if (done.failed_with(ErrorCode::kPreconditionFailed)) return true;
    return done.error();
  }

  Result<CopyConditions> ask(const ETag& etag) {
    SCALPER_TRY_ASSIGN(const bool by_copy, copy_refuses());
    if (by_copy) return CopyConditions::kCopy;
    SCALPER_TRY_ASSIGN(const bool by_complete, complete_refuses(etag));
    if (by_complete) return CopyConditions::kComplete;
    return Error(ErrorCode::kUnsupported,
                 "this store overwrites in spite of If-None-Match, in CopyObject and in CompleteMultipartUpload: "
                 "nothing can be published there without the danger of replacing a file");
  }

  Result<void> clean() {
    std::string cursor;
    do {
      SCALPER_TRY_ASSIGN(const VersionPage page,
                         store.list_key_versions(context, ref.bucket, ref.key, WallTime{}, kPage, cursor));
      for (const ObjectInfo& info : page.versions) SCALPER_TRY(store.remove_version(context, info.ref, Seal{}));
      cursor = page.next_cursor;
    } while (!cursor.empty());
    return {};
  }
};

Result<CopyConditions> S3ObjectStore::probe(const CallContext& context, const BucketName& bucket) {
  SCALPER_TRY(may_begin(context, clock_));
  if (const CopyConditions known = conditions_; known != CopyConditions::kUnknown) return known;
  const BucketName& where = settings_.probe_bucket.empty() ? bucket : settings_.probe_bucket;
  MemorySource body(as_bytes("1"));
  auto made = put(context, where, fresh_key(), body, {}, "text/plain", true);
  if (!made.ok()) return made.error().within("asking the store what it honours");
  Probe probe{*this, context, made->ref};
  const auto answer = probe.ask(made->etag);
  const auto cleaned = probe.clean();
  if (!answer.ok()) return answer.error().within("asking the store what it honours");
  if (!cleaned.ok()) return cleaned.error().within("removing what the store was asked with");
  conditions_ = *answer;
  return *answer;
}

}  // namespace scalper::aws
