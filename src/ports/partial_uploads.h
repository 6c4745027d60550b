#pragma once
// Files that come in pieces, over several requests and restarts: what is told as received is durable.
//
// Errors beside those named: kNotFound (no such upload: never made, removed, or expired), kNoSpace, kUnavailable.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "ports/byte_source.h"
#include "ports/call_context.h"
#include "ports/object_store.h"

namespace scalper {

struct PartialUpload {
  std::string id;     // 32 hexadecimal digits, unguessable
  std::string owner;  // whose it is; counts against the number that one may have
  ObjectKey key;
  std::uint64_t size = 0;                            // of the whole file
  std::uint64_t offset = 0;                          // durable bytes from its begin on
  std::optional<std::string> sha256 = std::nullopt;  // of the whole file, as stated; lower-case hexadecimal
  std::string content_type;
  Metadata metadata;
  // Unless more comes. Given to create(): at the latest so, where it is not the epoch itself.
  WallTime expires{};
  std::optional<ObjectRef> became = std::nullopt;  // complete: this version of input

  [[nodiscard]] bool is_whole() const { return offset == size; }
};

// Thread-safe.
class PartialUploads {
 public:
  virtual ~PartialUploads() = default;

  // Durable when it answers; `id` and `offset` are filled in, and `expires`. kThrottled: this owner, or all together,
  // have as many as they may.
  [[nodiscard]] virtual Result<PartialUpload> create(const CallContext&, PartialUpload upload) = 0;
  [[nodiscard]] virtual Result<PartialUpload> find(const CallContext&, const std::string& id) = 0;

  // Adds what `body` gives at `offset`; durable when it answers. kPreconditionFailed: the upload has another offset, or
  // is complete. kCancelled: another request adds to it. kInvalidArgument: beyond its size.
  // `body` breaks off: what came is kept, and is the new offset, unless `whole_only`; then nothing of it is.
  [[nodiscard]] virtual Result<PartialUpload> append(const CallContext&, const std::string& id, std::uint64_t offset,
                                                     ByteSource& body, bool whole_only) = 0;

  // Makes a whole upload a version of input; the same answer when asked again. kPreconditionFailed: bytes are missing.
  // kCorrupt: the bytes have another SHA-256 than stated; the upload is gone then.
  [[nodiscard]] virtual Result<ObjectInfo> complete(const CallContext&, const std::string& id) = 0;

  // Also of one that is complete: only what is known of the upload goes.
  [[nodiscard]] virtual Result<void> remove(const CallContext&, const std::string& id) = 0;
};

}  // namespace scalper
