#include "validate/code_table.h"

#include <algorithm>
#include <array>

namespace scalper {
namespace {

constexpr Severity kError = Severity::kError;
constexpr Severity kUnverifiable = Severity::kUnverifiable;
constexpr Severity kWarning = Severity::kWarning;

constexpr auto kCodes = std::to_array<FindingCode>({
    {"archive.depth", kError, "Compressions or containers lie deeper within each other than the contract allows.",
     "Send the content itself, or raise `archive.max_depth`."},
    {"archive.ratio", kError, "The content decodes to far more bytes than it has: a decompression bomb, or blank data.",
     "Send it unpacked, or raise `archive.max_ratio` for feeds that pack that well."},
    {"archive.total", kError, "The content decodes to more bytes than the contract allows.",
     "Send it in parts, or raise `archive.max_total`."},
    {"checksum.metadata_malformed", kUnverifiable, "The metadata states a checksum, and it is none.",
     "State it in hexadecimal or base64, or leave it out."},
    {"checksum.mismatch", kError, "The bytes are not those that the sender made the checksum of.",
     "Send the file again; if it stays so, make the checksum of the file that is sent."},
    {"checksum.missing", kUnverifiable, "The contract requires a checksum, and none came in time.",
     "Send the checksum file beside the file, or change `integrity` in the contract."},
    {"checksum.orphan", kUnverifiable, "A checksum file came, and no file that it names used it in time.",
     "Send the file that it names, under exactly that name; if the file came before it, rerun the file."},
    {"checksum.sidecar_malformed", kUnverifiable,
     "A line of the checksum file cannot be read, or names a file outside its folder; none of its lines counts.",
     "Write it as sha256sum does: the checksum in hexadecimal, two spaces, the name as seen from its folder."},
    {"contract.no_checker", kUnverifiable, "The contract demands a check that this version does not have.",
     "Remove the key from the contract, or install a version that has the check."},
    {"contract.unmatched", kUnverifiable, "No contract matches the key, and the set sends such files to quarantine.",
     "Send it under the prefix of a contract, or write one for it."},
    {"csv.bare_quote", kWarning, "A quote stands inside a cell that is not quoted.",
     "Put the whole cell into quotes and double the quotes inside."},
    {"csv.blank_line", kWarning, "A line is empty.", "Remove it."},
    {"csv.bom", kError, "The file begins with a byte order mark, which the contract forbids.",
     "Write it as UTF-8 without byte order mark."},
    {"csv.delimiter", kWarning, "Two delimiters split the rows equally well.",
     "State `csv.delimiter` in the contract."},
    {"csv.empty", kError, "There is no header.", "Send at least the header row."},
    {"csv.header_duplicate", kError, "Two columns have one name.", "Give each column a name of its own."},
    {"csv.header_empty", kError, "A column has no name.", "Name it, or remove the trailing delimiter."},
    {"csv.line_ends", kWarning, "Lines end in different ways.", "End all with CR LF, or all with LF."},
    {"csv.nul", kError, "A NUL byte stands in the text.", "Export it again as text; it may be UTF-16."},
    {"csv.quote", kError, "Text follows the closing quote of a cell.", "Double the quotes inside a quoted cell."},
    {"csv.row_width", kError, "A row has more or fewer cells than the header.",
     "Look for a delimiter in an unquoted cell, or for a cut row."},
    {"csv.unclosed_quote", kError, "The file ends inside a quoted cell.",
     "Close the quote; if the file was cut, send it again."},
    {"encoding.not_utf8", kUnverifiable, "The text has an encoding that is not checked here.", "Send it as UTF-8."},
    {"encoding.utf8", kError, "Some bytes are no UTF-8.", "Write the file as UTF-8; Latin-1 and Windows-1252 are not."},
    {"gzip.checksum", kError, "The decoded bytes are not those that were packed.", "Pack and send it again."},
    {"gzip.data", kError, "The compressed data is damaged.", "Pack and send it again."},
    {"gzip.header", kError, "The header of a gzip member is damaged.", "Pack and send it again."},
    {"gzip.trailing", kError, "Bytes follow the last gzip member.", "Remove them, or pack and send it again."},
    {"gzip.truncated", kError, "The compressed data ends too early: an upload that was cut.", "Send it again."},
    {"json.bom", kWarning, "The document begins with a byte order mark.", "Write it without (RFC 8259, section 8.1)."},
    {"json.depth", kError, "Arrays and objects lie deeper within each other than the contract allows.",
     "Flatten the document, or raise `json.depth`."},
    {"json.duplicate_key", kWarning, "An object has two members of one name; readers differ in which one counts.",
     "Keep one of them."},
    {"json.empty", kError, "There is no JSON value.", "Send a value; `null` is one."},
    {"json.lone_surrogate", kWarning, "An escape names half of a character.", "Write both halves, or the character."},
    {"json.number", kError, "A number is not written as JSON demands.",
     "No leading zeros or plus signs, no bare points."},
    {"json.number_range", kWarning, "A number is larger than a double holds, and readers may lose it.",
     "Send it as a string."},
    {"json.string", kError, "A string holds what has to be escaped, or an escape that does not exist.",
     "Escape control characters, quotes and backslashes."},
    {"json.syntax", kError, "This is no JSON here.", "Look at the place: often a comma too many or quotes that lack."},
    {"json.trailing", kError, "Something follows the value.", "One document, one value; many values are NDJSON."},
    {"json.truncated", kError, "The document ends inside a value: an upload that was cut.", "Send it again."},
    {"limit.cell", kUnverifiable, "A cell is larger than the engine holds.", "Look for a quote that never closes."},
    {"limit.checksum_file", kUnverifiable, "A checksum file is larger than the engine reads: 1 MiB or 10,000 lines.",
     "Write one manifest for each folder, or a checksum file beside each file."},
    {"limit.columns", kUnverifiable, "There are more columns than the engine compares.", "Split the table."},
    {"limit.crashes", kUnverifiable, "Three tries to check this file ended without a word.",
     "Keep the file and report it: a release moves it unparsed, a rerun tries again."},
    {"limit.decoder", kUnverifiable, "Decoders within each other need more memory than the contract grants.",
     "Pack it less often, or raise `limits.decoder_memory`."},
    {"limit.depth", kUnverifiable, "Values lie deeper within each other than the engine follows.",
     "Flatten the document, or state a `depth` in the contract."},
    {"limit.memory", kUnverifiable, "The check needs more memory than one file gets.", "Send the content in parts."},
    {"limit.time", kUnverifiable,
     "The check took longer than the contract's `limits.time_per_gib`, or the file is too long for the host's time.",
     "Rerun it when the machine is less busy, raise the limit, or let `scalper worker` take long files."},
    {"ndjson.blank_line", kWarning, "A line is empty.", "Remove it."},
    {"ndjson.line_ends", kWarning, "Lines end in different ways.", "End all with LF."},
    {"ndjson.no_final_newline", kWarning, "The last line does not end: it may have been cut.", "End it with LF."},
    {"ndjson.syntax", kError, "A line is no JSON value.", "One whole value on each line."},
    {"route.target_conflict", kError, "Something that this gate did not write holds the output key.",
     "Remove it or let the sender use another name, then release or rerun."},
    {"safety.csv_formula", kWarning, "A spreadsheet would run this cell as a formula.",
     "Put an apostrophe or a space before it."},
    {"safety.executable", kError, "The content is a program or script.",
     "Send data, or allow it by `safety.executable`."},
    {"size.empty", kWarning, "The file has no bytes.", "Look whether its sender's export ran."},
    {"size.too_large", kError, "The file is larger than the contract allows.", "Split it, or raise `size.max`."},
    {"size.too_small", kError, "The file is smaller than the contract demands.",
     "Look whether its sender's export ran, or lower `size.min`."},
    {"store.unreadable", kUnverifiable, "The store does not give the file's bytes.",
     "Let the gate read it; its record says what the store answered."},
    {"text.bom", kError, "The text begins with a byte order mark, which the contract forbids.",
     "Write it as UTF-8 without byte order mark."},
    {"text.control", kWarning, "A control character stands in the text.", "Remove it."},
    {"text.line_length", kError, "A line is longer than the contract allows.",
     "Break it, or raise `text.line_length`."},
    {"text.nul", kError, "A NUL byte stands in the text.", "Export it again as text; it may be UTF-16."},
    {"type.declared", kWarning, "The content is not of the media type that its sender declared.",
     "Declare the type that it is."},
    {"type.mismatch", kError, "The content is not what the name says.",
     "Name it for what it is, or send the right file."},
    {"type.no_checker", kUnverifiable, "The type is recognised, but this version cannot check it.",
     "State `checks: type-only` in its contract if its type is enough."},
    {"type.not_allowed", kError, "The contract does not allow this type.", "Send one of its `types`, or add this one."},
    {"type.unknown", kUnverifiable, "The content is of no type that is known here.",
     "Look at it by hand; release it if it is right."},
});

static_assert(std::is_sorted(kCodes.begin(), kCodes.end(),
                             [](const FindingCode& a, const FindingCode& b) { return a.code < b.code; }));

}  // namespace

std::span<const FindingCode> all_codes() { return kCodes; }

const FindingCode* find_code(std::string_view code) {
  const auto* const found = std::lower_bound(kCodes.begin(), kCodes.end(), code,
                                             [](const FindingCode& a, auto wanted) { return a.code < wanted; });
  return found != kCodes.end() && found->code == code ? found : nullptr;
}

}  // namespace scalper
