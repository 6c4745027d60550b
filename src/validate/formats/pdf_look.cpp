#include "validate/formats/pdf_look.h"

#include <algorithm>
#include <string>
#include <utility>

namespace scalper::pdf {
namespace {

struct Named {
  std::string_view key;
  std::string_view value;  // "": the key alone says it
  Risk risk;
};

constexpr auto kNamed = std::to_array<Named>({
    {"JS", "", Risk::kJavaScript},
    {"JavaScript", "", Risk::kJavaScript},
    {"XFA", "", Risk::kForm},
    {"RichMediaContent", "", Risk::kMedia},
    {"EmbeddedFiles", "", Risk::kAttachment},
    {"EF", "", Risk::kAttachment},
    {"S", "JavaScript", Risk::kJavaScript},
    {"S", "RichMediaExecute", Risk::kMedia},
    {"S", "Launch", Risk::kLaunch},
    {"S", "ImportData", Risk::kSend},
    {"S", "SubmitForm", Risk::kSend},
    {"S", "GoToE", Risk::kEmbedded},
    {"Subtype", "RichMedia", Risk::kMedia},
    {"Subtype", "3D", Risk::kMedia},
    {"Subtype", "FileAttachment", Risk::kAttachment},
    {"Type", "EmbeddedFile", Risk::kAttachment},
});

struct Told {
  std::string_view code;
  std::string_view message;
};

// In the order of Risk.
constexpr std::array<Told, kRisks> kTold{{
    {"pdf.script", "the document holds JavaScript, which runs in readers that allow it: save it without"},
    {"pdf.script", "the document holds an XFA form, which has scripts of its own: save it as a plain form"},
    {"pdf.script", "the document holds a film, model or program that runs inside of readers: save it without"},
    {"pdf.action", "the document holds an action that starts a program or opens a file: save it without"},
    {"pdf.action", "the document holds an action that sends or fetches the values of a form: save it without"},
    {"pdf.action", "the document holds an action that opens a file within it: save it without"},
    {"pdf.action", "the document opens an address or another file when it is opened or looked at: save it without"},
    {"pdf.action",
     "what an action does or a note is stands in another object, where it is not looked for: save it without"},
    {"pdf.attachment", "files lie inside of the document, which nobody checks: send them as files of their own"},
}};

}  // namespace

void Look::key(std::string_view name, std::uint64_t at) {
  for (const Named& named : kNamed)
    if (named.value.empty() && named.key == name) found(named.risk, at);
}

void Look::value(std::string_view key, std::string_view name, bool automatic, std::uint64_t at) {
  for (const Named& named : kNamed)
    if (!named.value.empty() && named.key == key && named.value == name) found(named.risk, at);
  if (automatic && key == "S" && (name == "URI" || name == "GoToR")) found(Risk::kLink, at);
}

void Look::found(Risk risk, std::uint64_t at) {
  const auto place = static_cast<std::size_t>(risk);
  if (std::exchange(told_[place], true)) return;
  const PdfSettings& settings = layer_.settings->pdf;
  const Strictness strictness = risk == Risk::kAttachment ? settings.attachments : settings.scripts;
  if (strictness == Strictness::kAllow) return;
  Location where;
  where.byte = at;
  layer_.report(kTold[place].code, strictness == Strictness::kError ? Severity::kError : Severity::kWarning,
                std::string(kTold[place].message), where);
}

}  // namespace scalper::pdf
