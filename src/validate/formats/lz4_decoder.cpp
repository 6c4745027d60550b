#include <lz4frame.h>

#include <algorithm>

#include "validate/formats/framed_decoder.h"

namespace scalper {
namespace {

using namespace std::literals;

constexpr std::string_view kMagic = "\x04\x22\x4D\x18"sv;
constexpr std::string_view kLegacy = "\x02\x21\x4C\x18"sv;
constexpr std::size_t kLeastHeader = 7;
constexpr std::size_t kSkippableHeader = 8;
// Two blocks (one that comes in, one that goes out), 128 KiB of history, and the library's state.
constexpr std::uint64_t kHistory = std::uint64_t{192} << 10U;
constexpr unsigned kDictionary = 0x01;
constexpr unsigned kContentSize = 0x08;

class Lz4Decoder final : public FramedDecoder {
 public:
  explicit Lz4Decoder(Budget& windows) : window_(windows) {}
  ~Lz4Decoder() override { LZ4F_freeDecompressionContext(context_); }
  Lz4Decoder(const Lz4Decoder&) = delete;
  Lz4Decoder& operator=(const Lz4Decoder&) = delete;

 protected:
  [[nodiscard]] std::string_view magic() const override { return kMagic; }

  [[nodiscard]] std::size_t header_size(std::string_view head) const override {
    if (head.size() < kLeastHeader) return 0;
    if (begins_skippable(head)) return kSkippableHeader;
    const unsigned flags = static_cast<unsigned char>(head[4]);
    return kLeastHeader + ((flags & kContentSize) != 0 ? 8 : 0) + ((flags & kDictionary) != 0 ? 4 : 0);
  }

  Step open(std::string_view header) override {
    std::uint64_t block = 0;
    if (header.starts_with(kLegacy)) {
      return refuse("compression.unsupported",
                    "it has the legacy format of LZ4, which carries no checksum: pack it with `lz4` 1.4 or later");
    }
    if (header.starts_with(kMagic)) {
      if ((static_cast<unsigned char>(header[4]) & kDictionary) != 0) {
        return refuse("compression.unsupported",
                      "it is packed with a dictionary, which is not in the file: pack it without one");
      }
      // Codes 4 to 7 are 64 KiB to 4 MiB; others the library refuses.
      block = std::uint64_t{1} << (8 + 2 * ((static_cast<unsigned char>(header[5]) >> 4U) & 7U));
    }
    if (!window_.grow_to(kHistory + 2 * block)) return Step::kWindow;
    if (context_ == nullptr && LZ4F_isError(LZ4F_createDecompressionContext(&context_, LZ4F_VERSION)) != 0) {
      return Step::kNoMemory;
    }
    LZ4F_resetDecompressionContext(context_);
    return Step::kMore;
  }

  Decoded decode(Bytes& in, MutableBytes& out) override {
    std::size_t taken = in.size();
    std::size_t made = out.size();
    const std::size_t answer = LZ4F_decompress(context_, out.data(), &made, in.data(), &taken, nullptr);
    if (LZ4F_isError(answer) != 0) {
      out = out.first(0);
      return failed(LZ4F_getErrorName(answer));
    }
    out = out.first(made);
    in = in.subspan(taken);
    return {answer};
  }

  bool unit_ended(std::string_view /*tail*/) override { return true; }

 private:
  // The library's words are the names of its error codes.
  static Decoded failed(std::string_view name) {
    if (name == "ERROR_allocation_failed") return {0, Step::kNoMemory};
    if (name == "ERROR_headerVersion_wrong") {
      return {0, Step::kFailed, "compression.unsupported",
              "this frame is of a version of LZ4 that is not decoded here"};
    }
    if (name == "ERROR_headerChecksum_invalid" || name == "ERROR_frameType_unknown" ||
        name == "ERROR_reservedFlag_set" || name == "ERROR_maxBlockSize_invalid") {
      return {0, Step::kFailed, "compression.header",
              "the header of this frame is not one of LZ4: pack and send it again"};
    }
    if (name == "ERROR_contentChecksum_invalid" || name == "ERROR_blockChecksum_invalid") {
      return {0, Step::kFailed, "compression.checksum",
              "the bytes do not have the checksum that the frame states: pack and send it again"};
    }
    return {0, Step::kFailed, "compression.data",
            "the compressed data cannot be decoded from here on: pack and send it again"};
  }

  WindowShare window_;
  LZ4F_dctx* context_ = nullptr;
};

}  // namespace

std::unique_ptr<Decoder> make_lz4_decoder(Budget& windows) { return std::make_unique<Lz4Decoder>(windows); }

}  // namespace scalper
