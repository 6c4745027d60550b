#pragma once
// The data of one member of a zip archive, stored or deflated (RFC 1951): decoded, counted and summed up. Belongs to
// one thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "digest/crc32.h"
#include "validate/checker.h"
#include "validate/formats/reservation.h"

namespace scalper::zip {

class MemberData {
 public:
  // `layer` outlives it; its budgets give the buffer and the window.
  explicit MemberData(const Layer& layer);
  ~MemberData();
  MemberData(const MemberData&) = delete;
  MemberData& operator=(const MemberData&) = delete;

  // Says limit.memory or limit.decoder and answers false if there is no memory for it.
  [[nodiscard]] bool ready();

  enum class Answer : std::uint8_t {
    kMore,     // all that was offered is taken
    kEnd,      // the data ends here, by itself
    kFull,     // `most` decoded bytes are there, and more would follow; or a limit on all archives is broken
    kDamaged,  // from here on nothing can be decoded
  };
  // `most` decoded bytes are handed on at most.
  void begin(std::uint64_t most);
  // Takes from the front of `in`; decoded bytes go to `sink`.
  using Sink = std::function<void(Bytes)>;
  [[nodiscard]] Answer store(Bytes& in, const Sink& sink);
  [[nodiscard]] Answer inflate(Bytes& in, const Sink& sink);

  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  [[nodiscard]] std::uint64_t made() const { return made_; }
  [[nodiscard]] std::uint32_t crc() const { return crc_.value(); }

 private:
  struct Decoder;

  // False: it is more than there may be.
  bool hand_on(Bytes out, const Sink& sink);

  const Layer& layer_;
  Reservation out_;
  Reservation window_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<std::byte> buffer_;
  std::uint64_t most_ = 0;
  std::uint64_t taken_ = 0;
  std::uint64_t made_ = 0;
  Crc32 crc_;
};

}  // namespace scalper::zip
