#pragma once
// Reads a checksum file as a stream: its own digests over every byte, and what it says, in memory that does not grow
// with it. Belongs to one thread.

#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "model/verdict.h"
#include "validate/integrity/checksum_file.h"

namespace scalper {

struct ReadCompanion {
  ChecksumFile says;
  // Of the checksum file itself: valid where it can be read, else unverifiable. The contract stamp is the caller's.
  Verdict verdict;
};

class CompanionReader {
 public:
  // `unparsed`: digests only, `says` stays empty and the verdict valid. For bytes that no parser may see again.
  explicit CompanionReader(CompanionKey key, bool unparsed = false) : key_(std::move(key)), unparsed_(unparsed) {}

  void feed(Bytes bytes);
  // Once.
  [[nodiscard]] ReadCompanion finish();

 private:
  CompanionKey key_;
  bool unparsed_;
  Sha256 sha_;
  Crc64Nvme crc_;
  std::uint64_t size_ = 0;
  std::string text_;  // at most one byte more than the limit
};

}  // namespace scalper
