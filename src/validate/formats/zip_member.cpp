#include "validate/formats/zip_member.h"

#include <algorithm>

#include "validate/formats/compression.h"
#include "validate/formats/zip_directory.h"

namespace scalper::zip {
namespace {

constexpr std::size_t kLongestTarget = 4096;  // of links

void keep_numbers(Walked& walked, const Numbers& numbers) {
  walked.crc = numbers.crc;
  walked.stored = numbers.stored & kMostOffset;
  walked.size = numbers.size & kMostOffset;
}

bool is_utf8(const Entry& entry) {
  return (entry.flags & kFlagUtf8) != 0 ||
         std::all_of(entry.name.begin(), entry.name.end(), [](char c) { return c >= 0; });
}

}  // namespace

MemberWalk::MemberWalk(const Layer& layer, ContainerLook& look, Index& index)
    : layer_(layer),
      limits_(layer.settings->archive),
      look_(look),
      index_(index),
      data_(layer),
      member_(layer),
      names_(layer) {}

MemberWalk::Next MemberWalk::open(const Entry& entry, std::uint64_t at) {
  if (!member_.count(at)) return Next::kStopped;
  at_ = at;
  name_ = entry.own_name.empty() ? entry.name : entry.own_name;
  flags_ = entry.flags;
  needed_ = entry.needed;
  method_ = entry.method;
  stated_ = {entry.crc, entry.stored, entry.size};
  left_ = stated_.stored;
  folder_ = name_.ends_with('/');
  target_.clear();
  judge_names(entry);
  const bool utf8 = (flags_ & kFlagUtf8) != 0 || !entry.own_name.empty();
  if (!names_.judge(name_, utf8 ? NameText::kUtf8 : NameText::kUnstated, folder_, at_)) return Next::kStopped;
  // Half of the readers go by the other name.
  if (!entry.own_name.empty() && entry.own_name != entry.name && !names_.judge_other(entry.name, folder_, at_))
    return Next::kStopped;
  look_.member(name_);
  if (stated_.stored > kMostOffset || stated_.size > kMostOffset || at_ > kMostOffset)
    return stop("zip.header", "a member states a size that no file has", at_);
  if (!remember(entry))
    return stop("limit.memory", "the checks around this archive leave too little memory to remember its members", at_);
  return begin_data();
}

void MemberWalk::judge_names(const Entry& entry) const {
  if (const std::string_view other = other_kind(entry); !other.empty())
    say("archive.link", "an extra field calls " + shown_name(entry.name) + " " + std::string(other), at_);
  const bool other = !entry.own_name.empty() && is_utf8(entry) && entry.own_name != entry.name;
  if (!entry.stale_own_name && !other) return;
  say("archive.name", "the member " + shown_name(entry.name) + " has another name in its Unicode path field", at_);
}

bool MemberWalk::remember(const Entry& entry) {
  Walked walked{};
  walked.name = name_hash(entry);
  walked.offset = at_ & kMostOffset;
  walked.method = method_;
  walked.flags = flags_;
  walked.time = entry.time;
  keep_numbers(walked, stated_);
  return index_.add(walked);
}

// How long its data is stands behind it alone; libarchive states the decoded size nevertheless.
bool MemberWalk::is_open_ended() const { return (flags_ & kFlagDescriptor) != 0 && stated_.stored == 0; }

// Why the data cannot be looked at, as code and words; empty if it can.
std::pair<std::string_view, std::string_view> MemberWalk::obstacle() const {
  if ((flags_ & (kFlagEncrypted | kFlagStrong | kFlagMasked)) != 0) return {"zip.encrypted", "is encrypted"};
  if ((flags_ & kFlagPatch) != 0) return {"zip.method", "is a patch of something else"};
  if (method_ != kStored && method_ != kDeflate)
    return {"zip.method", "is packed by a method that is not decoded here"};
  if ((needed_ & 0xFFU) > kKnownVersion) return {"zip.method", "needs a newer version of zip than is known here"};
  return {};
}

MemberWalk::Next MemberWalk::begin_data() {
  if (const auto [code, why] = obstacle(); !code.empty()) {
    const std::string message = "the member " + shown_name(name_) + " " + std::string(why);
    if ((flags_ & kFlagDescriptor) != 0) return stop(code, message, at_);
    say(code, message, at_);
    return Next::kSkipped;
  }
  if (method_ == kStored && is_open_ended() && !folder_)
    return stop("zip.not_streamable",
                "the member " + shown_name(name_) +
                    " is stored, and its length stands behind it alone: pack it so that headers state lengths",
                at_);
  if (method_ == kStored && stated_.stored != stated_.size && !is_open_ended())
    return stop("zip.header", "a stored member has two different sizes", at_);
  if (!folder_) member_.open(name_, at_, is_open_ended() ? std::nullopt : std::optional(stated_.size));
  data_.begin(most());
  if (left_ > 0 || (method_ == kDeflate && is_open_ended())) return Next::kData;
  return method_ == kStored ? end_data() : damaged("zip.data", "has no data at all", at_);
}

// So many decoded bytes may come.
std::uint64_t MemberWalk::most() const {
  if (!is_open_ended()) return std::min(stated_.size, dense(stated_.stored));
  return layer_.stored.has_value() ? dense(*layer_.stored) : ~std::uint64_t{0};
}

// What `stored` bytes may decode to.
std::uint64_t MemberWalk::dense(std::uint64_t stored) const {
  const bool beyond = limits_.max_ratio != 0 && stored > ~std::uint64_t{0} / limits_.max_ratio;
  return std::max(kRatioLooked, beyond ? ~std::uint64_t{0} : stored * limits_.max_ratio);
}

MemberWalk::Next MemberWalk::data(Bytes& chunk, std::uint64_t at) {
  const bool open_ended = is_open_ended();
  const Bytes offered = open_ended || chunk.size() < left_ ? chunk : chunk.first(static_cast<std::size_t>(left_));
  Bytes in = offered;
  const auto sink = [this](Bytes bytes) { hand_on(bytes); };
  const MemberData::Answer answer = method_ == kStored ? data_.store(in, sink) : data_.inflate(in, sink);
  const std::size_t used = offered.size() - in.size();
  chunk = chunk.subspan(used);
  if (!open_ended) left_ -= used;
  return member_.over() ? Next::kStopped : after_data(answer, at + used);
}

MemberWalk::Next MemberWalk::after_data(MemberData::Answer answer, std::uint64_t at) {
  using Answer = MemberData::Answer;
  if (answer == Answer::kFull) return too_long();
  if (answer == Answer::kDamaged) return damaged("zip.data", "cannot be decoded from here on", at);
  if (answer == Answer::kEnd && !is_open_ended() && left_ > 0)
    return damaged("zip.data", "ends before the data that the header states", at);
  if (answer == Answer::kEnd || (method_ == kStored && left_ == 0)) return end_data();
  if (!is_open_ended() && left_ == 0)
    return damaged("zip.data", "goes on where the header says that its data ends", at);
  return Next::kData;
}

void MemberWalk::hand_on(Bytes bytes) {
  if (folder_) return;
  if (look_.wants_content()) look_.content(as_text(bytes));
  if (target_.size() <= kLongestTarget) target_ += as_text(bytes).substr(0, kLongestTarget + 1 - target_.size());
  member_.feed(bytes);
}

MemberWalk::Next MemberWalk::too_long() {
  if (!is_open_ended() && data_.made() == stated_.size)
    return damaged("zip.size", "is longer than its header states", at_);
  return stop_ratio();
}

// The member is bad, but where the next one begins may be known.
MemberWalk::Next MemberWalk::damaged(std::string_view code, std::string_view why, std::uint64_t at) {
  const std::string message = "the member " + shown_name(name_) + " " + std::string(why) + ": pack and send it again";
  if ((flags_ & kFlagDescriptor) != 0) return stop(code, message, at);
  member_.drop();
  say(code, message, at);
  return Next::kSkipped;
}

MemberWalk::Next MemberWalk::end_data() {
  made_ += data_.made();
  const bool too_much = layer_.stored.has_value() && made_ > dense(*layer_.stored);
  if (too_much || data_.made() > dense(data_.taken())) return stop_ratio();
  return (flags_ & kFlagDescriptor) != 0 ? Next::kDescriptor : end_member();
}

// Four forms: with and without signature, of 32 and 64 bits. The one that fits counts; what follows has to be a record.
MemberWalk::Next MemberWalk::descriptor(std::string_view bytes, std::uint64_t at, std::size_t& length) {
  const Numbers found{data_.crc(), data_.taken(), data_.made()};
  for (const bool signature : {true, false}) {
    for (const std::size_t width : {std::size_t{4}, std::size_t{8}}) {
      length = (signature ? kSignatureSize : 0) + 4 + 2 * width;
      if (!fits(bytes, found, signature, width) || bytes.substr(length, 2) != "PK") continue;
      agree(found);
      return end_member();
    }
  }
  return stop(
      "zip.checksum",
      "what follows the data of " + shown_name(name_) + " does not have its checksum and sizes: pack and send it again",
      at);
}

bool MemberWalk::fits(std::string_view bytes, const Numbers& found, bool signature, std::size_t width) const {
  if (signature && u32(bytes, 0) != kDescriptorSignature) return false;
  const std::size_t at = signature ? kSignatureSize : 0;
  const auto number = [&](std::size_t where) -> std::uint64_t {
    return width == 4 ? u32(bytes, where) : u64(bytes, where);
  };
  return u32(bytes, at) == found.crc && number(at + 4) == found.stored && number(at + 4 + width) == found.size;
}

// What the header stated nevertheless has to be the same.
void MemberWalk::agree(const Numbers& found) {
  const bool sizes = (is_open_ended() || stated_.stored == found.stored) &&
                     (stated_.size == found.size || (is_open_ended() && stated_.size == 0));
  const bool sum = stated_.crc == 0 || stated_.crc == found.crc;
  if (!sizes || !sum)
    say("zip.mismatch",
        "the header of " + shown_name(name_) + " states " +
            (sizes ? "another checksum than follows" : "other sizes than follow") + " its data",
        at_);
  stated_ = found;
  keep_numbers(index_.last(), found);
}

MemberWalk::Next MemberWalk::end_member() {
  const bool size = data_.made() == stated_.size;
  if (!size || data_.crc() != stated_.crc) {
    member_.drop();
    say(size ? "zip.checksum" : "zip.size",
        "the member " + shown_name(name_) + " does not have the " + (size ? "checksum" : "size") +
            " that its header states: pack and send it again",
        at_);
    return Next::kRecord;
  }
  if (folder_ && stated_.size != 0) say("zip.header", "the folder " + shown_name(name_) + " has a content", at_);
  const bool leaves = target_.size() > kLongestTarget || link_leaves(name_, target_);
  index_.last().link_leaves = leaves ? 1U : 0U;
  member_.finish();
  return member_.over() ? Next::kStopped : Next::kRecord;
}

bool MemberWalk::ends_within(std::uint64_t stored) {
  if (made_ <= dense(stored)) return true;
  static_cast<void>(stop_ratio());
  return false;
}

MemberWalk::Next MemberWalk::stop(std::string_view code, std::string message, std::uint64_t at) {
  member_.drop();
  say(code, std::move(message), at);
  return Next::kStopped;
}

MemberWalk::Next MemberWalk::stop_ratio() {
  if (layer_.unpacked != nullptr) layer_.unpacked->over = true;
  return stop(
      "archive.ratio",
      "it decodes to more than " + std::to_string(limits_.max_ratio) + " bytes for each stored one, as bombs do", at_);
}

void MemberWalk::say(std::string_view code, std::string message, std::uint64_t at) const {
  Location where;
  where.byte = at;
  layer_.report(code, std::move(message), where);
}

}  // namespace scalper::zip
