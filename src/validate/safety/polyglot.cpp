#include "validate/safety/polyglot.h"

#include <algorithm>
#include <array>

#include "validate/detect/magic.h"
#include "validate/formats/zip_records.h"

namespace scalper {
namespace {

constexpr std::size_t kPdfLook = 1024;  // how far readers look for a PDF's beginning and end
constexpr std::size_t kZipLook = zip::kEndSize + 0xFFFF;

// What others lie in as they are, an archive at the very end included.
constexpr auto kHolders = std::to_array<std::string_view>(
    {"application/x-compress", "application/x-7z-compressed", "application/vnd.rar",
     "application/vnd.ms-cab-compressed", "application/x-cpio", "application/x-archive",
     "application/vnd.debian.binary-package", "application/x-rpm", "application/lzip", "application/x-lzh-compressed",
     "application/x-xar", "application/x-snappy-framed"});

bool is_holder(const ContentType& type) {
  return is_compression(type.check) || type.check == Check::kZip || type.check == Check::kTar ||
         std::find(kHolders.begin(), kHolders.end(), type.media) != kHolders.end();
}

// Pictures and pages, which hold no archives of their own as documents and databases do.
bool is_shown(const ContentType& type) {
  return type.media.starts_with("image/") || type.family == Family::kMarkup || type.family == Family::kScript;
}

// An archive behind it would be an error of its own: the end record is full of NULs.
bool judges_every_byte(const ContentType& type) {
  return type.check == Check::kText || type.check == Check::kCsv || type.check == Check::kJson ||
         type.check == Check::kNdjson || type.check == Check::kJsonSeq || type.check == Check::kYaml ||
         type.check == Check::kToml;
}

bool begins_pdf_late(std::string_view head, const ContentType& type) {
  const std::size_t at = head.substr(0, kPdfLook + 5).find("%PDF-");
  return at != 0 && at != std::string_view::npos && type.media != "application/pdf";
}

// Whether readers of zip find an end record that could be right: its directory lies before it. `loosely`: also where
// other bytes follow, which many of them pass over.
bool ends_zip(std::string_view tail, std::uint64_t size, bool loosely) {
  for (std::size_t at = tail.rfind("PK\5\6"); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : tail.rfind("PK\5\6", at - 1)) {
    const std::string_view record = tail.substr(at);
    if (record.size() < zip::kEndSize) continue;
    const bool ends = zip::kEndSize + zip::u16(record, 20) == record.size();
    const zip::End end = zip::read_end(record);
    if (!ends && (!loosely || end.disk != 0 || end.directory_disk != 0 || end.entries_here != end.entries)) continue;
    const std::uint64_t before = size - record.size();
    if (end.entries > 0 && end.size >= end.entries * zip::kCentralSize && end.size <= before) return true;
    if (end.size == 0xFFFFFFFF || end.offset == 0xFFFFFFFF) return true;  // zip64 says it instead
  }
  return false;
}

}  // namespace

PolyglotLook::PolyglotLook(const Layer& layer, const ContentType& type, std::string_view head)
    : layer_(layer), type_(type) {
  if (layer.settings->safety.polyglot == Strictness::kAllow) return;
  if (const ContentType* const other = second_type_by_mark(head, type)) other_ = other->words;
  if (!is_holder(type)) pdf_begins_ = begins_pdf_late(head, type);
  zip_ends_ = !is_holder(type) && !judges_every_byte(type);
  if (!pdf_begins_ && !zip_ends_) return;
  room_.emplace(*layer.budget, 2 * (zip_ends_ ? kZipLook : kPdfLook));
  if (room_->granted()) return;
  room_.reset();
  zip_ends_ = false;
  pdf_begins_ = false;
  layer.report("limit.memory", "the checks around this content leave too little memory to look at its end");
}

void PolyglotLook::feed(Bytes bytes) {
  if (!wants()) return;
  const std::size_t most = zip_ends_ ? kZipLook : kPdfLook;
  size_ += bytes.size();
  const std::string_view text = as_text(bytes);
  if (text.size() >= most) {
    tail_.assign(text.substr(text.size() - most));
    return;
  }
  if (tail_.size() + text.size() > 2 * most) keep(most - text.size());
  tail_ += text;
}

void PolyglotLook::keep(std::size_t most) { tail_.erase(0, tail_.size() - std::min(most, tail_.size())); }

void PolyglotLook::finish() {
  if (!other_.empty()) say(other_);
  if (zip_ends_) {
    keep(kZipLook);
    if (ends_zip(tail_, size_, is_shown(type_))) say("a zip archive");
  }
  if (pdf_begins_) {
    keep(kPdfLook);
    if (tail_.find("%%EOF") != std::string::npos) say("a PDF document");
  }
}

void PolyglotLook::say(std::string_view other) const {
  const bool error = layer_.settings->safety.polyglot == Strictness::kError;
  Location where;
  where.byte = 0;
  layer_.report("safety.polyglot", error ? Severity::kError : Severity::kWarning,
                "the content is " + std::string(type_.words) + " and " + std::string(other) +
                    " at once, so that programs differ in what they open",
                where);
}

}  // namespace scalper
