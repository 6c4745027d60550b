#include "validate/formats/zip_directory.h"

#include <string>
#include <utility>

#include "validate/safety/archive_names.h"

namespace scalper::zip {
namespace {

constexpr std::uint32_t kLink = 0xA000;  // S_IFLNK and its like
constexpr std::uint32_t kFile = 0x8000;
constexpr std::uint32_t kFolder = 0x4000;
constexpr std::uint32_t kPipe = 0x1000;
constexpr std::uint32_t kMax32 = 0xFFFFFFFF;
constexpr std::uint32_t kMax16 = 0xFFFF;
constexpr unsigned kLevelMask = 0xFFFFU ^ kFlagLevel;

// What differs between a record and the header that it names; empty if nothing does.
std::string_view difference(const Entry& entry, const Walked& walked) {
  if (name_hash(entry) != walked.name) return "names";
  if ((entry.flags & kLevelMask) != (walked.flags & kLevelMask)) return "flags";
  if (entry.method != walked.method) return "methods";
  if (entry.time != walked.time) return "times";
  if (entry.crc != walked.crc) return "checksums";
  if (entry.stored != walked.stored) return "packed sizes";
  if (entry.size != walked.size) return "sizes";
  return {};
}

bool is_max(std::uint64_t value, std::uint64_t max) { return value == max; }

}  // namespace

KeyHash name_hash(const Entry& entry) {
  KeyHasher hasher;
  hasher.add(entry.name);
  hasher.add(std::string_view("\0", 1));
  hasher.add(entry.own_name);
  return hasher.finish();
}

std::string_view other_kind(const Entry& entry) {
  if (entry.made_link) return "a link or device, which only some readers believe";
  const std::uint32_t kind = entry.streamed_attributes.value_or(0) >> 16U & 0xF000U;
  if (kind == 0 || kind == kFile || (kind == kFolder && entry.is_directory())) return {};
  if (kind == kLink) return "a link, which only some readers believe";
  return kind == kFolder ? "a folder, which only some readers believe" : "a device, pipe or socket";
}

void Directory::say(std::string_view code, std::string message, std::uint64_t at) const {
  Location where;
  where.byte = at;
  layer_.report(code, std::move(message), where);
}

bool Directory::record(const Entry& entry, std::uint64_t at) {
  if (!begin_.has_value()) begin_ = at;
  ++records_;
  if (entry.disk != 0) {
    say("zip.multi_disk", "the directory names a member on another disk", at);
    return false;
  }
  Walked* const walked = index_.find(entry.offset);
  if (walked == nullptr) {
    say("zip.overlap",
        "the directory says that " + shown_name(entry.name) + " begins at byte " + std::to_string(entry.offset) +
            ", where no header follows the member before",
        at);
    return true;
  }
  if (walked->listed != 0) {
    say("zip.overlap", "the directory names the member at byte " + std::to_string(entry.offset) + " twice", at);
    return true;
  }
  walked->listed = 1;
  compare(entry, *walked, at);
  judge_kind(entry, *walked, at);
  return true;
}

void Directory::compare(const Entry& entry, const Walked& walked, std::uint64_t at) {
  const std::string_view what = difference(entry, walked);
  if (what.empty()) return;
  say("zip.mismatch",
      "the directory and the header of " + shown_name(entry.name) + " state different " + std::string(what) +
          ": readers differ in which one they believe",
      at);
}

void Directory::judge_kind(const Entry& entry, const Walked& walked, std::uint64_t at) const {
  if ((entry.needed & 0xFFU) > kKnownVersion)
    say("zip.method", "the member " + shown_name(entry.name) + " needs a newer version of zip than is known here", at);
  if (const std::string_view other = other_kind(entry); !other.empty())
    say("archive.link", "an extra field calls " + shown_name(entry.name) + " " + std::string(other), at);
  const std::uint32_t kind = entry.unix_kind();
  if (!entry.is_directory() && entry.size > 0 && (kind == kFolder || (kind == 0 && entry.has_folder_bit())))
    return say("zip.mismatch",
               "the attributes of " + shown_name(entry.name) + " call it a folder, and it has the content of a file",
               at);
  if (kind == 0 || kind == kFile || kind == kFolder) return;
  if (kind == kPipe && entry.size != 0) return;  // what `zip` read from a pipe
  if (kind != kLink) {
    say("archive.device", "the member " + shown_name(entry.name) + " is a device, pipe or socket", at);
  } else if (walked.link_leaves != 0) {
    say("archive.link", "the link " + shown_name(entry.name) + " leads out of the archive", at);
  }
}

void Directory::end64(const End& end, std::uint64_t at) {
  behind_ = at;
  end64_at_ = at;
  end64_ = end;
  compare_end(end, "the end record of zip64", at);
}

void Directory::locator(std::string_view record, std::uint64_t at) {
  if (u32(record, 4) != 0 || u32(record, 16) != 1) say("zip.multi_disk", "the archive goes over several disks", at);
  if (u64(record, 8) != end64_at_) differs("where the end record of zip64 begins", at);
}

void Directory::end(const End& end, std::uint64_t at) {
  if (!behind_.has_value()) behind_ = at;
  if (!end64_.has_value()) return compare_end(end, "the end record", at);
  // What stands at its maximum is said by the record of zip64; the rest has to be the same.
  End merged = end;
  if (is_max(end.disk, kMax16)) merged.disk = end64_->disk;
  if (is_max(end.directory_disk, kMax16)) merged.directory_disk = end64_->directory_disk;
  if (is_max(end.entries_here, kMax16)) merged.entries_here = end64_->entries_here;
  if (is_max(end.entries, kMax16)) merged.entries = end64_->entries;
  if (is_max(end.size, kMax32)) merged.size = end64_->size;
  if (is_max(end.offset, kMax32)) merged.offset = end64_->offset;
  compare_end(merged, "the end record", at);
}

void Directory::differs(std::string_view what, std::uint64_t at) const {
  say("zip.mismatch", std::string(what) + " is not what the end of the archive says", at);
}

void Directory::compare_end(const End& end, std::string_view which, std::uint64_t at) {
  const std::uint64_t begin = begin_.value_or(*behind_);
  if (end.disk != 0 || end.directory_disk != 0)
    return say("zip.multi_disk", std::string(which) + " says that there are several disks", at);
  if (end.entries != records_ || end.entries_here != records_)
    differs("the number of members in the directory, " + std::to_string(records_) + ",", at);
  if (end.size != *behind_ - begin) differs("the directory's size", at);
  if (end.offset != begin) differs("where the directory begins, byte " + std::to_string(begin) + ",", at);
}

}  // namespace scalper::zip
