#include "adapters/aws/client/profile_file.h"

#include <algorithm>
#include <cstdint>

#include "adapters/aws/client/text.h"

namespace scalper::aws {
namespace {

enum class Kind : std::uint8_t { kConfig, kCredentials };

bool is_space(char c) { return c == ' ' || c == '\t'; }

// A value ends where a comment begins: at # or ; behind white space.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i)
    if ((value[i] == '#' || value[i] == ';') && is_space(value[i - 1])) return trimmed(value.substr(0, i));
  return trimmed(value);
}

std::string_view unquoted(std::string_view name) {
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '\'') && name.back() == name.front())
    return name.substr(1, name.size() - 2);
  return name;
}

class Reader {
 public:
  Reader(Kind kind, ProfileFiles& into) : kind_(kind), into_(into) {}

  Result<void> read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      ++line_;
      if (!read_line(text.substr(at, end - at))) return malformed();
      at = end + 1;
    }
    return {};
  }

 private:
  [[nodiscard]] Error malformed() const {
    return {ErrorCode::kInvalidArgument, std::string("the AWS ") + (kind_ == Kind::kConfig ? "config" : "credentials") +
                                             " file has a malformed line: " + std::to_string(line_)};
  }

  bool read_line(std::string_view line) {
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') return true;
    if (line.front() == '[') return read_section(text);
    if (!in_section_) return false;
    return is_space(line.front()) ? read_continuation(text) : read_setting(text);
  }

  bool read_section(std::string_view text) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view rest = trimmed(text.substr(close + 1));
    if (!rest.empty() && rest.front() != '#' && rest.front() != ';') return false;
    in_section_ = true;
    setting_.clear();
    section_ = section_of(trimmed(text.substr(1, close - 1)));
    return true;
  }

  // Where the section's settings go; null: passed over.
  Settings* section_of(std::string_view header) {
    const std::size_t space = std::min(header.find_first_of(" \t"), header.size());
    const std::string_view word = header.substr(0, space);
    const std::string name(unquoted(trimmed(header.substr(space))));
    if (kind_ == Kind::kCredentials) {
      if (word == "profile" && !name.empty()) return nullptr;
      return header.empty() ? nullptr : &into_.profiles[std::string(unquoted(header))];
    }
    if (header == "default") return default_is_settled_ ? nullptr : &into_.profiles["default"];
    if (name.empty()) return nullptr;
    if (word == "sso-session") return &into_.sso_sessions[name];
    if (word == "services") return &into_.services[name];
    if (word != "profile") return nullptr;
    Settings& profile = into_.profiles[name];
    if (name == "default" && !default_is_settled_) {  // [profile default] goes before [default]
      default_is_settled_ = true;
      profile.clear();
    }
    return &profile;
  }

  bool read_setting(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string name = lower(trimmed(text.substr(0, equals)));
    if (name.empty()) return false;
    const std::string_view value = without_comment(text.substr(equals + 1));
    setting_ = name;
    is_group_ = value.empty();
    if (section_ != nullptr) (*section_)[name] = value;
    return true;
  }

  bool read_continuation(std::string_view text) {
    if (setting_.empty()) return false;
    if (!is_group_) {
      if (section_ != nullptr) (*section_)[setting_].append("\n").append(text);
      return true;
    }
    const std::size_t equals = text.find('=');
    const std::string name = lower(trimmed(text.substr(0, std::min(equals, text.size()))));
    if (equals == std::string_view::npos || name.empty()) return false;
    if (section_ != nullptr) (*section_)[setting_ + "." + name] = without_comment(text.substr(equals + 1));
    return true;
  }

  Kind kind_;
  ProfileFiles& into_;
  std::size_t line_ = 0;
  bool in_section_ = false;
  bool default_is_settled_ = false;
  Settings* section_ = nullptr;
  std::string setting_;
  bool is_group_ = false;  // the setting's value was empty: what follows indented are settings of its own
};

}  // namespace

std::string setting(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second;
}

Result<ProfileFiles> parse_profiles(std::string_view config, std::string_view credentials) {
  ProfileFiles files;
  ProfileFiles secret;
  SCALPER_TRY(Reader(Kind::kConfig, files).read(config));
  SCALPER_TRY(Reader(Kind::kCredentials, secret).read(credentials));
  for (auto& [name, settings] : secret.profiles)
    for (auto& [key, value] : settings) files.profiles[name][key] = std::move(value);
  return files;
}

}  // namespace scalper::aws
