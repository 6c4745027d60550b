#include "validate/formats/zip.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "validate/formats/zip_directory.h"
#include "validate/formats/zip_index.h"
#include "validate/formats/zip_member.h"
#include "validate/formats/zip_records.h"

namespace scalper {
namespace {

using namespace zip;  // NOLINT(google-build-using-namespace): the parts of this checker, which nobody else has

constexpr std::size_t kHeld = std::size_t{200} << 10U;  // the longest record and a name
// By which readers find the end of an archive, and from there its members.
constexpr std::array<std::string_view, 5> kSignatures{"PK\1\2", "PK\3\4", "PK\5\6", "PK\6\6", "PK\6\7"};

// Where one of them begins in `text` behind its first byte.
bool hides_signature(std::string_view text) {
  return std::any_of(kSignatures.begin(), kSignatures.end(),
                     [&](std::string_view signature) { return text.find(signature, 1) != std::string_view::npos; });
}

// Whether a record of the directory has another one in its name, extra fields or comment, or ends with what some
// readers take for the locator of zip64 where the end record follows. Its numbers may look like one by chance.
bool hides_record(std::string_view record) {
  return hides_signature(record.substr(kCentralSize - 1)) ||
         u32(record, record.size() - kLocatorSize) == kLocatorSignature;
}

class ZipChecker final : public Checker {
 public:
  ZipChecker(const Layer& layer, ContainerLook& look)
      : layer_(layer),
        look_(look),
        held_room_(*layer.budget, kHeld),
        index_(*layer.budget),
        members_(layer, look, index_),
        directory_(layer, index_) {
    begin();
  }

  FeedAnswer feed(Bytes chunk) override {
    while (!chunk.empty() && part_ != Part::kStopped) {
      switch (part_) {
        case Part::kData: data(chunk); break;
        case Part::kSkipped: skip(chunk); break;
        default: gather(chunk); break;
      }
    }
    return part_ == Part::kStopped ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (part_ == Part::kStopped || members_.over()) return;
    if (part_ != Part::kAfter)
      return stop("zip.truncated", "the file ends inside of the archive: the upload was cut, send it again", consumed_);
    if (!members_.ends_within(consumed_)) return;
    if (const Walked* const left = index_.unlisted())
      return stop("zip.directory", "the directory does not name the member that begins here, and some readers see it",
                  left->offset);
    look_.end();
  }

 private:
  enum class Part : std::uint8_t {
    kSignature,   // of the next record
    kLocal,       // a local header
    kData,        // of a member
    kSkipped,     // bytes that say nothing
    kDescriptor,  // behind data
    kCentral,     // a record of the directory
    kEnd64,
    kLocator,
    kEnd,
    kComment,  // of the archive
    kAfter,    // the end
    kStopped,  // nothing more is looked at
  };

  void begin() {
    const std::uint64_t deepest = layer_.settings->archive.max_depth;
    if (layer_.depth >= deepest)
      return stop("archive.depth",
                  "archives lie deeper within each other than the contract allows (" + std::to_string(deepest) + ")",
                  0);
    if (!held_room_.granted())
      return stop("limit.memory", "the checks around this archive leave too little memory to read its records", 0);
    if (!members_.ready()) part_ = Part::kStopped;
    if (layer_.settings->malware_scan)
      say("malware.unscanned", "the contract demands a malware scan, and scanners pass over long members in silence",
          0);
  }

  // ---- records

  // Until `want_` bytes are held, then what they are.
  void gather(Bytes& chunk) {
    if (part_ == Part::kAfter) return stop("zip.trailing", "bytes follow the end of the archive", consumed_);
    take(chunk, want_ - held_.size());
    while (held_.size() >= want_ && is_record(part_)) record();
  }

  static bool is_record(Part part) {
    return part != Part::kData && part != Part::kSkipped && part != Part::kAfter && part != Part::kStopped;
  }

  void take(Bytes& chunk, std::size_t most) {
    const std::size_t size = std::min(most, chunk.size());
    held_ += as_text(chunk.first(size));
    chunk = chunk.subspan(size);
    consumed_ += size;
  }

  [[nodiscard]] std::uint64_t held_at() const { return consumed_ - held_.size(); }

  void expect(Part part, std::size_t want) {
    part_ = part;
    want_ = want;
  }

  // The record is dealt with; the next one begins behind it.
  void next(std::size_t length) {
    held_.erase(0, length);
    expect(Part::kSignature, kSignatureSize);
  }

  void record() {
    switch (part_) {
      case Part::kSignature: return signature();
      case Part::kLocal: return local();
      case Part::kDescriptor: {
        std::size_t length = 0;
        const MemberWalk::Next next_part = members_.descriptor(held_, held_at(), length);
        return go(next_part, length);
      }
      case Part::kCentral: return central();
      case Part::kEnd64: return end64();
      case Part::kLocator:
        directory_.locator(std::string_view(held_).substr(0, kLocatorSize), held_at());
        located_ = true;
        return next(kLocatorSize);
      case Part::kEnd: return end();
      case Part::kComment: return comment();
      default: return;
    }
  }

  void signature() {
    const std::uint32_t signature = u32(held_, 0);
    if (signature == kLocalSignature && stage_ == Stage::kMembers) return expect(Part::kLocal, kLocalSize);
    if (signature == kCentralSignature && stage_ <= Stage::kDirectory) {
      stage_ = Stage::kDirectory;
      return expect(Part::kCentral, kCentralSize);
    }
    if (signature == kEnd64Signature && stage_ <= Stage::kDirectory) {
      stage_ = Stage::kEnd64;
      return expect(Part::kEnd64, kEnd64Size);
    }
    if (signature == kLocatorSignature && stage_ == Stage::kEnd64 && !located_)
      return expect(Part::kLocator, kLocatorSize);
    if (signature == kEndSignature && (stage_ != Stage::kEnd64 || located_)) return expect(Part::kEnd, kEndSize);
    unknown(signature);
  }

  void unknown(std::uint32_t signature) {
    if (held_at() == 0 && signature == kDescriptorSignature)
      return stop("zip.multi_disk", "the file is one part of an archive that goes over several", 0);
    if (signature == kArchiveExtraSignature)
      return stop("zip.encrypted", "the directory of the archive is encrypted", held_at());
    if (stage_ == Stage::kMembers)
      return stop("zip.not_streamable",
                  "bytes lie between the members of the archive that belong to none: pack it anew", held_at());
    stop("zip.directory", "the directory of the archive goes on with what is no record of it", held_at());
  }

  // ---- members

  void local() {
    const std::size_t length = local_length(held_);
    if (held_.size() < length) return expect(Part::kLocal, length);
    const auto entry = read_local(std::string_view(held_).substr(0, length));
    if (!entry.has_value()) return stop("zip.header", "the extra fields of a member's header are damaged", held_at());
    go(members_.open(*entry, held_at()), length);
  }

  // What is held is dealt with up to `length`.
  void go(MemberWalk::Next next_part, std::size_t length) {
    using Next = MemberWalk::Next;
    left_ = members_.left();
    switch (next_part) {
      case Next::kRecord: return next(length);
      case Next::kSkipped: return go_skip(length);
      case Next::kStopped: return stop_silently();
      case Next::kData: held_.erase(0, length); return expect(Part::kData, 0);
      case Next::kDescriptor: held_.erase(0, length); return expect(Part::kDescriptor, MemberWalk::kDescriptorLook);
    }
  }

  void data(Bytes& chunk) {
    const std::size_t before = chunk.size();
    const MemberWalk::Next next_part = members_.data(chunk, consumed_);
    consumed_ += before - chunk.size();
    go(next_part, 0);
  }

  // ---- directory and end

  void central() {
    const std::size_t length = central_length(held_);
    const std::size_t whole = length + u16(held_, kCommentAt);
    if (held_.size() < whole) return expect(Part::kCentral, whole);
    const auto entry = read_central(std::string_view(held_).substr(0, length));
    if (!entry.has_value())
      return stop("zip.header", "the extra fields of a record of the directory are damaged", held_at());
    if (directory_.records() >= index_.size())
      return stop("zip.overlap", "the directory names more members than there are", held_at());
    if (!directory_.record(*entry, held_at())) return stop_silently();
    if (hides_record(std::string_view(held_).substr(0, whole)))
      return stop("zip.comment", "a record of the directory holds another record, and readers differ in which counts",
                  held_at());
    next(whole);
  }

  void end64() {
    const std::uint64_t rest = u64(held_, 4);
    // It may have a part of its own behind (4.3.14.2), which none but encrypted directories needs, and where some
    // readers look for the record itself.
    if (rest != kEnd64Size - 12)
      return stop("zip.header", "the end record of zip64 has a length that readers do not agree on", held_at());
    directory_.end64(read_end64(held_), held_at());
    next(kEnd64Size);
  }

  void end() {
    const End record = read_end(held_);
    directory_.end(record, held_at());
    if (record.comment == 0) {
      held_.clear();
      part_ = Part::kAfter;
    } else {
      expect(Part::kComment, kEndSize + record.comment);
    }
  }

  void comment() {
    if (hides_signature(held_))  // also where it begins within the record itself
      return stop("zip.comment", "the archive's comment holds another end record, and readers differ in which counts",
                  held_at());
    held_.clear();
    part_ = Part::kAfter;
  }

  // ---- the rest

  // Behind `length` held bytes: `left_` to be skipped, what is held of them first; then the next signature.
  void go_skip(std::size_t length) {
    held_.erase(0, length);
    const std::size_t here = static_cast<std::size_t>(std::min<std::uint64_t>(left_, held_.size()));
    left_ -= here;
    next(here);
    if (left_ > 0) part_ = Part::kSkipped;
  }

  void skip(Bytes& chunk) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, chunk.size()));
    chunk = chunk.subspan(size);
    consumed_ += size;
    left_ -= size;
    if (left_ == 0) next(0);
  }

  void say(std::string_view code, std::string message, std::uint64_t byte) const {
    Location where;
    where.byte = byte;
    layer_.report(code, std::move(message), where);
  }
  void stop_silently() {
    part_ = Part::kStopped;
    members_.drop();
  }
  void stop(std::string_view code, std::string message, std::uint64_t byte) {
    stop_silently();
    say(code, std::move(message), byte);
  }
  enum class Stage : std::uint8_t { kMembers, kDirectory, kEnd64 };

  const Layer& layer_;
  ContainerLook& look_;
  Reservation held_room_;
  Index index_;
  MemberWalk members_;
  Directory directory_;

  Part part_ = Part::kSignature;
  Stage stage_ = Stage::kMembers;
  bool located_ = false;  // the locator of zip64 was there
  std::string held_;      // the beginning of a record
  std::size_t want_ = kSignatureSize;
  std::uint64_t consumed_ = 0;
  std::uint64_t left_ = 0;  // bytes of the current data, or to be skipped
};

}  // namespace

std::unique_ptr<Checker> make_zip_checker(const Layer& layer, ContainerLook& look) {
  return std::make_unique<ZipChecker>(layer, look);
}

}  // namespace scalper
