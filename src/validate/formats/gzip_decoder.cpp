#define ZLIB_CONST  // its input pointer is const
#include <zlib.h>

#include <algorithm>

#include "validate/formats/decoder.h"

namespace scalper {
namespace {

// zlib's own figure for inflate: 7 KiB of state and tables, and the window of 2^15 bytes; rounded up.
constexpr std::size_t kWindow = std::size_t{48} << 10U;
constexpr int kGzipOnly = 15 + 16;  // zlib: the largest window, gzip's header and trailer
constexpr std::string_view kMagic = "\x1F\x8B";

// zlib says which part was wrong in words only; they have not changed since 1.2.0.
std::string_view code_of(const char* said) {
  const std::string_view words = said == nullptr ? std::string_view() : std::string_view(said);
  if (words == "incorrect data check" || words == "incorrect length check") return "gzip.checksum";
  if (words.find("header") != std::string_view::npos || words == "unknown compression method") return "gzip.header";
  return "gzip.data";
}

std::string_view sentence_of(std::string_view code) {
  if (code == "gzip.checksum")
    return "the decoded bytes do not have the checksum or length that the member ends with: pack and send it again";
  if (code == "gzip.header") return "the header of this member is not one of gzip: pack and send it again";
  return "the compressed data cannot be decoded from here on: pack and send it again";
}

class GzipDecoder final : public Decoder {
 public:
  explicit GzipDecoder(Budget& windows) : window_(windows) {}
  ~GzipDecoder() override {
    if (ready_) inflateEnd(&stream_);
  }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  [[nodiscard]] Begin begins(std::string_view bytes) const override {
    if (!kMagic.starts_with(bytes)) return Begin::kNo;
    return bytes.size() == kMagic.size() ? Begin::kYes : Begin::kMaybe;
  }

  void restart() override {
    inflateReset(&stream_);
    taken_ = 0;
  }

  Step step(Bytes& in, MutableBytes& out) override {
    if (!ready_) {
      if (!window_.grow_to(kWindow)) return Step::kWindow;
      ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
      if (!ready_) return Step::kNoMemory;
    }
    stream_.next_in = reinterpret_cast<const Bytef*>(in.data());
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30U));
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const std::size_t offered = stream_.avail_in;
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    taken_ += offered - stream_.avail_in;
    in = in.subspan(offered - stream_.avail_in);
    out = out.first(out.size() - stream_.avail_out);
    if (answer == Z_STREAM_END) return Step::kMemberEnd;
    if (answer == Z_MEM_ERROR) return Step::kNoMemory;
    return answer == Z_OK || answer == Z_BUF_ERROR ? Step::kMore : Step::kFailed;
  }

  [[nodiscard]] Fault fault() const override {
    const std::string_view code = code_of(stream_.msg);
    return {code, sentence_of(code), code == "gzip.header" ? 0 : taken_};
  }

 private:
  WindowShare window_;
  z_stream stream_{};
  bool ready_ = false;
  std::uint64_t taken_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder(Budget& windows) { return std::make_unique<GzipDecoder>(windows); }

}  // namespace scalper
