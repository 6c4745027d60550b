#include "validate/contract/canonical.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/bytes.h"
#include "digest/sha256.h"

namespace scalper::grammar {
namespace {

// ECMA-262, Number::toString: from here on and below, an exponent is written.
constexpr int kMostWholeDigits = 21;
constexpr int kFewestPlaces = -6;

constexpr unsigned char kAbovePlane = 0xF0;  // UTF-8 of U+10000 and above begins with this or more
constexpr unsigned char kPrivateUse = 0xEE;  // of U+E000 to U+FFFF with 0xEE or 0xEF

// The rank of a byte where two texts differ first. A surrogate (D800 to DFFF) is less than U+E000.
unsigned rank(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= kPrivateUse && byte < kAbovePlane ? 0x100U + byte : byte;
}

// Digits without point and the decimal exponent of the first: 1.5e3 = "15", 3.
struct Shortest {
  std::string digits;
  int exponent = 0;
};

Shortest shortest(double positive) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), positive, std::chars_format::scientific).ptr;
  const std::string_view all(text.data(), static_cast<std::size_t>(end - text.data()));
  const std::size_t e = all.find('e');
  Shortest found;
  for (const char c : all.substr(0, e))
    if (c != '.') found.digits += c;
  const std::string_view exponent = all.substr(e + (all[e + 1] == '+' ? 2 : 1));
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), found.exponent);
  return found;
}

void append(const ContractNode& node, std::string& out);

void append_map(const ContractNode& node, std::string& out) {
  std::vector<const ContractNode*> members;
  members.reserve(node.children.size());
  for (const ContractNode& child : node.children) members.push_back(&child);
  std::sort(members.begin(), members.end(),
            [](const ContractNode* a, const ContractNode* b) { return canonical_less(a->key, b->key); });
  out += '{';
  for (const ContractNode* member : members) {
    if (member != members.front()) out += ',';
    out += canonical_string(member->key) + ":";
    append(*member, out);
  }
  out += '}';
}

void append(const ContractNode& node, std::string& out) {
  switch (node.kind) {
    case ContractNode::Kind::kNull: out += "null"; return;
    case ContractNode::Kind::kFlag: out += node.flag ? "true" : "false"; return;
    case ContractNode::Kind::kNumber: out += canonical_number(node.number); return;
    case ContractNode::Kind::kText: out += canonical_string(node.text); return;
    case ContractNode::Kind::kMap: append_map(node, out); return;
    case ContractNode::Kind::kList: break;
  }
  out += '[';
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (i > 0) out += ',';
    append(node.children[i], out);
  }
  out += ']';
}

}  // namespace

std::string canonical_number(double number) {
  if (number == 0) return "0";  // negative zero too
  if (number < 0) return "-" + canonical_number(-number);
  const auto [digits, exponent] = shortest(number);
  const int count = static_cast<int>(digits.size());
  const int whole = exponent + 1;  // digits before the point
  const auto zeros = [](int n) { return std::string(static_cast<std::size_t>(n), '0'); };
  if (count <= whole && whole <= kMostWholeDigits) return digits + zeros(whole - count);
  if (0 < whole && whole <= kMostWholeDigits)
    return digits.substr(0, static_cast<std::size_t>(whole)) + "." + digits.substr(static_cast<std::size_t>(whole));
  if (kFewestPlaces < whole && whole <= 0) return "0." + zeros(-whole) + digits;
  const std::string power = (exponent < 0 ? "e-" : "e+") + std::to_string(exponent < 0 ? -exponent : exponent);
  return digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + power;
}

std::string canonical_string(std::string_view utf8) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : utf8) {
    switch (c) {
      case '"': out += "\\\""; continue;
      case '\\': out += "\\\\"; continue;
      case '\b': out += "\\b"; continue;
      case '\t': out += "\\t"; continue;
      case '\n': out += "\\n"; continue;
      case '\f': out += "\\f"; continue;
      case '\r': out += "\\r"; continue;
      default: break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20)
      out += std::string("\\u00") + kHex[byte >> 4U] + kHex[byte & 0xFU];
    else
      out += c;
  }
  return out + "\"";
}

bool canonical_less(std::string_view a, std::string_view b) {
  const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at == a.end() || other == b.end()) return a.size() < b.size();
  return rank(*at) < rank(*other);
}

std::string canonical(const ContractNode& node) {
  std::string out;
  append(node, out);
  return out;
}

std::string canonical_digest(const ContractNode& node) { return to_hex(sha256(as_bytes(canonical(node)))); }

}  // namespace scalper::grammar
