#include "validate/formats/compression.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "validate/formats/decoder.h"
#include "validate/formats/reservation.h"

namespace scalper {
namespace {

constexpr std::size_t kOut = std::size_t{64} << 10U;  // decoded bytes handed on at once

struct Format {
  std::unique_ptr<Decoder> (*decoder)(Budget& windows);
  std::string_view member;  // "a gzip member"
  std::string_view truncated;
  std::string_view trailing;
};

Format format_of(Check check) {
  switch (check) {
    case Check::kBzip2: return {make_bzip2_decoder, "bzip2 stream", "compression.truncated", "compression.trailing"};
    case Check::kXz: return {make_xz_decoder, "xz stream", "compression.truncated", "compression.trailing"};
    case Check::kZstd: return {make_zstd_decoder, "Zstandard frame", "compression.truncated", "compression.trailing"};
    case Check::kLz4: return {make_lz4_decoder, "LZ4 frame", "compression.truncated", "compression.trailing"};
    default: return {make_gzip_decoder, "gzip member", "gzip.truncated", "gzip.trailing"};
  }
}

class CompressionChecker final : public Checker {
 public:
  CompressionChecker(const Layer& layer, Format format, TypeClaims inside)
      : layer_(layer),
        inner_layer_(layer),
        format_(format),
        decoder_(format.decoder(*layer.decoders)),
        out_(*layer.budget, kOut),
        limits_(layer.settings->archive) {
    inner_layer_.name = name_inside_compression(layer.name);
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
      return end(format_.truncated,
                 "the file ends inside a " + std::string(format_.member) + ": the upload was cut, send it again",
                 consumed_);
    }
    if (!between_.empty()) return end_trailing();
    if (too_dense(consumed_)) return end_ratio();
    content_->finish();
  }

 private:
  enum class Part : std::uint8_t {
    kMember,   // inside of one
    kBetween,  // behind one: the begin of another, or the end
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
    if (!out_.granted()) {
      end("limit.memory", "the checks around this content leave too little memory to decode it", 0);
      return false;
    }
    buffer_.resize(kOut);
    return true;
  }

  // All of the input, or up to the member's end.
  void decode(Bytes& chunk) {
    bool filled = true;  // a filled buffer may leave more to come without any input
    while (part_ == Part::kMember && (!chunk.empty() || filled)) {
      const std::size_t before = chunk.size();
      MutableBytes out{buffer_};
      const Decoder::Step step = decoder_->step(chunk, out);
      if (step == Decoder::Step::kWindow || step == Decoder::Step::kNoMemory) return take(step);
      consumed_ += before - chunk.size();
      filled = out.size() == buffer_.size();
      if (hand_on(out)) take(step);
    }
  }

  void take(Decoder::Step step) {
    switch (step) {
      case Decoder::Step::kMore: return;
      case Decoder::Step::kMemberEnd: part_ = Part::kBetween; return;
      case Decoder::Step::kWindow:
        return end("limit.decoder", "the windows of all decoders would take more memory than `limits.decoder_memory`",
                   member_at_);
      case Decoder::Step::kNoMemory:
        part_ = Part::kEnded;
        layer_.budget->exhaust();
        return;
      case Decoder::Step::kFailed: break;
    }
    const Decoder::Fault fault = decoder_->fault();
    end(fault.code, std::string(fault.message), member_at_ + fault.byte);
  }

  // False if that ends the decoding.
  bool hand_on(Bytes out) {
    const std::uint64_t allowed = most() - decoded_;
    const bool over = out.size() > allowed;
    if (over) out = out.first(static_cast<std::size_t>(allowed));
    decoded_ += out.size();
    if (!out.empty()) static_cast<void>(content_->feed(out));
    if (layer_.unpacked != nullptr && layer_.unpacked->over) {  // told where it was broken
      part_ = Part::kEnded;
      return false;
    }
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
    if (between_.empty()) maybe_at_ = consumed_;
    between_ += static_cast<char>(chunk.front());
    const Decoder::Begin begin = decoder_->begins(between_);
    if (begin == Decoder::Begin::kNo) return end_trailing();
    chunk = chunk.subspan(1);
    ++consumed_;
    if (begin == Decoder::Begin::kMaybe) return;
    const std::string seen = std::exchange(between_, {});
    if (begin == Decoder::Begin::kFiller) return;
    member_at_ = maybe_at_;
    part_ = Part::kMember;
    decoder_->restart();
    consumed_ = maybe_at_;
    Bytes again = as_bytes(seen);
    decode(again);
  }

  void end_trailing() {
    end(format_.trailing, "bytes follow the last " + std::string(format_.member) + ", and are not another one",
        maybe_at_);
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
  Format format_;
  std::unique_ptr<Decoder> decoder_;
  Reservation out_;
  const ArchiveSettings& limits_;
  std::optional<Content> content_;
  std::vector<std::byte> buffer_;
  std::string between_;  // bytes behind a member, while they may begin another one
  Part part_ = Part::kMember;
  std::uint64_t consumed_ = 0;   // stored bytes
  std::uint64_t decoded_ = 0;    // bytes handed on
  std::uint64_t member_at_ = 0;  // where the current member begins
  std::uint64_t maybe_at_ = 0;   // where the next one may
};

}  // namespace

std::unique_ptr<Checker> make_compression_checker(const Layer& layer, Check format, TypeClaims inside) {
  return std::make_unique<CompressionChecker>(layer, format_of(format), std::move(inside));
}

}  // namespace scalper
