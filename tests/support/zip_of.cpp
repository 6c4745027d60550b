#include "support/zip_of.h"

#include <libdeflate.h>

#include <cstdint>
#include <memory>

namespace scalper::tests {
namespace {

class Little {
 public:
  Little& u16(std::uint64_t value) { return put(value, 2); }
  Little& u32(std::uint64_t value) { return put(value, 4); }
  Little& u64(std::uint64_t value) { return put(value, 8); }
  Little& text(const std::string& bytes) {
    out += bytes;
    return *this;
  }
  std::string out;

 private:
  Little& put(std::uint64_t value, int bytes) {
    for (; bytes > 0; --bytes, value >>= 8U) out += static_cast<char>(value & 0xFFU);
    return *this;
  }
};

std::string deflated(const std::string& text) {
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> packer(
      libdeflate_alloc_compressor(6), &libdeflate_free_compressor);
  std::string out(libdeflate_deflate_compress_bound(packer.get(), text.size()), '\0');
  out.resize(libdeflate_deflate_compress(packer.get(), text.data(), text.size(), out.data(), out.size()));
  return out;
}

// What header and directory have in common, from "version needed" to the sizes.
void put_common(Little& out, const std::string& content, const std::string& data, bool packed) {
  out.u16(20).u16(0).u16(packed ? 8 : 0).u32(0x5D7D6000).u32(libdeflate_crc32(0, content.data(), content.size()));
  out.u32(data.size()).u32(content.size());
}

}  // namespace

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& members) {
  Little out;
  Little directory;
  for (const auto& [name, content] : members) {
    const std::string packed = content.size() < 16 ? content : deflated(content);
    const bool pack = packed.size() < content.size();
    const std::string& data = pack ? packed : content;
    directory.u32(0x02014B50).u16(20);
    put_common(directory, content, data, pack);
    directory.u16(name.size()).u16(0).u16(0).u16(0).u16(0).u32(0).u32(out.out.size()).text(name);
    out.u32(0x04034B50);
    put_common(out, content, data, pack);
    out.u16(name.size()).u16(0).text(name).text(data);
  }
  const std::uint64_t begin = out.out.size();
  const std::uint64_t size = directory.out.size();
  out.text(directory.out);
  const bool wide = members.size() > 0xFFFF;
  if (wide) {
    const std::uint64_t at = out.out.size();
    out.u32(0x06064B50)
        .u64(44)
        .u16(45)
        .u16(45)
        .u32(0)
        .u32(0)
        .u64(members.size())
        .u64(members.size())
        .u64(size)
        .u64(begin);
    out.u32(0x07064B50).u32(0).u64(at).u32(1);
  }
  const std::uint64_t count = wide ? 0xFFFF : members.size();
  out.u32(0x06054B50).u16(0).u16(0).u16(count).u16(count).u32(size).u32(begin).u16(0);
  return out.out;
}

}  // namespace scalper::tests
