#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapters/aws/s3_upload.h"

namespace scalper::aws {

inline constexpr std::uint64_t kMaxParts = 10000;  // of one upload (S3 user guide, "Multipart upload limits")

struct PartsOfCopy {
  ObjectRef target;
  std::string copy_source;
  ETag source_etag;
  std::uint64_t size = 0;
  std::uint64_t limit = 0;  // at most this by one part
  std::uint64_t part = 0;   // above: parts of this size, or of more where they would be too many
  std::size_t lanes = 1;
  std::function<Result<void>()> meanwhile = nullptr;  // as CopyRequest's
};

// All parts of an upload, copied on the server's side by the caller's thread and `lanes` - 1 others that end before the
// call does, by fewer where the system gives no more. Parts by number. After the first error no part is begun; that
// error is the answer.
[[nodiscard]] Result<std::vector<S3Part>> copy_parts(S3Uploads& uploads, const CallContext& context,
                                                     const PartsOfCopy& plan, const S3Upload& upload);

}  // namespace scalper::aws
