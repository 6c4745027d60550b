#include "validate/contract/values.h"

#include <algorithm>
#include <cmath>

namespace scalper::grammar {
namespace {

constexpr double kExact = 9007199254740992.0;  // 2^53: whole numbers of JSON are exact up to here (RFC 8785, 3.1)

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_name(std::string_view text) {
  const auto in_name = [](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; };
  return !text.empty() && text.size() <= kMostNameChars && is_alnum(text.front()) &&
         std::all_of(text.begin(), text.end(), in_name);
}

// RFC 6838, section 4.2, in small letters.
bool is_media_type(std::string_view text) {
  const auto is_part = [](std::string_view part) {
    const auto in_part = [](char c) {
      return (is_alnum(c) && (c < 'A' || c > 'Z')) || std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    };
    return !part.empty() && is_alnum(part.front()) && std::all_of(part.begin(), part.end(), in_part);
  };
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && text.size() <= kMostMediaTypeBytes && is_part(text.substr(0, slash)) &&
         is_part(text.substr(slash + 1));
}

bool is_separator(std::string_view text) {
  if (text.size() != 1) return false;
  const char c = text.front();
  return c == '\t' || (c >= ' ' && c < '\x7f' && !is_alnum(c));
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; });
}

// No way out of the contract's folder, no second spelling of a path.
bool is_file_below(std::string_view text) {
  if (!text.ends_with(".json")) return false;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view segment = text.substr(begin, end - begin);
    if (segment.empty() || segment == "." || segment == "..") return false;
    begin = end + 1;
  }
  return true;
}

// Reads one value; each method answers whether it is right, after having said what is wrong.
class Reader {
 public:
  Reader(const Key& key, Lint& lint) : key_(key), lint_(lint) {}

  bool read(const ContractNode& node, Value& value) {
    switch (key_.shape) {
      case Shape::kFlag: value.flag = node.flag; return is(node, ContractNode::Kind::kFlag, "true or false");
      case Shape::kWhole: return whole(node, value.number, "a whole number") && in_range(node, value.number);
      case Shape::kSize: return size(node, value.number) && in_range(node, value.number);
      case Shape::kDuration: return duration(node, value.number) && in_range(node, value.number);
      case Shape::kSuffixes:
      case Shape::kMediaTypes:
      case Shape::kNames: return texts(node, value.texts);
      default: value.text = node.text; return one_text(node);
    }
  }

 private:
  bool wrong(const ContractNode& node, const std::string& message) {
    lint_.error(node.place, "`" + std::string(key_.path) + "` " + message);
    return false;
  }

  bool is(const ContractNode& node, ContractNode::Kind kind, const std::string& wanted) {
    if (node.kind == kind) return true;
    std::string message = "wants " + wanted + ", not " + std::string(name_of(node.kind));
    if (kind == ContractNode::Kind::kText &&
        (node.kind == ContractNode::Kind::kNumber || node.kind == ContractNode::Kind::kFlag))
      message += ": put it into quotes";
    if (kind == ContractNode::Kind::kFlag && node.kind == ContractNode::Kind::kText &&
        (node.text == "yes" || node.text == "no"))
      message = std::string("wants true or false: `yes` and `no` are words here, write ") +
                (node.text == "yes" ? "true" : "false");
    return wrong(node, message);
  }

  bool one_text(const ContractNode& node) {
    if (!is(node, ContractNode::Kind::kText, "a text")) return false;
    const std::string& text = node.text;
    const std::string found = quoted(text);
    switch (key_.shape) {
      case Shape::kChoice: return choice(node);
      case Shape::kCharacter:
        return is_separator(text) || wrong(node, "is one character of ASCII, no letter and no digit, not " + found);
      case Shape::kName: return is_name(text) || wrong(node, name_rule(found));
      default: break;
    }
    if (has_control(text)) return wrong(node, "has a control character: " + found);
    if (text.size() < key_.least || text.size() > key_.most)
      return wrong(node, "has " + std::to_string(text.size()) + " bytes, allowed are " + std::to_string(key_.least) +
                             " to " + std::to_string(key_.most));
    if (key_.shape == Shape::kFile && !is_file_below(text))
      return wrong(node,
                   "names a .json file beside or below the contract, with '/' between and without '..', not " + found);
    return true;
  }

  static std::string name_rule(const std::string& found) {
    return "is a name of at most " + std::to_string(kMostNameChars) +
           " letters, digits, '.', '_' and '-' that begins with a letter or digit, not " + found;
  }

  bool choice(const ContractNode& node) {
    const std::vector<std::string_view> known(key_.choices.begin(), key_.choices.end());
    if (std::find(known.begin(), known.end(), node.text) != known.end()) return true;
    std::string all;
    for (const std::string_view word : known) all += (all.empty() ? "" : ", ") + std::string(word);
    std::string message = "cannot be " + quoted(node.text) + ": it is one of " + all;
    if (const std::string_view meant = closest(node.text, known); !meant.empty())
      message = "cannot be " + quoted(node.text) + "; did you mean \"" + std::string(meant) + "\"? It is one of " + all;
    return wrong(node, message);
  }

  bool texts(const ContractNode& node, std::vector<std::string>& all) {
    if (node.kind == ContractNode::Kind::kText) {
      all = {node.text};
      return member(node);
    }
    if (node.kind != ContractNode::Kind::kList) return is(node, ContractNode::Kind::kText, "a text or a list of texts");
    if (node.children.size() < key_.least || node.children.size() > key_.most)
      return wrong(node, "has " + std::to_string(node.children.size()) + " members, allowed are " +
                             std::to_string(key_.least) + " to " + std::to_string(key_.most));
    bool right = true;
    for (const ContractNode& child : node.children) {
      if (std::find(all.begin(), all.end(), child.text) != all.end() && child.kind == ContractNode::Kind::kText)
        right = wrong(child, "has " + quoted(child.text) + " twice");
      right = member(child) && right;
      all.push_back(child.text);
    }
    return right;
  }

  bool member(const ContractNode& node) {
    if (!is(node, ContractNode::Kind::kText, "texts")) return false;
    const std::string found = quoted(node.text);
    if (key_.shape == Shape::kNames) return is_name(node.text) || wrong(node, name_rule(found));
    if (key_.shape == Shape::kMediaTypes)
      return is_media_type(node.text) ||
             wrong(node, "has media types such as text/csv, in small letters, not " + found);
    if (node.text.empty() || node.text.size() > kMostSuffixBytes || has_control(node.text))
      return wrong(node, "has endings of 1 to " + std::to_string(kMostSuffixBytes) +
                             " bytes without control characters, not " + found);
    return true;
  }

  bool whole(const ContractNode& node, std::uint64_t& number, const std::string& wanted) {
    if (!is(node, ContractNode::Kind::kNumber, wanted)) return false;
    const double value = node.number;
    if (value < 0 || value != std::floor(value) || value > kExact)
      return wrong(node, "is a whole number from 0 to 2^53, not " + quoted(node.text));
    number = static_cast<std::uint64_t>(value);
    return true;
  }

  bool size(const ContractNode& node, std::uint64_t& bytes) {
    if (node.kind != ContractNode::Kind::kText) return whole(node, bytes, "bytes such as 512, 5MB or 10GiB");
    const auto parsed = parse_size(node.text);
    bytes = parsed.value_or(0);
    return parsed ||
           wrong(node, "is a number of bytes or a whole number with kB, MB, GB, TB, KiB, MiB, GiB or TiB, not " +
                           quoted(node.text));
  }

  bool duration(const ContractNode& node, std::uint64_t& milliseconds) {
    if (node.kind == ContractNode::Kind::kNumber) return wrong(node, "needs a unit: ms, s, min, h or d");
    if (!is(node, ContractNode::Kind::kText, "a time such as 30s or 5min")) return false;
    const auto parsed = parse_duration(node.text);
    milliseconds = parsed.value_or(0);
    return parsed || wrong(node, "is a whole number with ms, s, min, h or d, not " + quoted(node.text));
  }

  bool in_range(const ContractNode& node, std::uint64_t number) {
    if (number >= key_.least && number <= key_.most) return true;
    const auto shown = [this](std::uint64_t n) {
      if (key_.shape == Shape::kSize) return size_text(n);
      return key_.shape == Shape::kDuration ? duration_text(n) : std::to_string(n);
    };
    return wrong(node, "is from " + shown(key_.least) + " to " + shown(key_.most) + ", not " + quoted(node.text));
  }

  const Key& key_;
  Lint& lint_;
};

}  // namespace

std::optional<Value> read_value(const Key& key, const ContractNode& node, Lint& lint) {
  Value value;
  if (!Reader(key, lint).read(node, value)) return std::nullopt;
  return value;
}

}  // namespace scalper::grammar
