#pragma once
// Where the shared files of the AWS tools lie, and which profile counts.
// Source: "Shared config and credentials files" (AWS SDKs and tools reference guide), location.

#include <string>

#include "adapters/aws/client/environment.h"
#include "adapters/aws/client/profile_file.h"
#include "base/result.h"

namespace scalper::aws {

// AWS_PROFILE, else "default".
[[nodiscard]] std::string chosen_profile(const Environment& environment);

// AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE, else ~/.aws/config and ~/.aws/credentials of HOME. A file that is
// not there is empty. Errors of read_small_file() (at most 1 MiB each) and parse_profiles().
[[nodiscard]] Result<ProfileFiles> read_profile_files(const Environment& environment);

// The folder that the AWS tools keep their own files in, below HOME; "" without HOME.
[[nodiscard]] std::string aws_folder(const Environment& environment);

}  // namespace scalper::aws
