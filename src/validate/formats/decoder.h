#pragma once
// What the library of one compression does for its layer: takes stored bytes, gives decoded ones. One member (a gzip
// member, a zstd or LZ4 frame, an xz or bzip2 stream) after the other. Belongs to one thread.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "validate/budget.h"

namespace scalper {

class Decoder {
 public:
  enum class Step : std::uint8_t {
    kMore,
    kMemberEnd,
    kFailed,    // fault() says why
    kWindow,    // the windows of all decoders would take more than they may
    kNoMemory,  // of the machine
  };
  enum class Begin : std::uint8_t {
    kNo,
    kMaybe,   // more bytes are needed to tell
    kYes,     // these begin another member
    kFiller,  // these may stand between members, and are done with
  };
  struct Fault {
    std::string_view code;
    std::string_view message;
    std::uint64_t byte = 0;  // counted from where the member began
  };

  virtual ~Decoder() = default;
  // What `bytes` are that stand behind a member.
  [[nodiscard]] virtual Begin begins(std::string_view bytes) const = 0;
  // Before each further member, whose bytes step() gets from the first one on.
  virtual void restart() = 0;
  // Takes from the front of `in`, and makes `out` the part of it that was filled, unless it answers kWindow or
  // kNoMemory. With all of `in` taken and `out` filled there may be more to come without any input.
  [[nodiscard]] virtual Step step(Bytes& in, MutableBytes& out) = 0;
  [[nodiscard]] virtual Fault fault() const = 0;
};

// What a decoder holds of the memory for windows, asked for before it is taken. `budget` outlives it.
class WindowShare {
 public:
  explicit WindowShare(Budget& budget) : budget_(budget) {}
  ~WindowShare() { budget_.release(bytes_); }
  WindowShare(const WindowShare&) = delete;
  WindowShare& operator=(const WindowShare&) = delete;

  // At least so many bytes from now on. False: nothing has changed.
  [[nodiscard]] bool grow_to(std::uint64_t bytes) {
    if (bytes <= bytes_) return true;
    if (!budget_.reserve(static_cast<std::size_t>(bytes) - bytes_)) return false;
    bytes_ = static_cast<std::size_t>(bytes);
    return true;
  }

 private:
  Budget& budget_;
  std::size_t bytes_ = 0;
};

// `windows` outlives them.
[[nodiscard]] std::unique_ptr<Decoder> make_gzip_decoder(Budget& windows);   // RFC 1952
[[nodiscard]] std::unique_ptr<Decoder> make_bzip2_decoder(Budget& windows);  // bzip2 1.0
[[nodiscard]] std::unique_ptr<Decoder> make_xz_decoder(Budget& windows);     // The .xz File Format 1.1.0
[[nodiscard]] std::unique_ptr<Decoder> make_zstd_decoder(Budget& windows);   // RFC 8878
[[nodiscard]] std::unique_ptr<Decoder> make_lz4_decoder(Budget& windows);    // LZ4 Frame Format 1.6

}  // namespace scalper
