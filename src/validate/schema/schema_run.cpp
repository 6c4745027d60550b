#include "validate/schema/schema_run.h"

#include <algorithm>
#include <utility>

#include "validate/schema/schema_fail.h"

namespace scalper::schema {

SchemaRun::SchemaRun(const CompiledSchema& schema, const Layer& layer, SchemaHost& host)
    : schema_(schema),
      layer_(layer),
      host_(host),
      heads_(schema.nodes.size()),
      next_names_(schema.name_places),
      scopes_(1) {
  frame_bytes_ = heads_.size() * sizeof heads_.front() + next_names_.size() * sizeof next_names_.front();
}

void SchemaRun::restart() {
  while (open_ > 0) pop_frame();
  pending_.clear();
  gathered_.clear();
  pieces_.reset();
  begun_ = false;
  given_up_ = false;
  skipped_ = 0;
}

void SchemaRun::on_event(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) {
  if (given_up_) return;
  at_byte_ = byte;
  const bool begins = kind == JsonKind::kBeginObject || kind == JsonKind::kBeginArray;
  const bool ends = kind == JsonKind::kEndObject || kind == JsonKind::kEndArray;
  if (skipped_ > 0) {
    if (begins) ++skipped_;
    if (ends) --skipped_;
    return;
  }
  if (begins) return begin_container(kind == JsonKind::kBeginObject, byte);
  if (ends) return end_container();
  if (kind == JsonKind::kKey) return on_key(byte, text, more);
  on_text(kind, byte, text, more);
}

void SchemaRun::on_key(std::uint64_t byte, std::string_view text, bool more) {
  if (!more && gathered_.empty()) return whole_key(byte, text);
  if (gathered_.size() + text.size() > kLongestText)
    return give_up("a name is longer than 256 KiB: the schema was not checked further");
  gathered_ += text;
  if (more) return;
  const std::string name = std::exchange(gathered_, {});
  whole_key(byte, name);
}

void SchemaRun::whole_key(std::uint64_t byte, std::string_view name) {
  Frame& frame = *frames_[open_ - 1];
  pending_.clear();
  ++frame.count;
  if (frame.hash.has_value()) frame.name = hash_of_string(name);
  if (frame.keeps_children) {
    if (!grow(frame, sizeof(Child) + name.size())) return;
    frame.children.push_back({byte, host_.line_of(byte), std::string(name)});
  }
  const auto size = static_cast<std::uint32_t>(frame.evaluations.size());
  for (std::uint32_t at = 0; at < size && !given_up_; ++at) ask_for_member(frame, at, name);
  // Names are values of their own.
  for (std::uint32_t at = 0; at < size && !given_up_; ++at) {
    const Node& node = *frame.evaluations[at].node;
    if (node.property_names == kNoNode || frame.evaluations[at].lost()) continue;
    std::vector<Pending> waiting = std::exchange(pending_, {});
    ask(frame, at, node.property_names, LinkKind::kAll);
    Value value(JsonKind::kKey, name, {byte, 0, open_});
    on_scalar(value);
    pending_ = std::move(waiting);
  }
}

void SchemaRun::on_text(JsonKind kind, std::uint64_t byte, std::string_view text, bool more) {
  if (!more && !pieces_.has_value()) {
    begin_value();
    if ((open_ == 0 || !frames_[open_ - 1]->wants_values) && surely_match(kind, text)) return;
    Value value(kind, text, {byte, 0, open_});
    return on_scalar(value);
  }
  if (!pieces_.has_value()) pieces_.emplace(kind, std::string_view(), Where{byte, host_.line_of(byte), open_});
  if (kind == JsonKind::kString) pieces_->add_piece(text);
  // The end of a text above the bound is looked at by length and hash alone.
  pieces_->cut = pieces_->cut || kind == JsonKind::kNumber || gathered_.size() + text.size() > kLongestText;
  if (!pieces_->cut || gathered_.empty()) gathered_ += text;
  if (more) return;
  Value value = std::move(*pieces_);
  const std::string whole = std::exchange(gathered_, {});
  pieces_.reset();
  value.text = whole;
  begin_value();
  on_scalar(value);
}

void SchemaRun::begin_value() {
  if (open_ == 0) {
    pending_.clear();
    if (!std::exchange(begun_, true) && !schema_.nodes[schema_.root].always)
      pending_.push_back({schema_.root, 0, kNobody, LinkKind::kAll, Want::kReported});
    return;
  }
  Frame& frame = *frames_[open_ - 1];
  if (frame.object) return;  // asked by the key
  pending_.clear();
  ++frame.count;
  if (frame.keeps_children) {
    if (!grow(frame, sizeof(Child))) return;
    frame.children.push_back({at_byte_, host_.line_of(at_byte_), {}});
  }
  const auto size = static_cast<std::uint32_t>(frame.evaluations.size());
  for (std::uint32_t at = 0; at < size && !given_up_; ++at) ask_for_element(frame, at);
}

void SchemaRun::ask(Frame& frame, std::uint32_t at, NodeId id, LinkKind kind) {
  Evaluation& one = frame.evaluations[at];
  if (!schema_.nodes[id].always)
    return pending_.push_back({id, one.scope, at, kind, kind == LinkKind::kAll ? one.want : Want::kVerdict});
  if (kind != LinkKind::kContains) return;
  ++one.contained;
  if (one.node->contains_evaluates) mark(frame, one, frame.count - 1);
}

void SchemaRun::ask_unevaluated(Frame& frame, std::uint32_t at, NodeId id) {
  if (id != kNoNode && !schema_.nodes[id].never) ask(frame, at, id, LinkKind::kUnevaluated);
}

const NameRule* SchemaRun::rule_of(Evaluation& one, std::string_view name) {
  const std::vector<NameRule>& rules = one.node->names.rules();
  std::uint32_t& next = next_names_[one.node->first_name + one.met];
  if (next == 0 || rules[next - 1].text != name) {
    const NameRule* const found = one.node->names.find(name, name_hash(name));
    if (found == nullptr) return nullptr;
    next = static_cast<std::uint32_t>(found - rules.data()) + 1;
  }
  one.met = next;
  return &rules[next - 1];
}

void SchemaRun::ask_for_member(Frame& frame, std::uint32_t at, std::string_view name) {
  Evaluation& one = frame.evaluations[at];
  const Node& node = *one.node;
  if (!node.has_object_rules || one.lost()) return;
  bool evaluated = false;
  if (const NameRule* const rule = rule_of(one, name)) {
    if (rule->seen >= 0) {
      const auto bit = static_cast<std::uint32_t>(rule->seen);
      frame.words[one.words + bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    evaluated = rule->child != kNoNode;
    if (evaluated) ask(frame, at, rule->child, LinkKind::kAll);
  }
  for (const PatternRule& rule : node.pattern_properties) {
    if (!rule.pattern->found_in(name)) continue;
    evaluated = true;
    ask(frame, at, rule.child, LinkKind::kAll);
  }
  if (!evaluated && node.additional_properties != kNoNode) {
    evaluated = true;
    ask(frame, at, node.additional_properties, LinkKind::kAll);
  }
  if (evaluated) {
    if (one.track) mark(frame, one, frame.count - 1);
  } else {
    ask_unevaluated(frame, at, node.unevaluated_properties);
  }
}

void SchemaRun::ask_for_element(Frame& frame, std::uint32_t at) {
  Evaluation& one = frame.evaluations[at];
  const Node& node = *one.node;
  if (!node.has_array_rules || one.lost()) return;
  const std::uint64_t ordinal = frame.count - 1;
  bool evaluated = true;
  if (ordinal < node.prefix.size()) {
    ask(frame, at, node.prefix[static_cast<std::size_t>(ordinal)], LinkKind::kAll);
  } else if (node.items != kNoNode) {
    ask(frame, at, node.items, LinkKind::kAll);
  } else {
    evaluated = false;
  }
  if (node.contains != kNoNode) ask(frame, at, node.contains, LinkKind::kContains);
  if (evaluated) {
    if (one.track) mark(frame, one, ordinal);
  } else {
    ask_unevaluated(frame, at, node.unevaluated_items);
  }
}

void SchemaRun::begin_container(bool object, std::uint64_t byte) {
  begin_value();
  if (given_up_) return;
  const bool hashed = open_ > 0 && frames_[open_ - 1]->wants_values;
  if (pending_.empty() && !hashed) {
    skipped_ = 1;
    return;
  }
  Frame& frame = push_frame({byte, host_.line_of(byte), open_});
  frame.object = object;
  open_roots(frame);
  bool wants_hash = hashed;
  for (const Evaluation& one : frame.evaluations) {
    wants_hash = wants_hash || one.node->has_values;
    frame.has_unique = frame.has_unique || (!object && one.node->unique_items);
    frame.keeps_children =
        frame.keeps_children || (object ? one.node->unevaluated_properties : one.node->unevaluated_items) != kNoNode;
  }
  if (wants_hash) frame.hash.emplace(object);
  frame.wants_values = wants_hash || frame.has_unique;
}

void SchemaRun::end_container() {
  Frame& frame = *frames_[open_ - 1];
  if (frame.hash.has_value()) frame.value = frame.hash->finish();
  for (const Link& link : frame.links) resolve(frame, link.kid, 0);
  if (given_up_) return;
  if (open_ > 1) {
    Frame& parent = *frames_[open_ - 2];
    for (const Link& link : frame.links) tell_parent(parent, link.kind, link.parent, frame.evaluations[link.kid]);
  }
  if (given_up_) return;
  const ValueHash value = frame.value;
  const Where where = frame.where;
  pop_frame();
  if (open_ > 0 && frames_[open_ - 1]->wants_values) tell_hash(*frames_[open_ - 1], value, where);
}

void SchemaRun::on_scalar(Value& value) {
  Frame* const parent = open_ > 0 ? frames_[open_ - 1].get() : nullptr;
  bool layered = false;
  for (const Pending& pending : pending_) {
    const Node& node = schema_.nodes[pending.node];
    layered = layered || !node.in_place.empty();
    if (!node.in_place.empty()) continue;
    Evaluation one;
    one.node = &node;
    one.want = pending.want;
    check_scalar(one, value);
    if (parent != nullptr) tell_parent(*parent, pending.kind, pending.parent, one);
  }
  if (layered && !given_up_) {
    std::erase_if(pending_, [&](const Pending& p) { return schema_.nodes[p.node].in_place.empty(); });
    Frame& frame = push_frame(value.where);
    frame.scalar = true;
    scalar_ = &value;
    open_roots(frame);
    for (const Link& link : frame.links) resolve(frame, link.kid, 0);
    scalar_ = nullptr;
    for (const Link& link : frame.links) {
      if (parent != nullptr && !given_up_) tell_parent(*parent, link.kind, link.parent, frame.evaluations[link.kid]);
    }
    if (!given_up_) pop_frame();
  }
  pending_.clear();
  if (given_up_ || parent == nullptr || value.kind == JsonKind::kKey || !parent->wants_values) return;
  if (value.kind == JsonKind::kNumber && !value.number().has_value())
    return give_up("a number is too long to be compared: the schema was not checked further");
  tell_hash(*parent, value.hash(), value.where);
}

void SchemaRun::tell_hash(Frame& parent, const ValueHash& hash, const Where& where) {
  if (parent.hash.has_value()) {
    if (parent.object) {
      parent.hash->member(parent.name, hash);
    } else {
      parent.hash->element(hash);
    }
  }
  if (!parent.has_unique) return;
  for (Evaluation& one : parent.evaluations) {
    if (!one.node->unique_items || one.lost()) continue;
    HashSet& unique = one.more().unique;
    if (!grow(parent, unique.growth())) return;
    if (unique.add(hash)) continue;
    const std::uint64_t ordinal = parent.count - 1;
    fail(one, Keyword::kUniqueItems, where, [&] {
      return "expected elements that all differ, and element " + std::to_string(ordinal) + " equals one before it";
    });
  }
}

void SchemaRun::tell_parent(Frame& parent, LinkKind kind, std::uint32_t at, Evaluation& kid) {
  if (at == kNobody) return;
  Evaluation& one = parent.evaluations[at];
  switch (kind) {
    case LinkKind::kAll:  // what the child evaluated of its own children says nothing of those of the parent
      if (kid.failed) fail_with(parent, one, kid);
      return;
    case LinkKind::kContains:
      if (kid.failed) return;
      ++one.contained;
      if (one.node->contains_evaluates) mark(parent, one, parent.count - 1);
      return;
    case LinkKind::kUnevaluated:
      if (kid.failed) set_bit(parent, one.more().unmatched, parent.count - 1);
      return;
  }
}

}  // namespace scalper::schema
