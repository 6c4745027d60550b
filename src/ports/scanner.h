#pragma once
// A malware scanner that takes a file's bytes as they are read.

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "ports/call_context.h"

namespace scalper {

struct ScanAnswer {
  enum class Kind : std::uint8_t {
    kClean,        // it looked at all of the file, and found nothing
    kFound,        // `what` it found
    kUnscanned,    // it says that it did not look at all of the file; `what` it says
    kFailed,       // no answer that counts; `what` went wrong
    kUnavailable,  // it is not there; `what` was tried
  };
  Kind kind = Kind::kFailed;
  std::string what;  // escaped; never empty unless clean
};

// One file's bytes, in order. Belongs to one thread. Ends with its life, whatever state it is in.
class Scan {
 public:
  virtual ~Scan() = default;
  // Blocks while the scanner takes the bytes, within limits of its own. What goes wrong is told by finish().
  virtual void feed(const CallContext& context, Bytes bytes) = 0;
  // After the last byte, once. Blocks for the answer, within limits of its own; a stop or the context's deadline in
  // between is kFailed.
  [[nodiscard]] virtual ScanAnswer finish(const CallContext& context) = 0;
};

// Thread-safe.
class Scanner {
 public:
  virtual ~Scanner() = default;
  // Waits a while for a place, and answers null where there is none, or with a stop: ask again.
  [[nodiscard]] virtual std::unique_ptr<Scan> begin(const CallContext& context) = 0;
};

}  // namespace scalper
