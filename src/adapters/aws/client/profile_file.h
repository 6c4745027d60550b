#pragma once
// The files that the AWS tools share: ~/.aws/config and ~/.aws/credentials.
// Source: "Shared config and credentials files" (AWS SDKs and tools reference guide), file format.

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace scalper::aws {

// By lower-case name. What stands indented below "s3 =" has the name "s3.endpoint_url".
using Settings = std::map<std::string, std::string, std::less<>>;
using Sections = std::map<std::string, Settings, std::less<>>;

struct ProfileFiles {
  Sections profiles;
  Sections sso_sessions;  // [sso-session NAME], of the config file only
  Sections services;      // [services NAME], of the config file only
};

// The value, "" where the section has none.
[[nodiscard]] std::string setting(const Settings& settings, std::string_view name);

// Both files in one; of one profile what the credentials file says goes before what the config file says. Sections of
// other kinds are passed over. Pure.
// kInvalidArgument: a line that is none of section, setting, continuation and comment; the message names file and line
// and repeats nothing of it, since it may hold a secret.
[[nodiscard]] Result<ProfileFiles> parse_profiles(std::string_view config, std::string_view credentials);

}  // namespace scalper::aws
