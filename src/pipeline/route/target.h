#pragma once
// Where a file lands. Pure.

#include "pipeline/gate.h"

namespace scalper {

// At most 1,024 bytes (S3's limit); a longer name is the key, cut at a UTF-8 boundary to 960 bytes, and the suffix.
[[nodiscard]] ObjectKey bounded_key(const ObjectKey& key, const std::string& suffix);

// `<key>/<id>` in quarantine.
[[nodiscard]] Target quarantine_target(const GateSettings& settings, const FileRecord& record);
// The input's own key in output.
[[nodiscard]] Target output_target(const GateSettings& settings, const FileRecord& record);
// `<key>~<id>` in output: beside a newer version of the same key.
[[nodiscard]] Target beside_target(const GateSettings& settings, const FileRecord& record);

// What decides for a verdict in this epoch: output for valid and released ones, quarantine for others; the place where
// the bytes lie already for a rerun that does not become valid, and for a rerun of a valid file. A companion follows
// its files: to output if one of them is there, else to quarantine.
[[nodiscard]] Target planned_target(const GateSettings& settings, const FileRecord& record, VerdictKind verdict);

// Nothing is to be moved: the target is the source itself.
[[nodiscard]] bool stays_in_place(const FileRecord& record);

// Metadata that every target carries; `status` is the one that the file will end with.
[[nodiscard]] Metadata target_metadata(const FileRecord& record, FileStatus status);

}  // namespace scalper
