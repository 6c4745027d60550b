#include "validate/integrity/companion_key.h"

#include <array>
#include <cctype>
#include <utility>

#include "validate/integrity/digest_text.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxKey = 1024;
constexpr std::string_view kBagitStem = "manifest-";
constexpr std::string_view kBagitEnd = ".txt";
constexpr std::string_view kSumsEnd = "SUMS";

std::string upper(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

std::string sums_name(DigestKind kind) { return upper(digest_word(kind)) + std::string(kSumsEnd); }
std::string bagit_name(DigestKind kind) {
  return std::string(kBagitStem) + std::string(digest_word(kind)) + std::string(kBagitEnd);
}

std::string folder_of(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(key.substr(0, slash + 1));
}

CompanionKey sidecar(std::string_view file, DigestKind kind) {
  CompanionKey companion;
  companion.kind = kind;
  companion.key = std::string(file) + "." + std::string(digest_word(kind));
  companion.folder = folder_of(file);
  companion.file = file;
  return companion;
}

CompanionKey manifest(const std::string& folder, DigestKind kind, bool bagit) {
  CompanionKey companion;
  companion.form = CompanionKey::Form::kManifest;
  companion.kind = kind;
  companion.key = folder + (bagit ? bagit_name(kind) : sums_name(kind));
  companion.folder = folder;
  companion.bagit = bagit;
  return companion;
}

std::vector<DigestKind> kinds_for(std::optional<DigestKind> required) {
  if (required) return {*required};
  return {kDigestKinds.begin(), kDigestKinds.end()};
}

// "a/b/" -> "a/" -> "".
std::string parent_of(const std::string& folder) {
  return folder.empty() ? folder : folder_of(std::string_view(folder).substr(0, folder.size() - 1));
}

}  // namespace

std::optional<CompanionKey> companion_key(std::string_view key) {
  const std::string folder = folder_of(key);
  const std::string_view name = key.substr(folder.size());
  for (const DigestKind kind : kDigestKinds) {
    if (name == sums_name(kind)) return manifest(folder, kind, false);
    if (name == bagit_name(kind)) return manifest(folder, kind, true);
    const std::string end = "." + std::string(digest_word(kind));
    if (name.size() > end.size() && name.ends_with(end)) return sidecar(key.substr(0, key.size() - end.size()), kind);
  }
  return std::nullopt;
}

std::vector<CompanionKey> sidecars_of(std::string_view key, std::optional<DigestKind> required) {
  std::vector<CompanionKey> all;
  for (const DigestKind kind : kinds_for(required)) all.push_back(sidecar(key, kind));
  std::erase_if(all, [](const CompanionKey& one) { return one.key.size() > kMaxKey; });
  return all;
}

std::vector<CompanionKey> manifests_of(std::string_view key, std::optional<DigestKind> required, std::string_view top) {
  const std::string last = folder_of(top);
  std::vector<CompanionKey> all;
  std::string folder = folder_of(key);
  for (std::size_t level = 0; level < kManifestLevels; ++level) {
    for (const DigestKind kind : kinds_for(required))
      for (const bool bagit : {false, true}) all.push_back(manifest(folder, kind, bagit));
    if (folder.size() <= last.size()) break;
    folder = parent_of(folder);
  }
  std::erase_if(all, [&](const CompanionKey& one) { return one.key.size() > kMaxKey || one.key == key; });
  return all;
}

Result<std::string> named_key(const CompanionKey& companion, std::string_view name) {
  const auto refused = [](const char* why) { return Error(ErrorCode::kInvalidArgument, why); };
  while (name.starts_with("./")) name.remove_prefix(2);
  if (name.empty()) return refused("names nothing");
  if (name.front() == '/') return refused("names an absolute path");
  for (std::string_view rest = name;;) {
    const std::string_view segment = rest.substr(0, rest.find('/'));
    if (segment == "..") return refused("names a file outside its folder");
    if (segment.empty() || segment == ".") return refused("names no file: a segment of the path is empty or a dot");
    if (segment.size() == rest.size()) break;
    rest.remove_prefix(segment.size() + 1);
  }
  std::string key = companion.folder + std::string(name);
  if (key.size() > kMaxKey) return refused("names a key of more than 1,024 bytes");
  if (key == companion.key) return refused("names itself");
  return key;
}

}  // namespace scalper
