// Which nodes look at a value, and what that takes of memory.
#include <algorithm>
#include <cassert>
#include <utility>

#include "validate/schema/schema_fail.h"

namespace scalper::schema {
namespace {

constexpr std::size_t kMostScopes = 10'000;
// References in a row at one place; the compiler refuses schemas that have more, but for dynamic ones.
constexpr std::size_t kDeepest = 1000;

std::size_t bytes_of(const Frame& frame) {
  return sizeof(Frame) + frame.evaluations.capacity() * sizeof(Evaluation) +
         (frame.kids.capacity() + frame.words.capacity() * 2) * sizeof(std::uint32_t) +
         frame.links.capacity() * sizeof(Link);
}

}  // namespace

Frame& SchemaRun::push_frame(const Where& where) {
  if (open_ == frames_.size()) frames_.push_back(std::make_unique<Frame>());
  Frame& frame = *frames_[open_++];
  frame.where = where;
  frame.serial = ++serial_;
  return frame;
}

void SchemaRun::pop_frame() {
  Frame& frame = *frames_[--open_];
  frame_bytes_ -= frame.bytes;
  grown_bytes_ -= frame.grown;
  frame.reset();
}

void SchemaRun::open_roots(Frame& frame) {
  for (const Pending& pending : pending_) {
    const std::uint32_t kid = require(frame, pending.node, pending.scope, pending.want, false, 0);
    if (given_up_) return;
    frame.links.push_back({kid, pending.parent, pending.kind});
  }
  pending_.clear();
  frame.bytes = bytes_of(frame);
  frame_bytes_ += frame.bytes;
  if (frame_bytes_ > kFramesMemory)
    give_up("the schema looks at more places of the document at once than memory allows: it was not checked further");
}

std::uint32_t SchemaRun::require(Frame& frame, NodeId id, std::uint32_t scope, Want want, bool track,
                                 std::size_t depth) {
  if (given_up_) return 0;
  const Node& node = schema_.nodes[id];
  scope = extended(scope, node.resource);
  auto& [serial, head] = heads_[id];
  const std::uint32_t first = serial == frame.serial ? head : kNobody;
  std::uint32_t at = first;
  while (at != kNobody && frame.evaluations[at].scope != scope) at = frame.evaluations[at].other;
  if (at != kNobody) {
    Evaluation& known = frame.evaluations[at];
    if (known.want >= want && (known.track || !track)) return at;
    const bool again = known.want < want;
    known.want = std::max(known.want, want);
    known.track = known.track || track;
    if (again) {  // what was found is to be said now
      known.failed = false;
      known.reason = {};
      if (known.rest != nullptr) known.rest->held.clear();
      if (known.rest != nullptr) known.rest->held_total = 0;
      check_begin(frame, known);
    }
    expand(frame, at, depth);
    return at;
  }
  if (frame.evaluations.size() == kMostEvaluations || depth > kDeepest) {
    give_up("the schema asks more than 4,096 questions of one value: it was not checked further");
    return 0;
  }
  at = static_cast<std::uint32_t>(frame.evaluations.size());
  serial = frame.serial;
  head = at;
  Evaluation& one = frame.evaluations.emplace_back();
  one.node = &node;
  one.scope = scope;
  one.want = want;
  one.other = first;
  one.track = track || node.unevaluated();
  one.words = static_cast<std::uint32_t>(frame.words.size());
  if (frame.object) frame.words.resize(frame.words.size() + (node.seen_bits + 63) / 64);
  check_begin(frame, one);
  expand(frame, at, depth);
  return at;
}

void SchemaRun::expand(Frame& frame, std::uint32_t at, std::size_t depth) {
  const Node& node = *frame.evaluations[at].node;
  if (node.in_place.empty() || frame.evaluations[at].lost()) return;
  if (frame.evaluations[at].kids == kNobody) {
    frame.evaluations[at].kids = static_cast<std::uint32_t>(frame.kids.size());
    frame.kids.resize(frame.kids.size() + node.in_place.size());
  }
  for (std::size_t i = 0; i < node.in_place.size() && !given_up_; ++i) {
    const InPlace& in_place = node.in_place[i];
    const Evaluation& one = frame.evaluations[at];
    Want want = Want::kVerdict;
    if (in_place.kind == InPlace::Kind::kAll) want = one.want;
    const bool conditional = in_place.kind == InPlace::Kind::kThen || in_place.kind == InPlace::Kind::kElse ||
                             in_place.kind == InPlace::Kind::kDependent;
    if (conditional && one.want != Want::kVerdict) want = Want::kHeld;
    const bool track = one.track && in_place.kind != InPlace::Kind::kNot;
    const std::size_t slot = one.kids + i;
    const std::uint32_t kid = require(frame, target(in_place, one.scope), one.scope, want, track, depth + 1);
    frame.kids[slot] = kid;
  }
}

std::uint32_t SchemaRun::extended(std::uint32_t scope, std::uint32_t resource) {
  if (resource == 0) return scope;
  const std::vector<std::uint32_t>& chain = scopes_[scope];
  if (std::find(chain.begin(), chain.end(), resource) != chain.end()) return scope;
  const auto [found, fresh] = extensions_.try_emplace({scope, resource}, static_cast<std::uint32_t>(scopes_.size()));
  if (!fresh) return found->second;
  if (scopes_.size() == kMostScopes) {
    give_up("the schema enters its resources in more than 10,000 orders: it was not checked further");
    return scope;
  }
  std::vector<std::uint32_t> longer = chain;
  longer.push_back(resource);
  scopes_.push_back(std::move(longer));
  return found->second;
}

NodeId SchemaRun::target(const InPlace& in_place, std::uint32_t scope) const {
  if (in_place.anchor == 0) return in_place.node;
  for (const std::uint32_t resource : scopes_[scope]) {
    for (const DynamicAnchor& anchor : schema_.anchors[resource])
      if (anchor.anchor == in_place.anchor) return anchor.node;
  }
  return in_place.node;
}

void SchemaRun::mark(Frame& frame, Evaluation& one, std::uint64_t ordinal) {
  if (one.track) set_bit(frame, one.more().evaluated, ordinal);
}

void SchemaRun::set_bit(Frame& frame, std::vector<std::uint64_t>& bits, std::uint64_t ordinal) {
  const auto word = static_cast<std::size_t>(ordinal / 64);
  if (word >= bits.size()) {
    if (!grow(frame, (word + 1 - bits.size()) * 2 * sizeof(std::uint64_t))) return;
    bits.resize(word + 1);
  }
  bits[word] |= std::uint64_t{1} << (ordinal % 64);
}

bool SchemaRun::grow(Frame& frame, std::size_t bytes) {
  if (given_up_) return false;
  frame.grown += bytes;
  grown_bytes_ += bytes;
  if (grown_bytes_ <= kGrowingMemory) return true;
  give_up("uniqueItems and unevaluated members and elements take more than 1 MiB: the schema was not checked further");
  return false;
}

void SchemaRun::give_up(std::string_view why) {
  if (std::exchange(given_up_, true)) return;
  if (!layer_.keeps(at_byte_)) return layer_.count(Severity::kUnverifiable);
  Location where;
  where.byte = at_byte_;
  where.line = host_.line_of(at_byte_);
  where.row = host_.row();
  layer_.report("limit.memory", std::string(why), where);
}

Finding SchemaRun::finding_of(const Node& node, Keyword keyword, const Where& where, std::string message,
                              std::string_view member) {
  Finding finding;
  finding.code = code_of(keyword);
  finding.message = std::move(message) + schema_place(node, keyword);
  finding.location.byte = where.byte;
  finding.location.line = where.line != 0 ? where.line : host_.line_of(where.byte);
  finding.location.row = host_.row();
  finding.location.pointer = host_.pointer(where.containers);
  if (finding.location.pointer.has_value() && !member.empty()) *finding.location.pointer += member;
  return finding;
}

void SchemaRun::hold(Frame& frame, Evaluation& one, Finding finding) {
  std::vector<Finding>& held = one.more().held;
  if (held.size() >= layer_.settings->limits.findings && (held.empty() || !comes_before(finding, held.back()))) return;
  // Where there is no room they are counted all the same.
  const std::size_t bytes = sizeof(Finding) + finding.message.size() + finding.location.pointer.value_or("").size();
  if (grown_bytes_ + bytes > kGrowingMemory) return;
  frame.grown += bytes;
  grown_bytes_ += bytes;
  held.insert(std::upper_bound(held.begin(), held.end(), finding, comes_before), std::move(finding));
  if (held.size() > layer_.settings->limits.findings) held.pop_back();
}

}  // namespace scalper::schema
