// The shared files of the AWS tools, commands and URLs in them: no text breaks the readers, and what they give keeps
// its form.
#include <algorithm>

#include "adapters/aws/client/credentials/command.h"
#include "adapters/aws/client/http_url.h"
#include "adapters/aws/client/profile_file.h"
#include "adapters/aws/client/text.h"
#include "fuzz.h"

namespace {

using namespace scalper::aws;  // NOLINT(google-build-using-namespace)

void look_at(const Settings& settings) {
  for (const auto& [name, value] : settings) {
    FUZZ_HOLDS(!name.empty() && name == lower(name));
    const auto words = words_of(value);
    FUZZ_HOLDS(!words.ok() || !(*words).empty());
    const auto url = parse_http_url(value);
    if (!url.ok()) continue;
    const auto again = parse_http_url((*url).text());
    FUZZ_HOLDS(again.ok() && (*again).text() == (*url).text() && (*again).is_loopback() == (*url).is_loopback());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const std::size_t half = std::min(text.find('\0'), size);
  const auto files = parse_profiles(text.substr(0, half), half < size ? text.substr(half + 1) : "");
  if (!files.ok()) {
    FUZZ_HOLDS(files.failed_with(scalper::ErrorCode::kInvalidArgument));
    FUZZ_HOLDS(files.error().message().size() < 100);  // nothing of the file is in it
    return 0;
  }
  for (const auto* const sections : {&(*files).profiles, &(*files).sso_sessions, &(*files).services})
    for (const auto& [name, settings] : *sections) look_at(settings);
  return 0;
}
