#include "validate/formats/tar.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/escape.h"
#include "validate/formats/archive_member.h"
#include "validate/formats/reservation.h"
#include "validate/formats/tar_header.h"
#include "validate/safety/archive_names.h"

namespace scalper {
namespace {

using namespace tar;  // NOLINT(google-build-using-namespace): the parts of this checker, which nobody else has

constexpr std::size_t kMostExtended = std::size_t{128} << 10U;  // bytes of one extended header
constexpr std::uint64_t kMostEmpty = std::uint64_t{64} << 10U;  // bytes of an archive of nothing; tar writes 10 KiB
constexpr std::uint64_t kMostOctal = (std::uint64_t{1} << 33U) - 1;

class TarChecker final : public Checker {
 public:
  explicit TarChecker(const Layer& layer)
      : layer_(layer), held_room_(*layer.budget, 3 * kMostExtended), member_(layer), names_(layer) {
    begin();
  }

  FeedAnswer feed(Bytes chunk) override {
    while (!chunk.empty() && part_ != Part::kStopped) {
      switch (part_) {
        case Part::kHeader: header(chunk); break;
        case Part::kExtended: extended(chunk); break;
        case Part::kData:
        case Part::kSkipped: data(chunk); break;
        case Part::kPadding: padding(chunk); break;
        case Part::kAfter: after(chunk); break;
        case Part::kStopped: break;
      }
    }
    return part_ == Part::kStopped ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (part_ == Part::kStopped || part_ == Part::kAfter || member_.over()) return;
    stop("tar.truncated", "the archive ends without the two blocks of zeros that mark its end: send it again",
         consumed_);
  }

 private:
  enum class Part : std::uint8_t {
    kHeader,
    kExtended,  // what an extended header says, or a long name
    kData,
    kSkipped,  // data that is not looked at
    kPadding,  // up to the next block
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
      return stop("limit.memory", "the checks around this archive leave too little memory to read its headers", 0);
    if (layer_.settings->malware_scan)
      say("malware.unscanned", "the contract demands a malware scan, and scanners pass over long members in silence",
          0);
  }

  // Up to `most` bytes into `held_`; whether that many are there.
  bool hold(Bytes& chunk, std::size_t most) {
    const std::size_t size = std::min(most - held_.size(), chunk.size());
    held_ += as_text(chunk.first(size));
    chunk = chunk.subspan(size);
    consumed_ += size;
    return held_.size() == most;
  }

  void header(Bytes& chunk) {
    if (!hold(chunk, kBlock)) return;
    at_ = consumed_ - kBlock;
    const std::string block = std::exchange(held_, {});
    if (is_zero(block)) return zeros();
    if (zeros_ > 0) return stop("tar.end", "a block of zeros stands between members, where some readers stop", at_);
    Header header;
    const auto fault = read_header(block, header);
    if (fault == Fault::kMark)
      return stop("tar.header", "a header has the mark of no known format: readers differ in what its name is", at_);
    if (fault == Fault::kSize) return stop("tar.header", "a header states no size that a member can have", at_);
    if (fault == Fault::kNumber)
      return stop(
          "tar.header",
          "the mode, owner, time or device of a header is no number that every reader takes, and some end there", at_);
    if (fault.has_value())
      return stop("tar.checksum", "a header does not have the checksum that it states: pack and send it again", at_);
    left_ = header.size;
    padding_ = (kBlock - header.size % kBlock) % kBlock;
    switch (header.kind) {
      case 'x':
      case 'X':
      case 'g':
      case 'L':
      case 'K': return begin_extended(header);
      default: return begin_member(header);
    }
  }

  void zeros() {
    if (pending()) return stop("tar.header", "an extended header has no member behind it", at_);
    empty_ = empty_ || at_ == 0;
    if (++zeros_ == 2) part_ = Part::kAfter;
  }

  [[nodiscard]] bool pending() const { return has_records_ || long_name_.has_value() || long_link_.has_value(); }

  // ---- extended headers

  void begin_extended(const Header& header) {
    kind_ = header.kind;
    const bool again = (kind_ == 'L' && long_name_.has_value()) || (kind_ == 'K' && long_link_.has_value()) ||
                       ((kind_ == 'x' || kind_ == 'X') && has_records_);
    if (again) return stop("tar.header", "two extended headers speak of one member", at_);
    if (left_ > kMostExtended)
      return stop("limit.memory", "an extended header is longer than the engine holds (128 KiB)", at_);
    part_ = Part::kExtended;
    if (left_ == 0) end_extended();
  }

  void extended(Bytes& chunk) {
    if (hold(chunk, static_cast<std::size_t>(left_))) end_extended();
  }

  void end_extended() {
    const std::string text = std::exchange(held_, {});
    left_ = 0;
    if (kind_ == 'L') {
      long_name_ = text.substr(0, text.find('\0'));
    } else if (kind_ == 'K') {
      long_link_ = text.substr(0, text.find('\0'));
    } else {
      read_records(text, kind_ == 'g', records_);
      has_records_ = has_records_ || kind_ != 'g';
    }
    if (records_.malformed) return stop("tar.pax", "the records of an extended header are damaged", at_);
    if (!records_.not_followed.empty())
      return stop(
          "tar.pax_key",
          "an extended header states \"" + escape_text(records_.not_followed) + "\", which is not followed here", at_);
    if (records_.sparse) return stop_sparse();
    pad();
  }

  void stop_sparse() { stop("tar.sparse", "a member is stored in pieces, with holes between them", at_); }

  // ---- members

  void begin_member(const Header& header) {
    if (!member_.count(at_)) return stop_silently();
    if ((records_.path.has_value() && long_name_.has_value()) || (records_.link.has_value() && long_link_.has_value()))
      return stop("tar.header", "two extended headers name one member or its target", at_);
    const std::string name = records_.path.value_or(long_name_.value_or(header.name));
    const std::string link = records_.link.value_or(long_link_.value_or(header.link));
    const auto size = std::exchange(records_, {}).size;
    long_name_.reset();
    long_link_.reset();
    has_records_ = false;
    if (size.has_value()) {
      if (*size != header.size && (*size <= kMostOctal || header.size != 0))
        return stop("tar.header", "a header and its extended header state different sizes: readers differ", at_);
      left_ = *size;
      padding_ = (kBlock - *size % kBlock) % kBlock;
    }
    judge(name, link, header.kind);
  }

  void judge(const std::string& name, const std::string& link, char kind) {
    const bool folder = kind == '5' || ((kind == '0' || kind == '7') && name.ends_with('/'));
    if (kind == 'S') return stop_sparse();
    const NameText text = is_valid_utf8(name) ? NameText::kUtf8 : NameText::kUnstated;
    if (!names_.judge(name, text, folder, at_)) return stop_silently();
    const bool file = (kind == '0' || kind == '7') && !folder;
    const bool known = folder || file || (kind >= '1' && kind <= '6');
    if (!folder && folded_name(name).empty())
      say("archive.name", "the member " + shown_name(name) + " is the folder itself that it is unpacked into", at_);
    if (known && !file && left_ != 0)
      return stop("tar.header", "the member " + shown_name(name) + " is no file and has a content", at_);
    if (kind == '1' || kind == '2') judge_link(name, link, kind == '1');
    if (kind == '3' || kind == '4' || kind == '6')
      say("archive.device", "the member " + shown_name(name) + " is a device or pipe", at_);
    if (!known) say("tar.kind", "the member " + shown_name(name) + " is of a kind that is not looked into", at_);
    part_ = Part::kSkipped;
    if (file) {
      member_.open(name, at_, left_);
      part_ = Part::kData;
    }
    if (left_ == 0) end_data();
  }

  void judge_link(const std::string& name, const std::string& link, bool hard) {
    // A hard link names a member from the archive's own root, a symbolic one from where it lies.
    if (link_leaves(hard ? std::string("link") : name, link)) {
      say("archive.link", "the link " + shown_name(name) + " leads out of the archive", at_);
    } else if (hard && (folded_name(link) == folded_name(name) || !names_.knows(link))) {
      say("archive.link", "the link " + shown_name(name) + " is another name of a member that did not come before it",
          at_);
    } else if (hard && names_.is_link(link)) {
      say("archive.link", "the link " + shown_name(name) + " takes another link to where it was not meant to lie", at_);
    }
    names_.remember_link(name);
  }

  void data(Bytes& chunk) {
    const Bytes piece = chunk.first(static_cast<std::size_t>(std::min<std::uint64_t>(left_, chunk.size())));
    chunk = chunk.subspan(piece.size());
    consumed_ += piece.size();
    left_ -= piece.size();
    if (part_ == Part::kData) member_.feed(piece);
    if (member_.over()) return stop_silently();
    if (left_ == 0) end_data();
  }

  void end_data() {
    if (part_ == Part::kData) member_.finish();
    if (member_.over()) return stop_silently();
    dirty_ = false;
    pad();
  }

  // ---- blocks and the end

  void pad() { part_ = padding_ > 0 ? Part::kPadding : Part::kHeader; }

  void padding(Bytes& chunk) {
    const std::size_t size = std::min(static_cast<std::size_t>(padding_), chunk.size());
    dirty_ = dirty_ || !is_zero(as_text(chunk.first(size)));
    chunk = chunk.subspan(size);
    consumed_ += size;
    padding_ -= size;
    if (padding_ > 0) return;
    if (dirty_) say("tar.padding", "bytes that belong to no member fill up its last block", at_);
    dirty_ = false;
    part_ = Part::kHeader;
  }

  void after(Bytes& chunk) {
    const std::string_view text = as_text(chunk);
    const std::size_t other = text.find_first_not_of('\0');
    if (other != std::string_view::npos)
      return stop("tar.trailing", "bytes follow the end of the archive", consumed_ + other);
    consumed_ += chunk.size();
    chunk = {};
    if (empty_ && consumed_ > kMostEmpty)
      stop("tar.trailing", "zeros without end, and no member before them: a file that was never written", kMostEmpty);
  }

  void say(std::string_view code, std::string message, std::uint64_t byte) const {
    Location where;
    where.byte = byte;
    layer_.report(code, std::move(message), where);
  }
  void stop_silently() {
    part_ = Part::kStopped;
    member_.drop();
  }
  void stop(std::string_view code, std::string message, std::uint64_t byte) {
    stop_silently();
    say(code, std::move(message), byte);
  }

  const Layer& layer_;
  Reservation held_room_;
  ArchiveMember member_;
  ArchiveNames names_;

  Part part_ = Part::kHeader;
  std::string held_;  // the beginning of a header
  std::uint64_t consumed_ = 0;
  std::uint64_t at_ = 0;       // where the current header begins
  std::uint64_t left_ = 0;     // of its data
  std::uint64_t padding_ = 0;  // behind its data
  bool dirty_ = false;         // the padding has other bytes than zeros
  bool empty_ = false;         // there is no member
  int zeros_ = 0;              // blocks of zeros, one behind the other

  // Of the next member.
  char kind_ = '0';
  Extended records_;
  bool has_records_ = false;
  std::optional<std::string> long_name_;
  std::optional<std::string> long_link_;
};

}  // namespace

std::unique_ptr<Checker> make_tar_checker(const Layer& layer) { return std::make_unique<TarChecker>(layer); }

}  // namespace scalper
