#pragma once
// tar (POSIX ustar and pax, GNU long names, the form before POSIX) as a layer around its members, each checked in
// place. Codes: tar.*, archive.*, malware.unscanned, limit.memory, and those of the members.
//
// A tar archive has no checksum of the members' contents: a damaged one is found by its own checker or not at all. Not
// looked at either: owners, modes, times, and attributes of vendors in pax headers. Sparse members and what is no
// member of a file system (parts of volumes, dumps of folders) are unverifiable.

#include <memory>

#include "validate/checker.h"

namespace scalper {

// `layer` outlives the checker.
[[nodiscard]] std::unique_ptr<Checker> make_tar_checker(const Layer& layer);

}  // namespace scalper
