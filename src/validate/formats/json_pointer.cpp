#include "validate/formats/json_pointer.h"

#include <algorithm>

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

void JsonPointer::grow() { levels_.emplace_back(); }

void JsonPointer::name(std::string_view text) {
  Level& level = levels_[depth_ - 1];
  level.complete = text.size() <= kLongest - level.begin;
  if (!level.complete) return;
  char* const kept = names_.data() + level.begin;
  std::copy(text.begin(), text.end(), kept);
  level.name = {kept, text.size()};
  end_ = level.begin + text.size();
}

std::optional<std::string> JsonPointer::text(const JsonTokenizer& tokenizer, std::size_t containers) const {
  std::string out;
  std::size_t names = 0;
  for (std::size_t i = 0; i < containers && i < depth_; ++i) {
    out += '/';
    if (!tokenizer.is_object(i)) {
      out += std::to_string(tokenizer.index(i));
      continue;
    }
    names += levels_[i].name.size();
    if (!levels_[i].complete || names > kLongest) return std::nullopt;
    append_name(out, levels_[i].name);
  }
  return out;
}

void JsonPointer::clear() {
  depth_ = 0;
  end_ = 0;
}

}  // namespace scalper
