#include "adapters/aws/s3_read_back.h"

#include <vector>

#include "digest/crc64nvme.h"

namespace scalper::aws {

Result<std::uint64_t> read_back(ObjectStore& store, const CallContext& context, const ObjectRef& ref,
                                std::uint64_t size) {
  constexpr std::size_t kChunk = 128 * 1024;
  SCALPER_TRY_ASSIGN(const OpenedObject opened, store.open(context, ref, ETag{}, ByteRange{}));
  std::vector<std::byte> chunk(kChunk);
  Crc64Nvme crc;
  std::uint64_t count = 0;
  for (;;) {
    SCALPER_TRY_ASSIGN(const std::size_t n, opened.body->read(context, chunk));
    if (n == 0) break;
    crc.update(Bytes(chunk).first(n));
    count += n;
  }
  if (count != size) return Error(ErrorCode::kCorrupt, "it has not the bytes that it states");
  return crc.value();
}

}  // namespace scalper::aws
