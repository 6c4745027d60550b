// bzip2, xz, Zstandard and LZ4: the same verdict however the input is cut. With an odd last byte the rest is packed
// first, so that what is inside gets its turn, and then the verdict is that on the text itself.
#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>

#include <array>
#include <string>

#include "whole.h"

namespace {

using namespace scalper;

constexpr std::size_t kMostDecoded = std::size_t{1} << 20U;
constexpr std::array<const char*, 4> kNames{"a.csv.bz2", "a.csv.xz", "a.csv.zst", "a.csv.lz4"};

std::string packed(std::string_view text, std::size_t format) {
  std::string out(text.size() * 2 + 4096, '\0');
  std::size_t size = out.size();
  auto* const to = reinterpret_cast<std::uint8_t*>(out.data());
  if (format == 0) {
    auto made = static_cast<unsigned>(size);
    BZ2_bzBuffToBuffCompress(out.data(), &made, const_cast<char*>(text.data()), static_cast<unsigned>(text.size()), 1,
                             0, 0);
    size = made;
  } else if (format == 1) {
    std::size_t made = 0;
    lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                            text.size(), to, &made, size);
    size = made;
  } else if (format == 2) {
    size = ZSTD_compress(to, size, text.data(), text.size(), 1);
  } else {
    out.resize(LZ4F_compressFrameBound(text.size(), nullptr));
    size = LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), nullptr);
  }
  out.resize(size);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(bytes), size - 1);
  const unsigned choice = bytes[size - 1];
  const std::size_t format = (choice >> 1U) & 3U;
  const bool pack = (choice & 1U) != 0;
  FileFacts facts;
  facts.name = kNames.at(format);
  const std::string input = pack ? packed(text, format) : text;
  if ((choice & 8U) != 0) facts.size = input.size();
  ContractSettings settings;
  settings.archive.max_total = kMostDecoded;
  settings.archive.max_ratio = 100'000;
  settings.limits.decoder_memory = std::uint64_t{8} << 20U;
  const auto contract = std::make_shared<fuzz::ChosenContract>(settings);
  const Verdict verdict = fuzz::same_in_all_cuts(contract, facts, input);
  if (pack && !text.empty()) {
    FileFacts inside;
    inside.name = "a.csv";
    FUZZ_HOLDS(fuzz::verdict_on(contract, inside, text, text.size()).kind == verdict.kind);
  }
  return 0;
}
