// One section a format. A key that nothing sets yet is known, read and ranged, and makes its files unverifiable.
#include <algorithm>
#include <array>

#include "validate/contract/choices.h"
#include "validate/contract/grammar.h"

namespace scalper::grammar {
namespace {

using S = ContractSettings;
using V = Value;

// In the order of TextEncoding.
constexpr auto kEncodings = std::to_array<std::string_view>(
    {"utf-8", "us-ascii", "utf-16", "utf-16le", "utf-16be", "iso-8859-1", "windows-1252"});
constexpr auto kFormats = std::to_array<std::string_view>({"annotate", "assert"});
constexpr std::uint64_t kMostFileName = 512;
constexpr std::uint64_t kMostSide = 1'000'000;
constexpr std::uint64_t kMostCount = 1'000'000'000'000;
constexpr std::uint64_t kMostDepthStated = 10'000;

constexpr auto kKeys = std::to_array<Key>({
    {.path = "text.encoding",
     .shape = Shape::kChoice,
     .choices = kEncodings,
     .built = Built::kYes,
     .set =
         [](S& s, const V& v) {
           const auto* const found = std::find(kEncodings.begin(), kEncodings.end(), v.text);
           s.text.encoding = static_cast<TextEncoding>(found - kEncodings.begin());
         },
     .meaning = "How characters are written as bytes; XML says it itself."},
    {.path = "text.bom",
     .shape = Shape::kChoice,
     .choices = kAllowForbid,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.text.bom = strictness(v); },
     .meaning = "A byte order mark at the beginning."},
    {.path = "text.controls",
     .shape = Shape::kChoice,
     .choices = kAllowWarnError,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.text.controls = strictness(v); },
     .meaning = "In plain text: control characters other than tab, line ends and form feed."},
    {.path = "text.line_length",
     .shape = Shape::kSize,
     .least = 1,
     .most = kGiB,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.text.line_length = v.number; },
     .meaning = "In plain text: longer lines are invalid; bytes without the line end."},
    {.path = "csv.delimiter",
     .shape = Shape::kCharacter,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.csv.delimiter = v.text.front(); },
     .meaning = "What stands between cells; left out = found out from the first rows."},
    {.path = "csv.header",
     .shape = Shape::kFlag,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.csv.header = v.flag; },
     .meaning = "Whether the first row names the columns; if it is said, bad names are errors."},
    {.path = "csv.quote",
     .shape = Shape::kCharacter,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.csv.quote = v.text.front(); },
     .meaning = "What stands around cells that hold delimiters or line ends."},
    {.path = "csv.schema",
     .shape = Shape::kFile,
     .least = 1,
     .most = kMostFileName,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.csv.schema = v.text; },
     .meaning = "A Table Schema: the columns with their types and constraints."},
    {.path = "json.schema",
     .shape = Shape::kFile,
     .least = 1,
     .most = kMostFileName,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.json.schema = v.text; },
     .meaning =
         "A JSON Schema (2020-12 or draft 7) for the document, or for each line of NDJSON and text of a sequence."},
    {.path = "json.formats",
     .shape = Shape::kChoice,
     .choices = kFormats,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.json.assert_formats = v.text == "assert"; },
     .meaning = "What `format` in the schema is: a note, or a demand."},
    {.path = "json.duplicate_keys",
     .shape = Shape::kChoice,
     .choices = kAllowWarnError,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.json.duplicate_keys = strictness(v); },
     .meaning = "Two members of one name in an object."},
    {.path = "json.depth",
     .shape = Shape::kWhole,
     .least = 1,
     .most = kMostDepthStated,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.json.depth = v.number; },
     .meaning = "How many arrays and objects may lie within each other; left out = 1,000, and deeper is unverifiable."},
    {.path = "ndjson.records", .shape = Shape::kWhole, .most = kMostCount, .meaning = "How many lines there may be."},
    {.path = "xml.schema", .shape = Shape::kFile, .least = 1, .most = kMostFileName, .meaning = "Rules for elements."},
    {.path = "xml.root",
     .shape = Shape::kSentence,
     .least = 1,
     .most = kKiB,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.xml.root = v.text; },
     .meaning = "The root element's name, with its prefix or without."},
    {.path = "xml.doctype",
     .shape = Shape::kChoice,
     .choices = kAllowForbid,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.xml.doctype = v.text == "allow"; },
     .meaning =
         "A document type declaration, which may name entities and files; left out = forbidden. No file is read."},
    {.path = "xml.depth",
     .shape = Shape::kWhole,
     .least = 1,
     .most = kMostDepthStated,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.xml.depth = v.number; },
     .meaning = "How many elements may lie within each other; left out = 1,000, and deeper is unverifiable."},
    {.path = "yaml.schema",
     .shape = Shape::kFile,
     .least = 1,
     .most = kMostFileName,
     .meaning = "A JSON Schema for the document."},
    {.path = "yaml.aliases",
     .shape = Shape::kChoice,
     .choices = kAllowForbid,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.yaml.aliases = v.text == "allow"; },
     .meaning = "Anchors and aliases; left out = allowed, and never expanded."},
    {.path = "toml.schema",
     .shape = Shape::kFile,
     .least = 1,
     .most = kMostFileName,
     .meaning = "A JSON Schema for the document."},
    {.path = "parquet.schema",
     .shape = Shape::kFile,
     .least = 1,
     .most = kMostFileName,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.parquet.schema = v.text; },
     .meaning = "A Table Schema for the columns: their names and types."},
    {.path = "parquet.max_rows",
     .shape = Shape::kWhole,
     .most = kMostCount,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.parquet.max_rows = v.number; },
     .meaning = "How many rows there may be."},
    {.path = "image.max_width",
     .shape = Shape::kWhole,
     .least = 1,
     .most = kMostSide,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.image.max_width = v.number; },
     .meaning = "In pixels; of PNG, JPEG, GIF and WebP."},
    {.path = "image.max_height",
     .shape = Shape::kWhole,
     .least = 1,
     .most = kMostSide,
     .built = Built::kYes,
     .set = [](S& s, const V& v) { s.image.max_height = v.number; },
     .meaning = "In pixels; of PNG, JPEG, GIF and WebP."},
    {.path = "image.metadata",
     .shape = Shape::kChoice,
     .choices = kAllowWarnError,
     .meaning = "Places, names and device numbers inside of the picture."},
    {.path = "pdf.max_pages", .shape = Shape::kWhole, .least = 1, .most = kMostSide, .meaning = "How many pages."},
    {.path = "pdf.scripts", .shape = Shape::kChoice, .choices = kAllowWarnError, .meaning = "Scripts and actions."},
    {.path = "pdf.attachments", .shape = Shape::kChoice, .choices = kAllowWarnError, .meaning = "Files inside."},
});

}  // namespace

std::span<const Key> format_keys() { return kKeys; }

}  // namespace scalper::grammar
