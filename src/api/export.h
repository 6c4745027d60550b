#pragma once
// A list of records as text for other programs, read page by page while it is sent: memory stays flat.
//
// CSV (RFC 4180) has a header; NDJSON has an object a line, as in lists. The last line says whether that was all: in
// CSV a row whose `id` is "#end", or "#more" with a cursor in `key`; in NDJSON {"end":true}, or {"end":false,
// "next_cursor"}. What has no such line broke off. Text that a spreadsheet would take for a formula has a ' before it,
// control characters are escaped. A record that cannot be read is a line of its own, with the status "unreadable".

#include <memory>
#include <optional>

#include "api/listing.h"

namespace scalper::api {

enum class ExportFormat : std::uint8_t { kCsv, kNdjson };

struct ExportLimits {
  std::uint64_t rows = UINT64_MAX;
  std::uint64_t bytes = UINT64_MAX;  // looked at between pages: what comes on top is one page at most
};

[[nodiscard]] std::string_view content_type_of(ExportFormat format);

// The gate outlives the source. It ends with a cursor where a limit is reached or the time of a read's context is
// nearly over. The first page is read at once, so that what cannot be read at all is an error and no broken answer.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> export_source(Gate& gate, const CallContext& context, Listing listing,
                                                                ExportFormat format, const ExportLimits& limits);

// One field of CSV.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace scalper::api
