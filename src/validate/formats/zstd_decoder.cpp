#define ZSTD_STATIC_LINKING_ONLY  // for what a window costs; this library is linked statically where it is shipped
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <optional>

#include "validate/formats/framed_decoder.h"

namespace scalper {
namespace {

using namespace std::literals;

constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD"sv;
constexpr std::size_t kSkippableHeader = 8;
constexpr std::size_t kLeastHeader = 5;
constexpr std::uint64_t kMostWindow = std::uint64_t{1} << 31U;  // the library's own limit

// RFC 8878, 3.1.1.1.
struct FrameHeader {
  explicit FrameHeader(std::string_view head) {
    const unsigned descriptor = static_cast<unsigned char>(head[4]);
    single_segment = (descriptor & 0x20U) != 0;
    dictionary_size = std::array<std::size_t, 4>{0, 1, 2, 4}[descriptor & 3U];
    content_size = std::array<std::size_t, 4>{single_segment ? std::size_t{1} : 0, 2, 4, 8}[descriptor >> 6U];
  }
  [[nodiscard]] std::size_t size() const {
    return kLeastHeader + (single_segment ? 0 : 1) + dictionary_size + content_size;
  }
  [[nodiscard]] bool names_dictionary(std::string_view head) const {
    return little_endian(head.substr(kLeastHeader + (single_segment ? 0 : 1), dictionary_size)) != 0;
  }
  // How many bytes it decodes to, where that is stated.
  [[nodiscard]] std::optional<std::uint64_t> content(std::string_view head) const {
    if (content_size == 0) return std::nullopt;
    return little_endian(head.substr(size() - content_size)) + (content_size == 2 ? 256 : 0);
  }
  [[nodiscard]] std::uint64_t window(std::string_view head) const {
    if (single_segment) return content(head).value_or(0);
    const unsigned descriptor = static_cast<unsigned char>(head[kLeastHeader]);
    const std::uint64_t base = std::uint64_t{1} << (10 + (descriptor >> 3U));
    return base + base / 8 * (descriptor & 7U);
  }

  bool single_segment = false;
  std::size_t dictionary_size = 0;
  std::size_t content_size = 0;
};

class ZstdDecoder final : public FramedDecoder {
 public:
  explicit ZstdDecoder(Budget& windows) : window_(windows) {}
  ~ZstdDecoder() override { ZSTD_freeDCtx(context_); }
  ZstdDecoder(const ZstdDecoder&) = delete;
  ZstdDecoder& operator=(const ZstdDecoder&) = delete;

 protected:
  [[nodiscard]] std::string_view magic() const override { return kMagic; }

  [[nodiscard]] std::size_t header_size(std::string_view head) const override {
    if (head.size() < kLeastHeader) return 0;
    return begins_skippable(head) ? kSkippableHeader : FrameHeader(head).size();
  }

  Step open(std::string_view header) override {
    std::uint64_t window = 0;
    stated_.reset();
    made_ = 0;
    if (!begins_skippable(header) && header.starts_with(kMagic)) {
      const FrameHeader frame(header);
      if (frame.names_dictionary(header)) {
        return refuse("compression.unsupported",
                      "it is packed with a dictionary, which is not in the file: pack it without one");
      }
      window = frame.window(header);
      stated_ = frame.content(header);
    }
    if (window > kMostWindow || !window_.grow_to(ZSTD_estimateDStreamSize(static_cast<std::size_t>(window)))) {
      return Step::kWindow;
    }
    if (context_ == nullptr) {
      context_ = ZSTD_createDCtx();
      if (context_ == nullptr) return Step::kNoMemory;
      ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, 31);
    }
    ZSTD_DCtx_reset(context_, ZSTD_reset_session_only);
    next_ = begins_skippable(header) ? Next::kOther : Next::kFirst;
    return Step::kMore;
  }

  Decoded decode(Bytes& in, MutableBytes& out) override {
    ZSTD_inBuffer from{in.data(), in.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t answer = ZSTD_decompressStream(context_, &to, &from);
    out = out.first(to.pos);
    if (ZSTD_isError(answer) != 0) return failed(ZSTD_getErrorCode(answer));
    in = in.subspan(from.pos);
    made_ += to.pos;
    // In a stream the library does not look where the last block is empty.
    if (answer == 0 && stated_.has_value() && *stated_ != made_) return failed(ZSTD_error_corruption_detected);
    return {answer};
  }

  // Units end with the header of the next block (3.1.1.2): little endian, the last one's mark, two bits of its kind,
  // its size. A compressed block has two bytes at least; in a stream the library takes a shorter one for nothing, and
  // whole it refuses it.
  bool unit_ended(std::string_view tail) override {
    if (next_ == Next::kFirst) {
      next_ = Next::kBlock;
      return true;
    }
    if (next_ == Next::kOther || tail.size() < kTail) return true;
    const std::uint64_t header = little_endian(tail);
    if ((header & 1U) != 0) next_ = Next::kOther;
    return (header >> 1U & 3U) != 2 || header >> 3U >= 2;
  }

 private:
  enum class Next : std::uint8_t {
    kFirst,  // the frame's header, before that of its first block
    kBlock,  // the header of a block
    kOther,  // none
  };

  static Decoded failed(ZSTD_ErrorCode code) {
    switch (code) {
      case ZSTD_error_memory_allocation: return {0, Step::kNoMemory};
      case ZSTD_error_prefix_unknown:
        return {0, Step::kFailed, "compression.header",
                "the header of this frame is not one of Zstandard: pack and send it again"};
      case ZSTD_error_frameParameter_unsupported:
        return {0, Step::kFailed, "compression.unsupported",
                "this frame asks for what is not decoded here: pack it with plain `zstd`"};
      case ZSTD_error_checksum_wrong:
        return {0, Step::kFailed, "compression.checksum",
                "the decoded bytes do not have the checksum that the frame ends with: pack and send it again"};
      default:
        return {0, Step::kFailed, "compression.data",
                "the compressed data cannot be decoded from here on: pack and send it again"};
    }
  }

  WindowShare window_;
  ZSTD_DCtx* context_ = nullptr;
  Next next_ = Next::kOther;
  std::optional<std::uint64_t> stated_;  // of the frame's content
  std::uint64_t made_ = 0;               // of it, so far
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder(Budget& windows) { return std::make_unique<ZstdDecoder>(windows); }

}  // namespace scalper
