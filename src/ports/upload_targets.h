#pragma once
// Where a file is to be sent, for whoever may send exactly that one: signed, short-lived, limited to its size. The
// bytes go to the store without passing the API.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/object_ref.h"
#include "ports/call_context.h"

namespace scalper {

struct UploadOrder {
  ObjectKey key;  // of the input bucket
  std::uint64_t size = 0;
  std::optional<std::string> sha256 = std::nullopt;  // lower-case hexadecimal
  std::string content_type;
  std::string owner;             // who asks
  std::string traceparent = {};  // of the request: goes with the file, as its metadata of that name
};

struct UploadTarget {
  enum class Kind : std::uint8_t {
    kForm,    // POST the fields as multipart/form-data, the field `file` last
    kPieces,  // PATCH by tus 1.0
    kParts,   // PUT each of `parts` parts to the URL that sign_parts() gives, then complete()
  };
  Kind kind = Kind::kForm;
  std::string url;                                          // kParts: empty; a path where it is this very host
  std::vector<std::pair<std::string, std::string>> fields;  // kForm
  std::string id;                                           // kPieces, kParts: of the upload
  std::uint64_t part_size = 0;                              // kParts: of all but the last
  std::uint64_t parts = 0;
  WallTime expires{};
};

struct PartTarget {
  std::uint64_t number = 1;
  std::uint64_t size = 0;  // exactly; the URL is good for no other
  std::string url;         // PUT
  WallTime expires{};
};

// The metadata of an object that was ordered with a SHA-256: a store that cannot hold the bytes to it, as S3 cannot for
// parts, leaves that to whoever reads them. It is no checksum that a contract asks for: these come from the sender.
inline constexpr const char* kOrderedSha256 = "ordered-sha256";

inline constexpr Millis kTargetValid{std::chrono::minutes{15}};
inline constexpr std::uint64_t kMostPartsAtOnce = 100;

// Thread-safe. Ids come from outside: whatever they say is checked, and gives its holder nothing that the key's own
// sender would not have; whether the caller may send that key is the caller's to ask, with key_of().
class UploadTargets {
 public:
  virtual ~UploadTargets() = default;

  // Good for at most kTargetValid. kInvalidArgument: a key or a size that the store does not take. kThrottled,
  // kNoSpace.
  [[nodiscard]] virtual Result<UploadTarget> issue(const CallContext&, const UploadOrder& order) = 0;

  // These four of kParts; kUnsupported where there are none. kNotFound: no such upload, or it is over.
  [[nodiscard]] virtual Result<ObjectKey> key_of(const CallContext&, const std::string& id) = 0;
  // From `first` (1-based) on, at most `count` and kMostPartsAtOnce. kInvalidArgument: no such part.
  [[nodiscard]] virtual Result<std::vector<PartTarget>> sign_parts(const CallContext&, const std::string& id,
                                                                   std::uint64_t first, std::uint64_t count) = 0;
  // kPreconditionFailed: the parts are not those of the order, all of them in their sizes; nothing is completed.
  [[nodiscard]] virtual Result<ObjectRef> complete(const CallContext&, const std::string& id) = 0;
  [[nodiscard]] virtual Result<void> abort(const CallContext&, const std::string& id) = 0;
};

}  // namespace scalper
