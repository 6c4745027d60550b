#include "validate/formats/zip_data.h"

#define ZLIB_CONST  // its input pointer is const
#include <zlib.h>

#include <algorithm>

namespace scalper::zip {
namespace {

constexpr std::size_t kOut = std::size_t{64} << 10U;     // decoded bytes handed on at once
constexpr std::size_t kWindow = std::size_t{48} << 10U;  // as for gzip.cpp
constexpr int kRaw = -15;                                // zlib: the largest window, neither header nor trailer

}  // namespace

struct MemberData::Decoder {
  Decoder() { ready = inflateInit2(&stream, kRaw) == Z_OK; }
  ~Decoder() {
    if (ready) inflateEnd(&stream);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  z_stream stream{};
  bool ready = false;
};

MemberData::MemberData(const Layer& layer)
    : layer_(layer), out_(*layer.budget, kOut), window_(*layer.decoders, kWindow) {}
MemberData::~MemberData() = default;

bool MemberData::ready() {
  if (!window_.granted()) {
    layer_.report("limit.decoder", "the windows of all decoders would take more memory than `limits.decoder_memory`");
    return false;
  }
  decoder_ = std::make_unique<Decoder>();
  if (!out_.granted() || !decoder_->ready) {
    layer_.report("limit.memory", "the checks around this content leave too little memory to decode it");
    return false;
  }
  buffer_.resize(kOut);
  return true;
}

void MemberData::begin(std::uint64_t most) {
  static_cast<void>(inflateReset(&decoder_->stream));
  most_ = most;
  taken_ = 0;
  made_ = 0;
  crc_ = Crc32();
}

bool MemberData::hand_on(Bytes out, const Sink& sink) {
  const bool over = out.size() > most_ - made_;
  if (over) out = out.first(static_cast<std::size_t>(most_ - made_));
  made_ += out.size();
  crc_.update(out);
  if (!out.empty()) sink(out);
  return !over;
}

MemberData::Answer MemberData::store(Bytes& in, const Sink& sink) {
  const Bytes all = in;
  in = in.subspan(in.size());
  taken_ += all.size();
  return hand_on(all, sink) ? Answer::kMore : Answer::kFull;
}

MemberData::Answer MemberData::inflate(Bytes& in, const Sink& sink) {
  z_stream& stream = decoder_->stream;
  while (true) {
    stream.next_in = reinterpret_cast<const Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30U));
    stream.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream.avail_out = static_cast<uInt>(buffer_.size());
    const std::size_t offered = stream.avail_in;
    const int answer = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t used = offered - stream.avail_in;
    in = in.subspan(used);
    taken_ += used;
    const std::size_t made = buffer_.size() - stream.avail_out;
    if (!hand_on(Bytes(buffer_).first(made), sink)) return Answer::kFull;
    if (layer_.unpacked != nullptr && layer_.unpacked->over) return Answer::kFull;
    if (answer == Z_STREAM_END) return Answer::kEnd;
    if (answer == Z_MEM_ERROR) layer_.budget->exhaust();
    if (answer != Z_OK && answer != Z_BUF_ERROR) return Answer::kDamaged;
    if (in.empty() && stream.avail_out != 0) return Answer::kMore;
  }
}

}  // namespace scalper::zip
