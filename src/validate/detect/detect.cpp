#include "validate/detect/detect.h"

#include "validate/detect/text_look.h"

namespace scalper {
namespace {

constexpr std::string_view kPlainText = "text/plain";

bool is_textual(const ContentType& type) {
  return type.family == Family::kText || type.family == Family::kMarkup || type.family == Family::kScript;
}

// Whether a content with this mark may be called `named`.
bool mark_agrees(const ContentType& marked, const ContentType& named) {
  if (&marked == &named) return true;
  const std::string_view mark = marked.media;
  if (marked.family == Family::kZip && named.family == Family::kZip) return true;
  if (mark == "application/x-ole-storage") return named.family == Family::kOle;
  if (marked.family == Family::kMarkup) return named.family == Family::kMarkup || named.media == kPlainText;
  if (marked.family == Family::kScript) return named.family == Family::kScript || named.media == kPlainText;
  // Brands of one container that writers mix.
  const auto film = [](std::string_view media) {
    return media == "video/mp4" || media == "audio/mp4" || media == "video/quicktime";
  };
  if (film(mark) && film(named.media)) return true;
  // Both formats have frames to be skipped, with one mark.
  if (mark == "application/zstd" && named.media == "application/x-lz4") return true;
  if (mark == "application/json-seq" && named.media == "application/geo+json-seq") return true;
  return (mark == "image/heic" && named.media == "image/avif") || (mark == "font/otf" && named.media == "font/ttf") ||
         (mark == "font/ttf" && named.media == "font/otf") ||
         (mark == "application/postscript" && named.media == kPlainText) ||
         (mark == "application/rtf" && named.media == "application/msword");
}

TypeAnswer differs(const ContentType* type, const ContentType& named) {
  return {type, TypeAnswer::Name::kDiffers, &named, false, false};
}

// macOS and its archivers put "._a.csv" beside "a.csv": AppleDouble (RFC 1740), whatever the name goes on with.
bool is_apple_double(const ContentType& marked, std::string_view name) {
  return marked.media == "application/applefile" && last_segment(name).starts_with("._");
}

// The content has a mark of its own. A script that calls itself plain text stays a script: something may run it.
TypeAnswer of_marked(const ContentType& marked, const ContentType* named) {
  if (named == nullptr) return {&marked, TypeAnswer::Name::kAgrees, nullptr, false, false};
  if (!mark_agrees(marked, *named)) return differs(&marked, *named);
  const bool keeps_mark = marked.executable && !named->executable;
  return {keeps_mark ? &marked : named, TypeAnswer::Name::kAgrees, named, false, false};
}

// The only one of the allowed types that a text may have, if there is just one.
const ContentType* only_text_allowed(const std::vector<std::string>* allowed) {
  const ContentType* only = nullptr;
  if (allowed == nullptr) return nullptr;
  for (const std::string& media : *allowed) {
    const ContentType* const type = find_content_type(media);
    if (type == nullptr || !is_textual(*type)) continue;
    if (only != nullptr && only != type) return nullptr;
    only = type;
  }
  return only;
}

const ContentType* of_look(TextLook look) {
  switch (look) {
    case TextLook::kJson: return find_content_type("application/json");
    case TextLook::kNdjson: return find_content_type("application/x-ndjson");
    case TextLook::kMarkup: return find_content_type("application/xml");
    default: return find_content_type(kPlainText);
  }
}

// A text without a mark and without a name that says more.
const ContentType* unnamed_text(const TypeQuestion& question, TextLook look) {
  const ContentType* const declared = find_content_type(question.declared);
  // text/plain and its like are what senders write who do not know.
  if (declared != nullptr && is_textual(*declared) && declared->media != kPlainText) return declared;
  if (const ContentType* const only = only_text_allowed(question.allowed)) return only;
  return of_look(look);
}

TypeAnswer of_text(const TypeQuestion& question, TextLook look, const ContentType* named) {
  TypeAnswer answer;
  answer.expected = named;
  answer.utf16 = look == TextLook::kUtf16;
  if (named == nullptr) {
    answer.type = unnamed_text(question, look);
    return answer;
  }
  if (!is_textual(*named)) return named->marked || look == TextLook::kEmpty ? differs(of_look(look), *named) : answer;
  answer.type = named;
  const bool says_markup = named->family == Family::kMarkup;
  if (says_markup && look != TextLook::kMarkup && look != TextLook::kUtf16) return differs(of_look(look), *named);
  return answer;
}

// A tar archive without members is but its end, two blocks of zeros or more, which nothing else than its name tells.
bool is_empty_tar(std::string_view head, const ContentType& named) {
  constexpr std::size_t kEnd = 1024;
  return named.media == "application/x-tar" && head.size() >= kEnd &&
         head.find_first_not_of('\0') == std::string_view::npos;
}

// Bytes that are no text and have no mark.
TypeAnswer of_unknown(const TypeQuestion& question, const ContentType* named) {
  TypeAnswer answer;
  answer.expected = named;
  if (named == nullptr) {
    // Someone says that it is text: its checker names the bytes that are none.
    const ContentType* const declared = find_content_type(question.declared);
    if (declared != nullptr && declared->check != Check::kNone && is_textual(*declared)) answer.type = declared;
    return answer;
  }
  if (is_textual(*named) || is_empty_tar(question.head, *named)) {
    answer.type = named;
  } else if (named->marked) {
    answer.name = TypeAnswer::Name::kDiffers;
  }
  return answer;
}

bool declared_differs(const TypeQuestion& question, const TypeAnswer& answer) {
  const ContentType* const declared = find_content_type(question.declared);
  if (declared == nullptr || answer.type == nullptr || declared == answer.type) return false;
  if (declared->media == kPlainText && is_textual(*answer.type)) return false;
  if (declared->family == Family::kZip && answer.type->family == Family::kZip) return false;
  if (declared->family == Family::kMarkup && answer.type->family == Family::kMarkup) return false;
  // What is inside of a compression may be what was meant: the layer inside is asked again.
  return !is_compression(answer.type->check);
}

const ContentType* named_by(const TypeQuestion& question) {
  return question.stated.empty() ? content_type_of_name(question.name) : find_content_type(question.stated);
}

}  // namespace

TypeAnswer container_type(const TypeQuestion& question, const ContainerLook& look) {
  const ContentType* const named = named_by(question);
  const ContentType* const zip = find_content_type("application/zip");
  const ContentType* const found = look.type();
  TypeAnswer answer;
  if (found != nullptr && named != nullptr && named != found && is_known_container(*named)) {
    answer = differs(found, *named);
  } else if (found == nullptr && named != nullptr && is_known_container(*named) && look.whole()) {
    answer = differs(zip, *named);
  } else {
    answer = of_marked(found != nullptr ? *found : *zip, named);
  }
  answer.declared_differs = declared_differs(question, answer);
  return answer;
}

TypeAnswer detect_type(const TypeQuestion& question) {
  const ContentType* const named = named_by(question);
  TypeAnswer answer;
  if (const ContentType* const marked = type_by_mark(question.head)) {
    answer = of_marked(*marked, is_apple_double(*marked, question.name) ? nullptr : named);
  } else {
    const TextLook look = look_at_text(question.head, question.whole);
    answer = look == TextLook::kBinary ? of_unknown(question, named) : of_text(question, look, named);
  }
  answer.declared_differs = declared_differs(question, answer);
  return answer;
}

}  // namespace scalper
