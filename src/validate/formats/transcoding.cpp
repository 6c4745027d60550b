#include "validate/formats/transcoding.h"

#include <algorithm>
#include <string>
#include <utility>

#include "validate/formats/reservation.h"
#include "validate/formats/text_decoder.h"
#include "validate/offset_map.h"

namespace scalper {
namespace {

// Pieces begin at multiples of that, however the file is cut: which places are still known must not depend on cuts.
constexpr std::size_t kPiece = 4096;
constexpr std::size_t kMemory = std::size_t{512} << 10U;

class TranscodingChecker final : public Checker {
 public:
  TranscodingChecker(const Layer& layer, const MakeChecker& make)
      : outer_(layer), layer_(layer), reservation_(*layer.budget, kMemory), decoder_(layer.settings->text.encoding) {
    if (!reservation_.granted()) {
      layer.report("limit.memory", "the checks around this content leave too little memory to check it");
      return;
    }
    layer_.origin = &map_;
    inner_ = make(layer_);
  }

  FeedAnswer feed(Bytes chunk) override {
    std::string_view bytes = as_text(chunk);
    while (inner_ != nullptr && !bytes.empty()) {
      const std::size_t taken = std::min(bytes.size(), kPiece - piece_.size());
      piece_ += bytes.substr(0, taken);
      bytes.remove_prefix(taken);
      if (piece_.size() == kPiece) pass_piece();
    }
    return inner_ == nullptr || (enough_ && decoder_.fault().has_value()) ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (inner_ == nullptr) return;
    pass_piece();
    std::string rest;
    decoder_.finish(rest, &map_);
    pass(rest);
    inner_->finish();
    report_mark();
    const auto& fault = decoder_.fault();
    if (!fault.has_value()) return;
    Location where;
    where.byte = fault->byte;
    where.line = fault->line;
    outer_.report("encoding.characters",
                  std::string(fault->what) + ": this is no " + std::string(words_of(outer_.settings->text.encoding)) +
                      ", which the contract demands",
                  where);
  }

 private:
  // UTF-16 that says its order by the mark needs it.
  void report_mark() const {
    const TextSettings& settings = outer_.settings->text;
    if (!decoder_.mark() || settings.bom != Strictness::kError || settings.encoding == TextEncoding::kUtf16) return;
    Location where;
    where.byte = 0;
    where.line = 1;
    outer_.report("text.bom", "the text begins with a byte order mark: save it without one", where);
  }

  void pass_piece() {
    std::string text;
    decoder_.decode(std::exchange(piece_, {}), text, &map_);
    pass(text);
  }
  void pass(const std::string& text) {
    if (!text.empty() && !enough_) enough_ = inner_->feed(as_bytes(text)) == FeedAnswer::kEnough;
  }

  const Layer& outer_;
  Layer layer_;  // of the UTF-8 form
  Reservation reservation_;
  TextDecoder decoder_;
  OffsetMap map_;
  std::unique_ptr<Checker> inner_;
  std::string piece_;
  bool enough_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_transcoding_checker(const Layer& layer, const MakeChecker& make) {
  return std::make_unique<TranscodingChecker>(layer, make);
}

}  // namespace scalper
