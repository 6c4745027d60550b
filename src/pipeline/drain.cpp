#include "pipeline/drain.h"

#include <array>
#include <string>

namespace scalper {
namespace {

std::string hex16(std::uint64_t value) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(value >> (56 - 8 * i));
  return to_hex(bytes);
}

}  // namespace

Result<void> check_transfer(const Verdict& verdict, const ObjectInfo& info) {
  if (verdict.size != info.size)
    return Error(ErrorCode::kCorrupt,
                 "read " + std::to_string(verdict.size) + " bytes of " + std::to_string(info.size));
  if (info.crc64nvme && hex16(*info.crc64nvme) != verdict.digests.crc64nvme)
    return Error(ErrorCode::kCorrupt, "the bytes read do not have the store's CRC64NVME");
  return {};
}

}  // namespace scalper
