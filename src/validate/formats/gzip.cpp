#include "validate/formats/gzip.h"

#define ZLIB_CONST  // its input pointer is const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "validate/formats/reservation.h"

namespace scalper {
namespace {

constexpr std::size_t kOut = std::size_t{64} << 10U;  // decoded bytes handed on at once
// zlib's own figure for inflate: 7 KiB of state and tables, and the window of 2^15 bytes; rounded up.
constexpr std::size_t kWindow = std::size_t{48} << 10U;
constexpr int kGzipOnly = 15 + 16;  // zlib: the largest window, gzip's header and trailer
constexpr unsigned char kFirst = 0x1F;
constexpr unsigned char kSecond = 0x8B;

// zlib says which part was wrong in words only; they have not changed since 1.2.0.
std::string_view code_of(const char* said) {
  const std::string_view words = said == nullptr ? std::string_view() : std::string_view(said);
  if (words == "incorrect data check" || words == "incorrect length check") return "gzip.checksum";
  if (words.find("header") != std::string_view::npos || words == "unknown compression method") return "gzip.header";
  return "gzip.data";
}

std::string_view sentence_of(std::string_view code) {
  if (code == "gzip.checksum") return "the decoded bytes do not have the checksum or length that the member ends with";
  if (code == "gzip.header") return "the header of this member is not one of gzip";
  return "the compressed data cannot be decoded from here on";
}

class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }
  void restart() { inflateReset(&stream_); }
  // Takes from the front of `in` and fills the front of `out`. Answers zlib's code.
  int step(Bytes& in, MutableBytes& out) {
    stream_.next_in = reinterpret_cast<const Bytef*>(in.data());
    stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), 1U << 30U));
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const std::size_t offered = stream_.avail_in;
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    in = in.subspan(offered - stream_.avail_in);
    out = out.first(out.size() - stream_.avail_out);
    return answer;
  }
  [[nodiscard]] const char* said() const { return stream_.msg; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

class GzipChecker final : public Checker {
 public:
  GzipChecker(const Layer& layer, TypeClaims inside)
      : layer_(layer),
        inner_layer_(layer),
        out_(*layer.budget, kOut),
        window_(*layer.decoders, kWindow),
        limits_(layer.settings->archive) {
    inner_layer_.name = name_inside_gzip(layer.name);
    inner_layer_.path.push_back(inner_layer_.name);
    inner_layer_.depth = layer.depth + 1;
    if (layer.began == nullptr) inner_layer_.began = &member_at_;
    inner_layer_.stored = std::nullopt;
    if (begin()) content_.emplace(inner_layer_, std::move(inside));
  }

  FeedAnswer feed(Bytes chunk) override {
    while (!chunk.empty() && part_ != Part::kEnded) {
      if (part_ == Part::kMember) {
        decode(chunk);
      } else {
        look_for_member(chunk);
      }
    }
    consumed_ += chunk.size();
    return part_ == Part::kEnded ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (part_ == Part::kEnded) return;
    if (part_ == Part::kMember) {
      return end("gzip.truncated", "the file ends inside a gzip member: the upload was cut, send it again", consumed_);
    }
    if (part_ == Part::kSecond) return end_trailing();
    if (too_dense(consumed_)) return end_ratio();
    content_->finish();
  }

 private:
  enum class Part : std::uint8_t {
    kMember,   // inside of one
    kBetween,  // behind one: the first byte of another, or the end
    kSecond,   // the second byte of another
    kEnded,    // nothing more is decoded
  };

  bool begin() {
    if (layer_.depth >= limits_.max_depth) {
      end("archive.depth",
          "compressions lie deeper within each other than the contract allows (" + std::to_string(limits_.max_depth) +
              ")",
          0);
      return false;
    }
    if (!window_.granted()) {
      end("limit.decoder", "the windows of all decoders would take more memory than `limits.decoder_memory`", 0);
      return false;
    }
    inflater_.emplace();
    if (!out_.granted() || !inflater_->ready()) {
      end("limit.memory", "the checks around this content leave too little memory to decode it", 0);
      return false;
    }
    buffer_.resize(kOut);
    return true;
  }

  // One piece of output, or all of the input.
  void decode(Bytes& chunk) {
    const std::size_t before = chunk.size();
    MutableBytes out{buffer_};
    const int answer = inflater_->step(chunk, out);
    consumed_ += before - chunk.size();
    if (!hand_on(out)) return;
    if (answer == Z_STREAM_END) {
      part_ = Part::kBetween;
    } else if (answer == Z_MEM_ERROR) {
      part_ = Part::kEnded;
      layer_.budget->exhaust();
    } else if (answer != Z_OK && answer != Z_BUF_ERROR) {
      const std::string_view code = code_of(inflater_->said());
      end(code, std::string(sentence_of(code)) + ": pack and send it again",
          code == "gzip.header" ? member_at_ : consumed_);
    }
  }

  // False if that ends the decoding.
  bool hand_on(Bytes out) {
    const std::uint64_t allowed = most() - decoded_;
    const bool over = out.size() > allowed;
    if (over) out = out.first(static_cast<std::size_t>(allowed));
    decoded_ += out.size();
    if (!out.empty()) static_cast<void>(content_->feed(out));
    if (!over) return true;
    if (decoded_ == limits_.max_total) {
      end("archive.total",
          "it decodes to more than the " + std::to_string(limits_.max_total) + " bytes that the contract allows",
          std::nullopt);
    } else {
      end_ratio();
    }
    return false;
  }

  // So many decoded bytes may come in any case.
  [[nodiscard]] std::uint64_t most() const {
    std::uint64_t most = limits_.max_total;
    if (layer_.stored.has_value()) most = std::min(most, dense(*layer_.stored));
    return most;
  }

  // What `stored` bytes may decode to.
  [[nodiscard]] std::uint64_t dense(std::uint64_t stored) const {
    const bool beyond = limits_.max_ratio != 0 && stored > ~std::uint64_t{0} / limits_.max_ratio;
    return std::max(kRatioLooked, beyond ? ~std::uint64_t{0} : stored * limits_.max_ratio);
  }
  [[nodiscard]] bool too_dense(std::uint64_t stored) const { return decoded_ > dense(stored); }

  void look_for_member(Bytes& chunk) {
    const auto byte = std::to_integer<unsigned char>(chunk.front());
    if (part_ == Part::kBetween) {
      if (byte != kFirst) return end_trailing();
      maybe_at_ = consumed_;
      part_ = Part::kSecond;
    } else {
      if (byte != kSecond) return end_trailing();
      member_at_ = maybe_at_;
      part_ = Part::kMember;
      inflater_->restart();
      std::array<std::byte, 2> begin{std::byte{kFirst}, std::byte{kSecond}};
      Bytes in{begin};
      MutableBytes out{buffer_};
      static_cast<void>(inflater_->step(in, out));
    }
    chunk = chunk.subspan(1);
    ++consumed_;
  }

  void end_trailing() {
    const std::uint64_t at = part_ == Part::kSecond ? maybe_at_ : consumed_;
    end("gzip.trailing", "bytes follow the last gzip member, and are not another one", at);
  }

  void end_ratio() {
    end("archive.ratio",
        "it decodes to more than " + std::to_string(limits_.max_ratio) + " bytes for each stored one, as bombs do",
        std::nullopt);
  }

  void end(std::string_view code, std::string message, std::optional<std::uint64_t> byte) {
    part_ = Part::kEnded;
    Location where;
    where.byte = byte;
    layer_.report(code, std::move(message), where);
  }

  const Layer& layer_;
  Layer inner_layer_;
  Reservation out_;
  Reservation window_;
  const ArchiveSettings& limits_;
  std::optional<Inflater> inflater_;
  std::optional<Content> content_;
  std::vector<std::byte> buffer_;
  Part part_ = Part::kMember;
  std::uint64_t consumed_ = 0;   // stored bytes
  std::uint64_t decoded_ = 0;    // bytes handed on
  std::uint64_t member_at_ = 0;  // where the current member begins
  std::uint64_t maybe_at_ = 0;   // where the next one may
};

}  // namespace

std::unique_ptr<Checker> make_gzip_checker(const Layer& layer, TypeClaims inside) {
  return std::make_unique<GzipChecker>(layer, std::move(inside));
}

}  // namespace scalper
