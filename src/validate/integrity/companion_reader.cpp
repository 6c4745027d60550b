#include "validate/integrity/companion_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace scalper {
namespace {

std::string hex16(std::uint64_t value) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(value >> (56 - 8 * i));
  return to_hex(bytes);
}

}  // namespace

void CompanionReader::feed(Bytes bytes) {
  sha_.update(bytes);
  crc_.update(bytes);
  size_ += bytes.size();
  if (!unparsed_) text_ += as_text(bytes.first(std::min(bytes.size(), kChecksumFileBytes + 1 - text_.size())));
}

ReadCompanion CompanionReader::finish() {
  ReadCompanion read;
  read.verdict.size = size_;
  read.verdict.digests.sha256 = to_hex(sha_.finish());
  read.verdict.digests.crc64nvme = hex16(crc_.value());
  read.verdict.kind = VerdictKind::kValid;
  if (unparsed_) return read;
  read.says = parse_checksum_file(key_, text_);
  if (read.says.ok()) {
    read.verdict.type = "text/plain";
    return read;
  }
  read.verdict.kind = VerdictKind::kUnverifiable;
  read.verdict.findings = read.says.findings;
  read.verdict.findings_total = read.says.findings_total;
  return read;
}

}  // namespace scalper
