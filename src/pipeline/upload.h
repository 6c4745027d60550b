#pragma once
// Files that come by our own server: step 2 runs while the bytes arrive, then the commit protocol goes its usual way.
//
//   take in     the store writes and the engine checks the same bytes; nothing is there yet if that breaks off
//   accept      the store makes the version durable: from here on the file is never lost, and the sweep finds it
//   1           claim, as for any version
//   3 to 9      with the verdict of the stream, if the claim found the same contracts; else the version is read
//
// The verdict is of the very bytes that were written: SHA-256 and CRC64NVME are the stream's, and the store's own
// checksum of what it wrote must agree before anything is decided.

#include <cstdint>
#include <optional>
#include <string>

#include "model/file_record.h"
#include "pipeline/gate.h"
#include "ports/byte_source.h"

namespace scalper {

struct Upload {
  ObjectKey key;
  Metadata metadata;                                 // of the sender
  std::string content_type;                          // as declared; empty: not
  std::optional<std::uint64_t> size = std::nullopt;  // as declared
  bool create_only = false;  // kAlreadyExists where the key is on its way through the gate, or in output
};

struct Received {
  FileId id;
  std::uint64_t size = 0;
  std::optional<FileRecord> record;  // as it is now; none: accepted, and recorded later
};

// Accepted when it answers a value: durable, and worked on until it is final. An Error: not accepted, nothing is left
// of it; those of `body` come through as they are.
[[nodiscard]] Result<Received> receive_upload(Gate& gate, const CallContext& context, const Upload& upload,
                                              ByteSource& body);

// A version that lies in input already (it came in pieces): told to the gate as an event would.
[[nodiscard]] Received receive_version(Gate& gate, const CallContext& context, const ObjectInfo& info);

}  // namespace scalper
