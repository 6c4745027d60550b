// Checksum files: whatever they hold, every key that counts lies in the companion's folder and has a whole digest; one
// bad line and nothing counts; nothing is said that a terminal would obey. What coreutils would write of it reads back.
#include "validate/integrity/checksum_file.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/escape.h"
#include "fuzz.h"
#include "validate/integrity/digest_text.h"

namespace {

using namespace scalper;

constexpr std::array<std::string_view, 5> kKeys = {"in/b/SHA256SUMS", "in/b/a.csv.sha256", "bag/manifest-md5.txt",
                                                   "x.crc32", "MD5SUMS"};

std::string written_again(const CompanionKey& companion, const std::vector<ChecksumEntry>& entries) {
  std::string text;
  for (const ChecksumEntry& entry : entries) {
    std::string name;
    for (const char c : entry.key.substr(companion.folder.size()))
      name += c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : std::string(1, c);
    std::string word(digest_word(entry.kind));
    text += "\\" + word + " (" + name + ") = " + entry.hex + "\n";
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const auto companion = companion_key(kKeys.at(input.byte() % kKeys.size()));
  FUZZ_HOLDS(companion);
  const ChecksumFile file = parse_checksum_file(*companion, input.rest());
  FUZZ_HOLDS(file.ok() != file.entries.empty());
  FUZZ_HOLDS(file.findings.size() == std::min<std::uint64_t>(file.findings_total, kChecksumFileFindings));
  for (const ChecksumEntry& entry : file.entries) {
    FUZZ_HOLDS(entry.hex.size() == 2 * digest_bytes(entry.kind) && from_hex(entry.hex));
    FUZZ_HOLDS(entry.key.starts_with(companion->folder) && entry.key.size() <= 1024 && entry.key != companion->key);
    FUZZ_HOLDS(("/" + entry.key + "/").find("/../") == std::string::npos);
  }
  for (const Finding& finding : file.findings) {
    FUZZ_HOLDS(is_valid_utf8(finding.message));
    FUZZ_HOLDS(std::none_of(finding.message.begin(), finding.message.end(), [](char c) { return c >= 0 && c < ' '; }));
  }
  if (!file.ok() || companion->bagit) return 0;
  const ChecksumFile again = parse_checksum_file(*companion, written_again(*companion, file.entries));
  const auto same = [](const ChecksumEntry& a, const ChecksumEntry& b) {
    return a.kind == b.kind && a.hex == b.hex && a.key == b.key;
  };
  FUZZ_HOLDS(std::equal(again.entries.begin(), again.entries.end(), file.entries.begin(), file.entries.end(), same) ||
             !again.ok());  // only the limit of size may stand between
  return 0;
}
