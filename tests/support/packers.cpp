#include "support/packers.h"

#include <bzlib.h>
#include <libdeflate.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zstd.h>

#include <utility>

#include "support/whole_checks.h"

namespace scalper::tests {

std::string bzip2_of(std::string_view text) {
  std::string out(text.size() + text.size() / 100 + 600, '\0');
  auto size = static_cast<unsigned>(out.size());
  // The library does not write through its input.
  BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(text.data()), static_cast<unsigned>(text.size()), 1, 0,
                           0);
  out.resize(size);
  return out;
}

std::string xz_of(std::string_view text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                          reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  out.resize(size);
  return out;
}

std::string zstd_of(std::string_view text, int window_log) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  if (window_log != 0) {
    // A window is stated where the length is not.
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  ZSTD_inBuffer from{text.data(), text.size(), 0};
  if (window_log == 0) ZSTD_CCtx_setPledgedSrcSize(context, text.size());
  // Without a known length only if the end does not come with the first bytes.
  if (window_log != 0) ZSTD_compressStream2(context, &to, &from, ZSTD_e_flush);
  ZSTD_compressStream2(context, &to, &from, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  out.resize(to.pos);
  return out;
}

std::string lz4_of(std::string_view text) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  std::string out(LZ4F_compressFrameBound(text.size(), &preferences), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &preferences));
  return out;
}

namespace {

constexpr std::size_t kMost = std::size_t{4} << 20U;

std::optional<std::string> text_of(std::string out, std::size_t size, bool good) {
  if (!good) return std::nullopt;
  out.resize(size);
  return out;
}

// Member by member: `one` takes from the front of `packed`, writes to `out`, and answers how much, or nullopt.
template <class One>
std::optional<std::string> each_of(std::string_view packed, One one) {
  std::string all;
  std::string out(kMost, '\0');
  do {
    const std::optional<std::size_t> size = one(packed, out);
    if (!size.has_value()) return std::nullopt;
    all += out.substr(0, *size);
  } while (!packed.empty());
  return all;
}

std::optional<std::string> from_gzip(std::string_view packed) {
  return each_of(packed, [](std::string_view& in, std::string& out) -> std::optional<std::size_t> {
    libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
    std::size_t taken = 0;
    std::size_t size = 0;
    const auto answer =
        libdeflate_gzip_decompress_ex(decompressor, in.data(), in.size(), out.data(), out.size(), &taken, &size);
    libdeflate_free_decompressor(decompressor);
    in.remove_prefix(taken);
    return answer == LIBDEFLATE_SUCCESS ? std::optional(size) : std::nullopt;
  });
}

std::optional<std::string> from_bzip2(std::string_view packed) {
  return each_of(packed, [](std::string_view& in, std::string& out) -> std::optional<std::size_t> {
    bz_stream stream{};
    BZ2_bzDecompressInit(&stream, 0, 0);
    stream.next_in = const_cast<char*>(in.data());
    stream.avail_in = static_cast<unsigned>(in.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<unsigned>(out.size());
    const int answer = BZ2_bzDecompress(&stream);
    in = in.substr(in.size() - stream.avail_in);
    BZ2_bzDecompressEnd(&stream);
    return answer == BZ_STREAM_END ? std::optional(out.size() - stream.avail_out) : std::nullopt;
  });
}

std::optional<std::string> from_xz(std::string_view packed) {
  std::string out(kMost, '\0');
  std::uint64_t memory = std::uint64_t{80} << 20U;
  std::size_t taken = 0;
  std::size_t size = 0;
  const lzma_ret answer = lzma_stream_buffer_decode(
      &memory, LZMA_CONCATENATED, nullptr, reinterpret_cast<const std::uint8_t*>(packed.data()), &taken, packed.size(),
      reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size());
  return text_of(std::move(out), size, answer == LZMA_OK);
}

std::optional<std::string> from_zstd(std::string_view packed) {
  std::string out(kMost, '\0');
  const std::size_t size = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  return text_of(std::move(out), size, ZSTD_isError(size) == 0);
}

std::optional<std::string> from_lz4(std::string_view packed) {
  return each_of(packed, [](std::string_view& in, std::string& out) -> std::optional<std::size_t> {
    LZ4F_dctx* context = nullptr;
    LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    std::size_t taken = in.size();
    std::size_t size = out.size();
    std::size_t answer = LZ4F_decompress(context, out.data(), &size, in.data(), &taken, nullptr);
    in.remove_prefix(taken);
    for (std::size_t more = 1; answer != 0 && LZ4F_isError(answer) == 0 && more > 0;) {
      // What the library holds back, where input is left.
      more = out.size() - size;
      std::size_t rest = in.size();
      answer = LZ4F_decompress(context, out.data() + size, &more, in.data(), &rest, nullptr);
      in.remove_prefix(rest);
      size += more;
      more += rest;
    }
    LZ4F_freeDecompressionContext(context);
    return answer == 0 ? std::optional(size) : std::nullopt;
  });
}

}  // namespace

const std::vector<Packer>& packers() {
  static const std::vector<Packer> all{{"gz", [](std::string_view text) { return gzip_of(text); }, from_gzip},
                                       {"bz2", bzip2_of, from_bzip2},
                                       {"xz", xz_of, from_xz},
                                       {"zst", [](std::string_view text) { return zstd_of(text); }, from_zstd},
                                       {"lz4", lz4_of, from_lz4}};
  return all;
}

}  // namespace scalper::tests
