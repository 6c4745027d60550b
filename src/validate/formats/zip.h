#pragma once
// zip (PKWARE APPNOTE 6.3.10, zip64 included) as a layer around its members, walked forward in one pass: local headers
// and data as they come, then the directory and the end record held against them. Members are checked in place, each as
// a content of its own.
//
// What other readers could see differently is an error: sizes, checksums and names that differ between header,
// descriptor and directory, members that the directory does not name or that overlap, bytes behind the end. What cannot
// be walked forward is unverifiable (zip.not_streamable): bytes between the members, and stored members whose length
// only stands behind them. So are encrypted members (zip.encrypted) and other methods than stored and deflate
// (zip.method). Codes: zip.*, archive.*, safety.macro, malware.unscanned, limit.memory, limit.decoder, and those of the
// members.
//
// Not compared, since nothing but their like stands elsewhere: version made by, version needed up to 6.3, how hard the
// packer tried, internal attributes, external ones but for the kind of file, comments, extra fields other than zip64
// and Unicode path.

#include <memory>

#include "validate/checker.h"
#include "validate/detect/container_look.h"

namespace scalper {

// `layer` and `look` outlive the checker; `look` is told what the members say of the archive.
[[nodiscard]] std::unique_ptr<Checker> make_zip_checker(const Layer& layer, ContainerLook& look);

}  // namespace scalper
