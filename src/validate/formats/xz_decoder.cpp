#include <lzma.h>

#include "validate/formats/decoder.h"

namespace scalper {
namespace {

using namespace std::literals;

constexpr std::string_view kMagic = "\xFD\x37zXZ\0"sv;
constexpr std::string_view kPadding = "\0\0\0\0"sv;  // stream padding comes in fours (2.2)

class XzDecoder final : public Decoder {
 public:
  explicit XzDecoder(Budget& windows) : window_(windows) {}
  ~XzDecoder() override { lzma_end(&stream_); }
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;

  [[nodiscard]] Begin begins(std::string_view bytes) const override {
    if (bytes == kPadding) return Begin::kFiller;
    if (kPadding.starts_with(bytes)) return Begin::kMaybe;
    if (!kMagic.starts_with(bytes)) return Begin::kNo;
    return bytes.size() == kMagic.size() ? Begin::kYes : Begin::kMaybe;
  }

  // The library goes on with what it has allocated.
  void restart() override {
    ready_ = false;
    taken_ = 0;
  }

  Step step(Bytes& in, MutableBytes& out) override {
    if (!ready_) {
      ready_ = lzma_stream_decoder(&stream_, granted_, LZMA_TELL_UNSUPPORTED_CHECK) == LZMA_OK;
      if (!ready_) return Step::kNoMemory;
    }
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    lzma_ret answer = lzma_code(&stream_, LZMA_RUN);
    while (answer == LZMA_MEMLIMIT_ERROR) {
      if (!grant(lzma_memusage(&stream_))) return Step::kWindow;
      answer = lzma_code(&stream_, LZMA_RUN);
    }
    taken_ += in.size() - stream_.avail_in;
    in = in.last(stream_.avail_in);
    out = out.first(out.size() - stream_.avail_out);
    failed_ = answer;
    if (answer == LZMA_STREAM_END) return Step::kMemberEnd;
    if (answer == LZMA_MEM_ERROR) return Step::kNoMemory;
    return answer == LZMA_OK || answer == LZMA_BUF_ERROR ? Step::kMore : Step::kFailed;
  }

  [[nodiscard]] Fault fault() const override {
    switch (failed_) {
      case LZMA_UNSUPPORTED_CHECK:
        return {"compression.unsupported",
                "its contents carry a checksum of a kind that is not computed here: pack it with `xz --check=crc64`",
                0};
      case LZMA_OPTIONS_ERROR:
        return {"compression.unsupported", "it is packed by a method that is not decoded here: pack it with plain `xz`",
                taken_};
      case LZMA_FORMAT_ERROR:
        return {"compression.header", "the header of this stream is not one of xz: pack and send it again", 0};
      default:
        return {
            "compression.data",
            "the compressed data is damaged, or does not have the checksum that xz made of it: pack and send it again",
            taken_};
    }
  }

 private:
  bool grant(std::uint64_t bytes) {
    if (!window_.grow_to(bytes) || lzma_memlimit_set(&stream_, bytes) != LZMA_OK) return false;
    granted_ = bytes;
    return true;
  }

  WindowShare window_;
  lzma_stream stream_ = LZMA_STREAM_INIT;
  bool ready_ = false;
  std::uint64_t granted_ = 1;  // the least; whatever is needed is asked for
  lzma_ret failed_ = LZMA_OK;
  std::uint64_t taken_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder(Budget& windows) { return std::make_unique<XzDecoder>(windows); }

}  // namespace scalper
