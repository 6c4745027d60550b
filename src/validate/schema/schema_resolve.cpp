// What becomes of a value when it ends: nodes at the same place first, then what they mean for each other.
#include <algorithm>

#include "validate/schema/schema_fail.h"

namespace scalper::schema {

void SchemaRun::resolve(Frame& frame, std::uint32_t at, std::size_t depth) {
  if (given_up_) return;
  Evaluation& one = frame.evaluations[at];
  if (one.state == Evaluation::State::kDone) return;
  if (one.state == Evaluation::State::kOpen)
    return give_up("the schema refers to itself without a step into the document: it was not checked further");
  one.state = Evaluation::State::kOpen;
  if (!one.lost() && !frame.scalar) check_container(frame, one);
  if (!one.lost()) resolve_in_place(frame, at, depth);
  if (!one.lost() && one.node->unevaluated() && !given_up_) check_unevaluated(frame, one);
  one.state = Evaluation::State::kDone;
}

void SchemaRun::resolve_in_place(Frame& frame, std::uint32_t at, std::size_t depth) {
  Evaluation& one = frame.evaluations[at];
  const Node& node = *one.node;
  Alternatives any;
  Alternatives only;
  bool condition = false;
  for (std::size_t i = 0; i < node.in_place.size() && !given_up_; ++i) {
    const InPlace& in_place = node.in_place[i];
    const std::uint32_t number = frame.kids[one.kids + i];
    resolve(frame, number, depth + 1);
    if (given_up_) return;
    Evaluation& kid = frame.evaluations[number];
    switch (in_place.kind) {
      case InPlace::Kind::kAll: absorb(frame, one, kid); break;
      case InPlace::Kind::kAny:
      case InPlace::Kind::kOne:
        (in_place.kind == InPlace::Kind::kAny ? any : only).add(kid);
        merge_marks(frame, one, kid);
        break;
      case InPlace::Kind::kNot:
        if (!kid.failed)
          fail(one, Keyword::kNot, frame.where, [] { return "expected a value that does not match `not`"; });
        break;
      case InPlace::Kind::kIf:
        condition = !kid.failed;
        merge_marks(frame, one, kid);
        break;
      case InPlace::Kind::kThen:
        if (condition) absorb(frame, one, kid);
        break;
      case InPlace::Kind::kElse:
        if (!condition) absorb(frame, one, kid);
        break;
      case InPlace::Kind::kDependent: {
        const auto bit = static_cast<std::uint32_t>(in_place.seen);
        const bool seen = frame.object && (frame.words[one.words + bit / 64] >> (bit % 64) & 1U) != 0;
        if (seen) absorb(frame, one, kid);
        break;
      }
    }
  }
  resolve_alternatives(frame, one, any, only);
}

void SchemaRun::resolve_alternatives(Frame& frame, Evaluation& one, const Alternatives& any, const Alternatives& only) {
  if (any.total > 0 && any.matched == 0) fail(one, Keyword::kAnyOf, frame.where, [&] { return any_sentence(any); });
  if (only.total > 0 && only.matched != 1) fail(one, Keyword::kOneOf, frame.where, [&] { return one_sentence(only); });
}

// `kid`, at the same place, counts for `one`.
void SchemaRun::absorb(Frame& frame, Evaluation& one, Evaluation& kid) {
  if (!kid.failed) return merge_marks(frame, one, kid);
  fail_with(frame, one, kid);
}

void SchemaRun::fail_with(Frame& frame, Evaluation& one, Evaluation& kid) {
  one.failed = true;
  if (one.reason.node == nullptr) one.reason = kid.reason;
  if (one.want != Want::kVerdict && kid.want == Want::kHeld) take_findings(frame, one, kid);
}

// Copies: the same evaluation may count for several.
void SchemaRun::take_findings(Frame& frame, Evaluation& one, Evaluation& kid) {
  if (kid.rest == nullptr) return;
  const Rest& from = *kid.rest;
  if (one.want == Want::kHeld) {
    one.more().held_total += from.held_total;
    for (const Finding& finding : from.held) hold(frame, one, finding);
    return;
  }
  for (const Finding& finding : from.held)
    layer_.report(finding.code, finding.severity, finding.message, finding.location);
  for (std::uint64_t i = from.held.size(); i < from.held_total; ++i) layer_.count(Severity::kError);
}

void SchemaRun::merge_marks(Frame& frame, Evaluation& one, const Evaluation& kid) {
  if (!one.track || kid.failed || kid.rest == nullptr) return;
  const Rest& from = *kid.rest;
  Rest& into = one.more();
  into.all = into.all || from.all;
  if (into.evaluated.size() < from.evaluated.size()) {
    if (!grow(frame, (from.evaluated.size() - into.evaluated.size()) * 2 * sizeof(std::uint64_t))) return;
    into.evaluated.resize(from.evaluated.size());
  }
  for (std::size_t i = 0; i < from.evaluated.size(); ++i) into.evaluated[i] |= from.evaluated[i];
}

}  // namespace scalper::schema
