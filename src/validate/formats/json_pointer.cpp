#include "validate/formats/json_pointer.h"

namespace scalper {
namespace {

void append_name(std::string& out, std::string_view name) {
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
}

}  // namespace

void JsonPointer::on_event(JsonKind kind, std::string_view text, bool more) {
  switch (kind) {
    case JsonKind::kBeginObject:
    case JsonKind::kBeginArray: levels_.push_back({names_.size(), false}); break;
    case JsonKind::kEndObject:
    case JsonKind::kEndArray:
      names_.resize(levels_.back().name);
      levels_.pop_back();
      break;
    case JsonKind::kKey: {
      Level& level = levels_.back();
      if (!goes_on_) {
        names_.resize(level.name);
        level.complete = true;
      }
      goes_on_ = more;
      if (names_.size() + text.size() > kLongest) level.complete = false;
      if (level.complete) names_ += text;
      break;
    }
    default: break;
  }
}

std::optional<std::string> JsonPointer::text(const JsonTokenizer& tokenizer) const {
  std::string out;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    out += '/';
    if (!tokenizer.is_object(i)) {
      out += std::to_string(tokenizer.index(i));
      continue;
    }
    if (!levels_[i].complete) return std::nullopt;
    const std::size_t end = i + 1 < levels_.size() ? levels_[i + 1].name : names_.size();
    append_name(out, std::string_view(names_).substr(levels_[i].name, end - levels_[i].name));
  }
  return out;
}

void JsonPointer::clear() {
  levels_.clear();
  names_.clear();
  goes_on_ = false;
}

}  // namespace scalper
