#include "api/target.h"

#include <optional>

#include "base/form_encoding.h"

namespace scalper::api {
namespace {

Error bad(const char* why) { return {ErrorCode::kInvalidArgument, why}; }

Result<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte <= ' ' || byte >= 0x7F) return bad("the target holds a byte that must be percent-encoded");
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
      const auto low = high ? hex_digit(text[i + 2]) : std::nullopt;
      if (!low) return bad("a '%' in the target is not followed by two hexadecimal digits");
      out += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Result<void> add_parameter(std::string_view pair, Parameters& parameters) {
  const std::size_t equals = pair.find('=');
  SCALPER_TRY_ASSIGN(std::string name, decoded(pair.substr(0, equals), true));
  std::string value;
  if (equals != std::string_view::npos) {
    SCALPER_TRY_ASSIGN(value, decoded(pair.substr(equals + 1), true));
  }
  if (name.empty()) return bad("a parameter has no name");
  if (parameters.size() == kMaxParameters) return bad("too many parameters");
  if (!parameters.emplace(std::move(name), std::move(value)).second) return bad("a parameter is given twice");
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text[0] != '/') return bad("the target must begin with '/'");
  if (text.find('#') != std::string_view::npos) return bad("the target holds a fragment");
  Target target;
  const std::size_t question = text.find('?');
  std::string_view path = text.substr(1, question == std::string_view::npos ? question : question - 1);
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    SCALPER_TRY_ASSIGN(std::string segment, decoded(path.substr(0, slash), false));
    if (segment.empty()) return bad("the path has an empty segment");
    target.segments.push_back(std::move(segment));
    if (slash == path.size() - 1) return bad("the path ends in '/'");
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  if (question == std::string_view::npos) return target;
  std::string_view query = text.substr(question + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    SCALPER_TRY(add_parameter(query.substr(0, end), target.parameters));
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  }
  return target;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 0xF];
    }
  }
  return out;
}

}  // namespace scalper::api
