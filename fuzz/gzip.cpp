// gzip layers: the same verdict however the input is cut, and what is called valid decodes in libdeflate as well. With
// an odd last byte the rest is packed first, so that what is inside gets its turn.
#include <libdeflate.h>

#include <string>

#include "whole.h"

namespace {

using namespace scalper;

constexpr std::size_t kMostDecoded = std::size_t{8} << 20U;

std::string packed(std::string_view text) {
  libdeflate_compressor* const compressor = libdeflate_alloc_compressor(1);
  std::string out(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), out.data(), out.size()));
  libdeflate_free_compressor(compressor);
  return out;
}

bool decodes(std::string_view text) {
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  std::string out(kMostDecoded, '\0');
  bool good = !text.empty();
  while (good && !text.empty()) {
    std::size_t taken = 0;
    std::size_t made = 0;
    good = libdeflate_gzip_decompress_ex(decompressor, text.data(), text.size(), out.data(), out.size(), &taken,
                                         &made) == LIBDEFLATE_SUCCESS;
    text.remove_prefix(good ? taken : 0);
  }
  libdeflate_free_decompressor(decompressor);
  return good;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(bytes), size - 1);
  const unsigned choice = bytes[size - 1];
  if ((choice & 1U) != 0) text = packed(text.substr(0, text.size() / 2)) + packed(text.substr(text.size() / 2));
  FileFacts facts;
  facts.name = (choice & 2U) != 0 ? "a.csv.gz" : (choice & 4U) != 0 ? "a.json.gz" : "a.txt.gz";
  if ((choice & 8U) != 0) facts.size = text.size();
  ContractSettings settings;
  settings.archive.max_total = kMostDecoded;
  settings.archive.max_ratio = (choice & 16U) != 0 ? 10 : 2000;
  const auto contract = std::make_shared<fuzz::ChosenContract>(settings);
  const Verdict verdict = fuzz::same_in_all_cuts(contract, facts, text);
  FUZZ_HOLDS(verdict.kind != VerdictKind::kValid || decodes(text));
  return 0;
}
