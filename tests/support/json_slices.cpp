#include "support/json_slices.h"

#include <gtest/gtest.h>

namespace scalper::tests {
namespace {

void skip_space(std::string_view& text) {
  while (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
}

// The value at the front.
std::string_view take_value(std::string_view& text) {
  skip_space(text);
  std::size_t end = 0;
  int open = 0;
  bool quoted = false;
  while (end < text.size()) {
    const char c = text[end];
    if (!quoted && open == 0 && std::string_view(",:]} \t\r\n").find(c) != std::string_view::npos) break;
    ++end;
    if (quoted && c == '\\') {
      ++end;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '{' || c == '[') ++open;
    if (c == '}' || c == ']') --open;
  }
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

}  // namespace

std::vector<std::pair<std::string, std::string_view>> json_parts(std::string_view value) {
  std::vector<std::pair<std::string, std::string_view>> parts;
  skip_space(value);
  const bool object = value.starts_with('{');
  value.remove_prefix(1);
  for (skip_space(value); !value.empty() && value.front() != '}' && value.front() != ']'; skip_space(value)) {
    if (value.front() == ',') value.remove_prefix(1);
    std::string name;
    if (object) {
      const std::string_view quoted = take_value(value);
      name = quoted.substr(1, quoted.size() - 2);
      skip_space(value);
      value.remove_prefix(1);  // the colon
    }
    parts.emplace_back(name, take_value(value));
  }
  return parts;
}

std::string_view json_member(std::string_view object, std::string_view name) {
  for (const auto& [found, value] : json_parts(object))
    if (found == name) return value;
  ADD_FAILURE() << "no member " << name;
  return {};
}

}  // namespace scalper::tests
