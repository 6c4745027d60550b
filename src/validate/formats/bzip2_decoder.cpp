#include <bzlib.h>

#include <algorithm>

#include "validate/formats/decoder.h"

namespace scalper {
namespace {

constexpr std::string_view kMagic = "BZh";
// bzip2's manual, "Memory management": 100 KB and four bytes for each byte of a block, of which the fourth byte of a
// stream says how many hundred thousand it has.
constexpr std::uint64_t kBase = 100'000 + (std::uint64_t{64} << 10U);
constexpr std::uint64_t kForEachLevel = 4 * 100'000;

class Bzip2Decoder final : public Decoder {
 public:
  explicit Bzip2Decoder(Budget& windows) : window_(windows) {}
  ~Bzip2Decoder() override { end(); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

  [[nodiscard]] Begin begins(std::string_view bytes) const override {
    if (!kMagic.starts_with(bytes)) return Begin::kNo;
    return bytes.size() == kMagic.size() ? Begin::kYes : Begin::kMaybe;
  }

  void restart() override {
    end();
    taken_ = 0;
  }

  Step step(Bytes& in, MutableBytes& out) override {
    if (!ready_ && !begin()) return Step::kNoMemory;
    // The level stands behind the magic; what it needs is asked for before the library sees it.
    if (taken_ == kMagic.size() && !in.empty()) {
      const auto level = std::to_integer<std::uint64_t>(in.front()) - '0';
      if (level >= 1 && level <= 9 && !window_.grow_to(kBase + level * kForEachLevel)) return Step::kWindow;
    }
    Bytes offered = in;
    if (taken_ < kMagic.size()) offered = in.first(std::min(in.size(), kMagic.size() - taken_));
    return decode(offered, in, out);
  }

  [[nodiscard]] Fault fault() const override {
    if (failed_ == BZ_DATA_ERROR_MAGIC && taken_ <= kMagic.size() + 1)
      return {"compression.header", "the header of this stream is not one of bzip2: pack and send it again", 0};
    return {
        "compression.data",
        "the compressed data is damaged, or does not have the checksum that bzip2 made of it: pack and send it again",
        taken_};
  }

 private:
  bool begin() {
    stream_ = {};
    ready_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
    return ready_;
  }
  void end() {
    if (ready_) BZ2_bzDecompressEnd(&stream_);
    ready_ = false;
  }

  Step decode(Bytes offered, Bytes& in, MutableBytes& out) {
    // The library does not write through it.
    stream_.next_in = const_cast<char*>(reinterpret_cast<const char*>(offered.data()));
    stream_.avail_in = static_cast<unsigned>(std::min<std::size_t>(offered.size(), 1U << 30U));
    stream_.next_out = reinterpret_cast<char*>(out.data());
    stream_.avail_out = static_cast<unsigned>(out.size());
    const std::size_t before = stream_.avail_in;
    const int answer = BZ2_bzDecompress(&stream_);
    taken_ += before - stream_.avail_in;
    in = in.subspan(before - stream_.avail_in);
    out = out.first(out.size() - stream_.avail_out);
    if (answer == BZ_STREAM_END) return Step::kMemberEnd;
    if (answer == BZ_MEM_ERROR) return Step::kNoMemory;
    failed_ = answer;
    return answer == BZ_OK ? Step::kMore : Step::kFailed;
  }

  WindowShare window_;
  bz_stream stream_{};
  bool ready_ = false;
  int failed_ = BZ_OK;
  std::uint64_t taken_ = 0;
};

}  // namespace

std::unique_ptr<Decoder> make_bzip2_decoder(Budget& windows) { return std::make_unique<Bzip2Decoder>(windows); }

}  // namespace scalper
