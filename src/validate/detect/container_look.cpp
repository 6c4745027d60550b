#include "validate/detect/container_look.h"

#include <algorithm>
#include <array>

namespace scalper {
namespace {

constexpr std::string_view kWord = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr std::string_view kExcel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr std::string_view kPowerPoint = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
constexpr std::string_view kJar = "application/java-archive";
constexpr std::string_view kApk = "application/vnd.android.package-archive";

// By `mimetype`.
bool is_stated(std::string_view media) {
  return media.starts_with("application/vnd.oasis.opendocument.") || media == "application/epub+zip";
}

bool ends_like(std::string_view name, std::string_view lower_end) {
  if (name.size() < lower_end.size()) return false;
  return std::equal(lower_end.begin(), lower_end.end(), name.end() - static_cast<std::ptrdiff_t>(lower_end.size()),
                    [](char want, char c) { return want == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
}

}  // namespace

void ContainerLook::member(std::string_view name) {
  in_mimetype_ = members_ == 0 && name == "mimetype";
  ++members_;
  parts_ = parts_ || name == "[Content_Types].xml";
  word_ = word_ || name.starts_with("word/");
  excel_ = excel_ || name.starts_with("xl/");
  powerpoint_ = powerpoint_ || name.starts_with("ppt/");
  manifest_ = manifest_ || name == "META-INF/MANIFEST.MF";
  android_ = android_ || name == "AndroidManifest.xml";
  // Of Microsoft's programs; of OpenDocument's.
  macros_ = macros_ || ends_like(name, "vbaproject.bin") || name == "Basic/script-lc.xml";
}

void ContainerLook::content(std::string_view piece) {
  mimetype_ += piece.substr(0, kMostMimetype - std::min(kMostMimetype, mimetype_.size()));
}

const ContentType* ContainerLook::type() const {
  if (is_stated(mimetype_)) return find_content_type(mimetype_);
  if (parts_ && word_) return find_content_type(kWord);
  if (parts_ && excel_) return find_content_type(kExcel);
  if (parts_ && powerpoint_) return find_content_type(kPowerPoint);
  if (android_) return find_content_type(kApk);
  if (manifest_) return find_content_type(kJar);
  return nullptr;
}

bool is_known_container(const ContentType& type) {
  const std::string_view media = type.media;
  return media == kWord || media == kExcel || media == kPowerPoint || media == kJar || media == kApk ||
         is_stated(media);
}

}  // namespace scalper
