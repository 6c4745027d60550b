#include "adapters/aws/client/shared_profiles.h"

#include "adapters/aws/client/small_file.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kLimit = 1 << 20;

std::string path_of(const Environment& environment, std::string_view variable, std::string_view name) {
  std::string path = environment(variable);
  if (path.starts_with("~/")) return environment("HOME") + path.substr(1);
  if (!path.empty()) return path;
  const std::string folder = aws_folder(environment);
  return folder.empty() ? "" : folder + "/" + std::string(name);
}

Result<std::string> text_of(const std::string& path) {
  if (path.empty() || path == "/dev/null") return std::string();  // the usual way to say: none
  Result<std::string> text = read_small_file(path, kLimit);
  if (text.failed_with(ErrorCode::kNotFound)) return std::string();
  return text;
}

}  // namespace

std::string chosen_profile(const Environment& environment) {
  std::string name = environment("AWS_PROFILE");
  return name.empty() ? "default" : name;
}

std::string aws_folder(const Environment& environment) {
  const std::string home = environment("HOME");
  return home.empty() ? "" : home + "/.aws";
}

Result<ProfileFiles> read_profile_files(const Environment& environment) {
  SCALPER_TRY_ASSIGN(const std::string config, text_of(path_of(environment, "AWS_CONFIG_FILE", "config")));
  SCALPER_TRY_ASSIGN(const std::string credentials,
                     text_of(path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")));
  return parse_profiles(config, credentials);
}

}  // namespace scalper::aws
