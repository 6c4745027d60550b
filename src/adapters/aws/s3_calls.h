#pragma once
// What calls of S3 have in common: how they are addressed, and what a refusal means where the client's own word for it
// is too general.

#include <string>
#include <string_view>

#include "adapters/aws/client/aws_client.h"
#include "ports/clock.h"
#include "ports/object_store.h"

namespace scalper::aws {

// To the object; with its version, where `ref` has one.
[[nodiscard]] AwsRequest object_request(std::string_view method, const ObjectRef& ref);

// x-amz-copy-source of a version.
[[nodiscard]] std::string copy_source(const ObjectRef& ref);

// Of HEAD and GET. kNotFound also for a delete marker asked for by version (405) and a version id that no version can
// have (400). kPermissionDenied also for what is there and cannot be read: archived, or under its sender's key. 403
// names the permissions that it may be for, of DELETE too, and says that a key that is not there may be meant: S3 tells
// that only to those who may list.
[[nodiscard]] Error read_error(const Error& error, const AwsRefusal& refusal, const ObjectRef& ref);

// 412, also where it comes in an answer of 200.
[[nodiscard]] bool is_refused_condition(const AwsRefusal& refusal);

// A condition of a write that lost against another one at that very moment: nothing was done.
[[nodiscard]] bool is_conflict(const AwsRefusal& refusal);
// So often such a write is made in all.
inline constexpr int kTriesOfAConflict = 3;
// Between them; longer after each of the `tries`. An error: the caller may not go on.
[[nodiscard]] Result<void> pause_after_conflict(const CallContext& context, Clock& clock, int tries);

}  // namespace scalper::aws
