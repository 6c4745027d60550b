#include "validate/contract/tree.h"

#include <charconv>
#include <cmath>
#include <system_error>
#include <utility>

#include "base/escape.h"

namespace scalper::grammar {
namespace {

constexpr std::size_t kShownBytes = 4;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Behind the digits at `at`; `at` itself if there are none.
std::size_t digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

bool is_json_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == at || (text[at] == '0' && whole > at + 1)) return false;
  at = whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = digits(text, at + 1);
    if (fraction == at + 1) return false;
    at = fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits(text, at);
    if (exponent == at) return false;
    at = exponent;
  }
  return at == text.size();
}

bool is_control(char c) { return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f'; }

}  // namespace

const ContractNode* member_of(const ContractNode& map, std::string_view key) {
  if (map.kind != ContractNode::Kind::kMap) return nullptr;
  for (const ContractNode& child : map.children)
    if (child.key == key) return &child;
  return nullptr;
}

std::string_view name_of(ContractNode::Kind kind) {
  switch (kind) {
    case ContractNode::Kind::kNull: return "nothing";
    case ContractNode::Kind::kFlag: return "true or false";
    case ContractNode::Kind::kNumber: return "a number";
    case ContractNode::Kind::kText: return "a text";
    case ContractNode::Kind::kList: return "a list";
    case ContractNode::Kind::kMap: return "keys";
  }
  return "";
}

bool read_number(std::string_view text, ContractNode& node) {
  if (!is_json_number(text)) return false;
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return false;
  node.kind = ContractNode::Kind::kNumber;
  node.number = number;
  node.text = text;
  return true;
}

Place place_of(std::string_view text, std::size_t byte) {
  Place place{1, 1};
  for (const char c : text.substr(0, byte)) {
    ++place.column;
    if (c == '\n') place = {place.line + 1, 1};
  }
  return place;
}

bool is_plain_text(std::string_view text, Lint& lint) {
  if (text.size() > kMostTextBytes) {
    lint.error({}, "the file has " + std::to_string(text.size()) + " bytes, a contract at most 256 KiB");
    return false;
  }
  if (const std::size_t good = valid_utf8_prefix(text); good < text.size()) {
    lint.error(place_of(text, good), "contracts are UTF-8, this is not: " + quoted(text.substr(good, kShownBytes)));
    return false;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_control(text[at])) continue;
    lint.error(place_of(text, at), "a control character stands here: " + quoted(text.substr(at, 1)));
    return false;
  }
  return true;
}

void TreeBuilder::fault(Place place, std::string message) {
  if (!faulty_) lint_.error(place, std::move(message));
  faulty_ = true;
}

bool TreeBuilder::counted(Place place) {
  if (faulty_) return false;
  if (++nodes_ > kMostNodes) fault(place, "more than " + std::to_string(kMostNodes) + " values");
  if (open_.empty() && root_) fault(place, "a second document begins here; a file is one contract");
  return !faulty_;
}

void TreeBuilder::open(ContractNode::Kind kind, Place place) {
  if (!counted(place)) return;
  if (open_.size() == kMostDepth)
    return fault(place, "values lie deeper within each other than " + std::to_string(kMostDepth) + " levels");
  if (wants_key()) return fault(place, "a key is a text, not a list or a map");
  Open opened;
  opened.node.kind = kind;
  opened.node.place = place;
  open_.push_back(std::move(opened));
}

void TreeBuilder::close() {
  if (faulty_ || open_.empty()) return;
  ContractNode done = std::move(open_.back().node);
  open_.pop_back();
  attach(std::move(done));
}

void TreeBuilder::value(ContractNode node) {
  if (counted(node.place)) attach(std::move(node));
}

void TreeBuilder::key(std::string text, Place place) {
  if (faulty_ || open_.empty()) return;
  Open& map = open_.back();
  if (const ContractNode* other = member_of(map.node, text))
    lint_.error(place,
                "the key " + quoted(text) + " is there twice, first in line " + std::to_string(other->key_place.line));
  map.has_key = true;
  map.key = std::move(text);
  map.key_place = place;
}

bool TreeBuilder::wants_key() const {
  return !open_.empty() && open_.back().node.kind == ContractNode::Kind::kMap && !open_.back().has_key;
}

void TreeBuilder::attach(ContractNode node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == ContractNode::Kind::kMap) {
    node.key = std::move(parent.key);
    node.key_place = parent.key_place;
    parent.has_key = false;
  }
  parent.node.children.push_back(std::move(node));
}

std::optional<ContractNode> TreeBuilder::take() {
  if (faulty_) return std::nullopt;
  if (root_) return std::exchange(root_, std::nullopt);
  ContractNode nothing;
  nothing.place = {1, 1};
  return nothing;
}

}  // namespace scalper::grammar
