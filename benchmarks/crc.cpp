// Our CRCs and ISA-L's over a file that is held in memory; what is said is the checksum. ISA-L of Debian 12 has no
// CRC-64/NVME: its CRC-64/ECMA is the same work with another polynomial. CRC-32C is the same on both sides.
#include <isa-l.h>

#include "digest/crc32c.h"
#include "digest/crc64nvme.h"
#include "subjects.h"

namespace {

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

std::string our_crc32c(std::string_view bytes) {
  scalper::Crc32c crc;
  crc.update(scalper::as_bytes(bytes));
  return hex(crc.value());
}

std::string peer_crc32c(std::string_view bytes) {
  // Without const, though it only reads.
  const auto size = static_cast<int>(bytes.size());
  return hex(~crc32_iscsi(const_cast<unsigned char*>(raw(bytes)), size, ~0U) & 0xFFFFFFFFU);
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_subject(
      argc, argv,
      "ISA-L " + std::to_string(ISAL_MAJOR_VERSION) + "." + std::to_string(ISAL_MINOR_VERSION) + "." +
          std::to_string(ISAL_PATCH_VERSION),
      {{"crc64", [](std::string_view bytes) { return hex(scalper::crc64nvme(scalper::as_bytes(bytes))); }},
       {"crc32c", our_crc32c},
       {"isal-crc64", [](std::string_view bytes) { return hex(crc64_ecma_refl(0, raw(bytes), bytes.size())); }},
       {"isal-crc32c", peer_crc32c}});
}
