#include "api/content_digest.h"

#include <algorithm>
#include <string_view>

#include "validate/integrity/digest_text.h"

namespace scalper::api {
namespace {

Error bad(std::string_view field, const char* why) {
  return {ErrorCode::kInvalidArgument, "the field " + std::string(field) + " " + why};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// One member of the dictionary (RFC 8941, 3.2): name=:base64:. Another algorithm's is passed over.
Result<void> read_member(std::string_view field, std::string_view member, std::optional<std::string>& into) {
  const std::size_t equals = member.find('=');
  if (equals == std::string_view::npos) return bad(field, "must be a list of algorithm=:base64:");
  std::string_view value = trimmed(member.substr(equals + 1));
  if (value.size() < 2 || value.front() != ':' || value.back() != ':')
    return bad(field, "must be a list of algorithm=:base64:");
  if (trimmed(member.substr(0, equals)) != "sha-256") return {};
  value = value.substr(1, value.size() - 2);
  auto hex = read_base64_digest(DigestKind::kSha256, value);
  if (!hex) return bad(field, "has a sha-256 that is no base64 of 32 bytes");
  if (into && *into != *hex) return Error(ErrorCode::kInvalidArgument, "the digest fields state different values");
  into = std::move(hex);
  return {};
}

}  // namespace

Result<std::optional<std::string>> stated_sha256(const RequestHead& head) {
  std::optional<std::string> stated;
  for (const char* const field : {"content-digest", "repr-digest"}) {
    std::string_view rest = head.header(field);
    if (rest.empty()) continue;
    std::optional<std::string> here;
    while (!rest.empty()) {
      const std::size_t comma = rest.find(',');
      SCALPER_TRY(read_member(field, trimmed(rest.substr(0, comma)), here));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    if (!here) return bad(field, "has no sha-256, which is the one that is checked here");
    if (stated && *stated != *here)
      return Error(ErrorCode::kInvalidArgument, "the digest fields state different values");
    stated = std::move(here);
  }
  return stated;
}

}  // namespace scalper::api
