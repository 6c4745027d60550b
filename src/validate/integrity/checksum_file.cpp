#include "validate/integrity/checksum_file.h"

#include <map>
#include <utility>

#include "base/escape.h"
#include "validate/integrity/checksum_line.h"
#include "validate/integrity/digest_text.h"

namespace scalper {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class Reading {
 public:
  explicit Reading(const CompanionKey& companion) : companion_(companion) {}

  void line(std::string_view text, std::uint64_t number, std::uint64_t byte) {
    at_ = {number, byte};
    ChecksumLine read = read_checksum_line(companion_, text);
    if (read.what == ChecksumLine::Kind::kMalformed) return malformed(read.why);
    if (read.what == ChecksumLine::Kind::kEntry) take(std::move(read));
  }

  void malformed(const std::string& why) {
    find("checksum.sidecar_malformed", why + "; no checksum of this file counts. Write it as sha256sum does");
  }

  void find(std::string code, std::string message) {
    file_.findings_total += 1;
    if (file_.findings.size() >= kChecksumFileFindings) return;
    Finding finding;
    finding.code = std::move(code);
    finding.severity = Severity::kUnverifiable;
    finding.message = std::move(message);
    if (at_.number > 0) {
      finding.location.line = at_.number;
      finding.location.byte = at_.byte;
    }
    file_.findings.push_back(std::move(finding));
  }

  void nowhere() { at_ = {}; }

  ChecksumFile finish() {
    nowhere();
    if (file_.ok() && file_.entries.empty()) malformed(lacks());
    if (!file_.ok()) file_.entries.clear();
    return std::move(file_);
  }

 private:
  struct Place {
    std::uint64_t number = 0;
    std::uint64_t byte = 0;
  };

  void take(ChecksumLine read) {
    // A checksum alone is of the file that the sidecar's own name says.
    auto key = read.name.empty() && companion_.form == CompanionKey::Form::kSidecar
                   ? Result<std::string>(companion_.file)
                   : named_key(companion_, read.name);
    if (!key.ok()) return malformed("the line " + key.error().message() + ": \"" + escape_text(read.name) + "\"");
    named_others_ = named_others_ || *key != companion_.file;
    if (companion_.form == CompanionKey::Form::kSidecar && *key != companion_.file) return;
    const auto [seen, first] = seen_.emplace(std::pair(*key, read.kind), read.hex);
    if (!first && seen->second != read.hex)
      return malformed("two different checksums are stated for \"" + escape_text(read.name) + "\"");
    if (first) file_.entries.push_back({read.kind, std::move(read.hex), *std::move(key), at_.number});
  }

  [[nodiscard]] std::string lacks() const {
    if (companion_.form == CompanionKey::Form::kSidecar && named_others_)
      return "it names other files, and not \"" + escape_text(companion_.file) + "\"";
    return "it holds no checksum of a kind that is known here";
  }

  const CompanionKey& companion_;
  ChecksumFile file_;
  Place at_;
  bool named_others_ = false;
  std::map<std::pair<std::string, DigestKind>, std::string> seen_;
};

bool is_utf16(std::string_view text) { return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"); }

ChecksumFile refused(const CompanionKey& companion, const char* code, const std::string& why) {
  Reading reading(companion);
  code == nullptr ? reading.malformed(why) : reading.find(code, why);
  return reading.finish();
}

}  // namespace

ChecksumFile parse_checksum_file(const CompanionKey& companion, std::string_view text) {
  if (text.size() > kChecksumFileBytes)
    return refused(companion, "limit.checksum_file", "it is larger than 1 MiB; split it by folders");
  if (is_utf16(text)) return refused(companion, nullptr, "it is UTF-16, not UTF-8");
  if (text.find('\0') != std::string_view::npos) return refused(companion, nullptr, "it holds NUL bytes");
  Reading reading(companion);
  std::size_t at = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  for (std::uint64_t number = 1; at < text.size(); ++number) {
    if (number > kChecksumFileLines)
      return refused(companion, "limit.checksum_file", "it has more than 10,000 lines; split it by folders");
    std::string_view line = text.substr(at, text.find('\n', at) - at);
    const std::size_t next = at + line.size() + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    reading.line(line, number, at);
    at = next;
  }
  return reading.finish();
}

}  // namespace scalper
