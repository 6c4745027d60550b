#include "validate/integrity/companion_reader.h"

#include <algorithm>
#include <utility>

namespace scalper {

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
  read.verdict.digests.crc64nvme = crc64nvme_hex(crc_.value());
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
