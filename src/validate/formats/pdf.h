#pragma once
// PDF (ISO 32000-1 and -2) in one pass from front to back: the header, every object with its stream up to the end
// marker, cross-reference tables and streams (hybrid files, updates and linearized files included), the trailer, and
// what acts by itself or brings files along.
//
// Every entry of every table has to lead to the object that it names, every object has to be in a table, and every
// stream has to end where its length says. Streams packed by FlateDecode are decoded to their own checksum; object
// streams are read as the file's own objects are. What pages draw, and whether fonts and pictures are sound, is not
// judged.
//
// A stream whose length is an object of its own ends at the first `endstream endobj`; if the length then turns out to
// be larger, the file is unverifiable (pdf.not_streamable). So are encrypted documents (pdf.encrypted), object streams
// with filters other than FlateDecode (pdf.unsupported), and more than 200,000 objects (limit.objects).
//
// Codes: pdf.*, limit.objects, limit.depth, limit.memory, limit.decoder, archive.total, archive.ratio.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_pdf_checker(const Layer& layer);

}  // namespace scalper
