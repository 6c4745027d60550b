#include "adapters/aws/client/credentials/profile_credentials.h"

#include <set>
#include <utility>

#include "adapters/aws/client/credentials/container_credentials.h"
#include "adapters/aws/client/credentials/environment_credentials.h"
#include "adapters/aws/client/credentials/given.h"
#include "adapters/aws/client/credentials/instance_credentials.h"
#include "adapters/aws/client/credentials/sso_credentials.h"
#include "adapters/aws/client/credentials/sts_credentials.h"
#include "adapters/aws/client/shared_profiles.h"
#include "base/escape.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kLongestRoleChain = 8;

Error invalid(const std::string& profile, const std::string& why) {
  return {ErrorCode::kInvalidArgument, "profile " + escape_text(profile) + ": " + why};
}

// What a profile chose and what is not there is no reason to ask the next source of the chain.
Result<Credentials> chosen(Result<Credentials> given) {
  if (!given.failed_with(ErrorCode::kNotFound)) return given;
  return Error(ErrorCode::kPermissionDenied, given.error().message());
}

bool has_keys(const Settings& profile) {
  return profile.contains("aws_access_key_id") || profile.contains("aws_secret_access_key");
}

}  // namespace

// One reading of the files.
class ProfileCredentials::Reading {
 public:
  Reading(const ProfileCredentials& source, const CallContext& context, const ProfileFiles& files)
      : source_(source), parts_(source.parts_), context_(context), files_(files) {}

  Result<Credentials> of(const std::string& name) {
    const auto found = files_.profiles.find(name);
    if (found == files_.profiles.end()) return invalid(name, "it is in no AWS profile file");
    const Settings& profile = found->second;
    const bool again = !seen_.insert(name).second;
    if (seen_.size() > kLongestRoleChain) return invalid(name, "too many profiles name each other");
    // A profile may assume a role with the keys that stand in itself.
    if (profile.contains("role_arn") && !again) return role_of(name, profile);
    if (again && !has_keys(profile)) return invalid(name, "it names itself as its source");
    if (!again && is_sso(profile)) return chosen(sso_credentials(parts_, context_, files_, profile));
    if (has_keys(profile)) return keys_of(profile);
    if (profile.contains("credential_process")) return chosen(process_of(setting(profile, "credential_process")));
    if (profile.contains("login_session"))
      return Error(
          ErrorCode::kUnsupported,
          "profile " + escape_text(name) + ": login_session; use `aws configure export-credentials` as its process");
    return Error(ErrorCode::kNotFound, "profile " + escape_text(name) + " has no credentials");
  }

 private:
  static Result<Credentials> keys_of(const Settings& profile) {
    return checked({setting(profile, "aws_access_key_id"), setting(profile, "aws_secret_access_key"),
                    setting(profile, "aws_session_token"), std::nullopt},
                   "the profile");
  }

  Result<Credentials> process_of(const std::string& command) {
    constexpr std::string_view kSource = "credential_process";
    const auto words = words_of(command);
    if (!words.ok()) return words.error().within(kSource);
    const auto output = output_of(context_, parts_.clock, *words, source_.limits_);
    if (!output.ok()) return output.error().within(kSource);
    if (member_of(*output, "Version") != "1")
      return Error(ErrorCode::kCorrupt, "credential_process: it does not say \"Version\": 1");
    return credentials_of(*output, {"", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}, kSource);
  }

  Result<Credentials> role_of(const std::string& name, const Settings& profile) {
    const Role role{setting(profile, "role_arn"), setting(profile, "role_session_name"),
                    setting(profile, "external_id"), setting(profile, "duration_seconds")};
    if (profile.contains("mfa_serial"))
      return Error(ErrorCode::kUnsupported, "profile " + escape_text(name) + ": mfa_serial, and nobody to be asked");
    SCALPER_TRY_ASSIGN(EndpointSettings endpoints, endpoint_settings(parts_.environment, files_, name));
    const std::string token = setting(profile, "web_identity_token_file");
    if (!token.empty()) return assume_role_with_token(parts_, context_, endpoints, role, token);
    SCALPER_TRY_ASSIGN(const Credentials by, chosen(source_of(name, profile)));
    return assume_role(parts_, context_, endpoints, role, by);
  }

  Result<Credentials> source_of(const std::string& name, const Settings& profile) {
    const std::string other = setting(profile, "source_profile");
    const std::string source = setting(profile, "credential_source");
    if (other.empty() == source.empty())
      return invalid(name, "role_arn wants either source_profile or credential_source");
    if (!other.empty()) return of(other);
    if (source == "Environment") return EnvironmentCredentials(parts_.environment).get(context_);
    if (source == "EcsContainer") return ContainerCredentials(parts_).get(context_);
    if (source == "Ec2InstanceMetadata") return InstanceCredentials(parts_).get(context_);
    return invalid(name, "no credential_source: " + escape_text(source));
  }

  const ProfileCredentials& source_;
  const SourceParts& parts_;
  const CallContext& context_;
  const ProfileFiles& files_;
  std::set<std::string, std::less<>> seen_;
};

ProfileCredentials::ProfileCredentials(SourceParts parts, CommandLimits limits)
    : parts_(std::move(parts)), limits_(limits) {}

ProfileCredentials::~ProfileCredentials() = default;

Result<Credentials> ProfileCredentials::get(const CallContext& context) {
  SCALPER_TRY_ASSIGN(const ProfileFiles files, read_profile_files(parts_.environment));
  const std::string name = chosen_profile(parts_.environment);
  if (!files.profiles.contains(name) && parts_.environment("AWS_PROFILE").empty())
    return Error(ErrorCode::kNotFound, "no profile in the shared files of the AWS tools");
  return Reading(*this, context, files).of(name);
}

}  // namespace scalper::aws
