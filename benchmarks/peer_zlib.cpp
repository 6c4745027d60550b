// zlib over all members of a gzip file, in and out by chunks of 64 KiB: it compares length and CRC of each member and
// keeps nothing. The size printed is that of what comes out.
#include <zlib.h>

#include <array>

#include "subjects.h"

namespace {

std::string inflated(std::string_view bytes) {
  std::array<Bytef, bench::kChunk> out{};
  z_stream stream = {};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return "failed";
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    code = inflate(&stream, Z_NO_FLUSH);
    if (code == Z_STREAM_END && stream.avail_in > 0) code = inflateReset(&stream);
  }
  inflateEnd(&stream);
  return code == Z_STREAM_END ? "valid" : "invalid";
}

}  // namespace

int main(int argc, char** argv) {
  return bench::run_subject(argc, argv, std::string("zlib ") + zlibVersion(), {{"gzip", inflated}});
}
