#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string>
#include <utility>

#include "validate/formats/image.h"
#include "validate/formats/image_checker.h"
#include "validate/formats/jpeg_scan.h"

namespace scalper {
namespace {

constexpr unsigned kEscape = 0xFF;
constexpr unsigned kTables = 4;           // of each kind
constexpr std::size_t kCodeLengths = 16;  // a Huffman table counts its codes by these

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }
unsigned pair_of(std::string_view text, std::size_t at) { return byte_of(text[at]) << 8U | byte_of(text[at + 1]); }

// B.1.1.3, table B.1.
bool is_frame(unsigned marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}
bool is_restart(unsigned marker) { return marker >= 0xD0 && marker <= 0xD7; }

// B.2.4.2
bool are_huffman_tables(std::string_view text) {
  while (!text.empty()) {
    if (text.size() < 1 + kCodeLengths) return false;
    const unsigned kind = byte_of(text[0]) >> 4U;
    std::size_t codes = 0;
    for (std::size_t i = 1; i <= kCodeLengths; ++i) codes += byte_of(text[i]);
    if (kind > 1 || (byte_of(text[0]) & 15U) >= kTables || codes > 256) return false;
    if (text.size() < 1 + kCodeLengths + codes) return false;
    text.remove_prefix(1 + kCodeLengths + codes);
  }
  return true;
}

// Those that may be coded by Huffman and are not differences to another frame: baseline, extended, progressive.
bool is_walked(unsigned marker) { return marker >= 0xC0 && marker <= 0xC2; }

// B.2.4.1
bool are_quantizers(std::string_view text) {
  while (!text.empty()) {
    const unsigned precision = byte_of(text[0]) >> 4U;
    const std::size_t size = precision == 0 ? 64 : 128;
    if (precision > 1 || (byte_of(text[0]) & 15U) >= kTables || text.size() < 1 + size) return false;
    text.remove_prefix(1 + size);
  }
  return true;
}

// How many low bits of each coefficient of a component the scans so far have left out.
using Planned = std::array<std::uint8_t, 64>;
constexpr std::uint8_t kNever = 0xFF;
constexpr unsigned kMostBehind = 13;  // low bits that a scan may leave out (B.2.3)

class JpegChecker final : public ImageChecker {
 public:
  explicit JpegChecker(const Layer& layer) : ImageChecker(layer) {}

  void finish() override {
    if (ended_ || part_ == Part::kBehind) return;
    end_cut();
  }

 private:
  enum class Part : std::uint8_t { kEscape, kMarker, kLength, kSegment, kScan, kScanEscape, kBehind };

  void step(std::string_view& text) override {
    switch (part_) {
      case Part::kEscape: return take_escape(text);
      case Part::kMarker: return take_marker(text);
      case Part::kLength: return take_length(text);
      case Part::kSegment: return take_segment(text);
      case Part::kScan: return skip_scan(text);
      case Part::kScanEscape: return take_scan_escape(text);
      case Part::kBehind: return report_behind();
    }
  }

  void take_escape(std::string_view& text) {
    if (byte_of(text[0]) != kEscape) {
      return end("image.structure", "no marker stands where the next segment has to begin", at_);
    }
    marker_at_ = at_;
    text.remove_prefix(1);
    part_ = Part::kMarker;
  }

  void take_marker(std::string_view& text) {
    marker_ = byte_of(text[0]);
    text.remove_prefix(1);
    if (marker_ == kEscape) return;  // fill bytes
    if (!begun_) {
      begun_ = marker_ == 0xD8;
      part_ = Part::kEscape;
      if (!begun_) end("image.structure", "the picture does not begin with its start marker", 0);
      return;
    }
    begin_segment();
  }

  void begin_segment() {
    if (marker_ == 0xD9) {
      end_picture();
    } else if (marker_ == 0xD8 || marker_ <= 0x01 || is_restart(marker_)) {
      end("image.structure", "a marker stands where it may not", marker_at_);
    } else {
      part_ = Part::kLength;
      held_.clear();
    }
  }

  void end_picture() {
    if (!scanned_) return end("image.structure", "the picture ends before any image data", marker_at_);
    for (const Planned& component : planned_) {
      if (component[0] == kNever)
        return end("image.data", "the picture ends before the data of one of its components", marker_at_);
      if (std::any_of(component.begin(), component.end(), [](std::uint8_t missing) { return missing != 0; }))
        return end("image.unsupported", "the picture ends before the scans that would complete it", marker_at_);
    }
    part_ = Part::kBehind;
  }

  void take_length(std::string_view& text) {
    held_ += text[0];
    text.remove_prefix(1);
    if (held_.size() < 2) return;
    left_ = pair_of(held_, 0);
    held_.clear();
    if (left_ < 2) return end("image.structure", "a segment has a length that it cannot have", marker_at_);
    left_ -= 2;
    part_ = Part::kSegment;
    if (left_ == 0) end_segment();
  }

  [[nodiscard]] bool is_looked_at() const {
    return is_frame(marker_) || marker_ == 0xC4 || marker_ == 0xDB || marker_ == 0xDD || marker_ == 0xDA;
  }

  void take_segment(std::string_view& text) {
    const std::string_view part = text.substr(0, left_);
    if (is_looked_at()) held_ += part;
    text.remove_prefix(part.size());
    left_ -= part.size();
    if (left_ == 0) end_segment();
  }

  void end_segment() {
    part_ = Part::kEscape;
    if (is_frame(marker_)) return check_frame();
    if (marker_ == 0xDA) return check_scan();
    const bool good = marker_ == 0xC4   ? are_huffman_tables(held_)
                      : marker_ == 0xDB ? are_quantizers(held_)
                                        : marker_ != 0xDD || held_.size() == 2;
    if (good && marker_ == 0xDB) note_quantizers(held_);
    if (good && marker_ == 0xDD) restart_ = pair_of(held_, 0);
    if (good && marker_ == 0xC4 && !read_tables())
      return end("image.structure", "a Huffman table has more codes than there can be", marker_at_);
    if (!good) end("image.structure", "a table of the picture is not built as it has to be", marker_at_);
  }

  [[nodiscard]] bool read_tables() {
    std::string_view text = held_;
    while (!text.empty()) {
      const unsigned place = byte_of(text[0]);
      std::size_t codes = 0;
      for (std::size_t i = 1; i <= kCodeLengths; ++i) codes += byte_of(text[i]);
      jpeg::Huffman& table = (place >> 4U == 0 ? dc_ : ac_)[place & 3U];
      if (!table.build(text.substr(1, kCodeLengths), text.substr(1 + kCodeLengths, codes))) return false;
      text.remove_prefix(1 + kCodeLengths + codes);
    }
    return true;
  }

  // B.2.2
  void note_quantizers(std::string_view text) {
    for (; !text.empty(); text.remove_prefix(1 + (byte_of(text[0]) >> 4U == 0 ? 64 : 128)))
      quantizers_.insert(byte_of(text[0]) & 15U);
  }

  void check_frame() {
    constexpr std::size_t kFixed = 6;
    if (framed_) return end("image.structure", "the picture has a second frame", marker_at_);
    if (held_.size() < kFixed || held_.size() != kFixed + 3 * byte_of(held_[5]) || byte_of(held_[5]) == 0) {
      return end("image.header", "the frame's header has a length that it cannot have", marker_at_);
    }
    framed_ = true;
    if (!is_walked(marker_))
      return end("image.unsupported", "the picture is coded in a way of JPEG that next to nobody uses", marker_at_);
    frame_.progressive = marker_ == 0xC2;
    for (std::size_t at = kFixed; at < held_.size(); at += 3) {
      const unsigned across = byte_of(held_[at + 1]) >> 4U;
      const unsigned down = byte_of(held_[at + 1]) & 15U;
      if (across < 1 || across > 4 || down < 1 || down > 4)
        return end("image.header", "the frame's header names a sampling that JPEG does not have", marker_at_);
      frame_.components.push_back({static_cast<std::uint8_t>(held_[at]), across, down, byte_of(held_[at + 2])});
    }
    planned_.assign(frame_.components.size(), Planned{});
    for (Planned& component : planned_) component.fill(kNever);
    const unsigned precision = byte_of(held_[0]);
    if (precision != 8 && (precision != 12 || marker_ == 0xC0))
      return end("image.header", "the frame's header names a precision that JPEG does not have", marker_at_);
    frame_.precision = precision;
    const unsigned height = pair_of(held_, 1);
    const unsigned width = pair_of(held_, 3);
    if (height == 0 && width != 0) {
      return end("image.unsupported", "the picture tells its height behind its first scan, which is not followed",
                 marker_at_);
    }
    check_picture_size(layer_, width, height, marker_at_ + 5);
    frame_.width = width;
    frame_.height = height;
    ended_ = width == 0;
  }

  // B.2.3
  void check_scan() {
    const std::size_t components = held_.empty() ? 0 : byte_of(held_[0]);
    if (!framed_) return end("image.structure", "image data comes before the frame's header", marker_at_);
    if (components < 1 || components > 4 || held_.size() != 4 + 2 * components) {
      return end("image.header", "a scan's header has a length that it cannot have", marker_at_);
    }
    jpeg::ScanHeader header;
    if (!read_scan(components, header) || !plan(header))
      return end("image.header", "a scan's header names what the frame does not have", marker_at_);
    for (const jpeg::ScanHeader::Part& part : header.parts)
      if (!quantizers_.contains(frame_.components[part.component].quantizer))
        return end("image.structure", "image data comes before the table to scale it by", marker_at_);
    if (!scan_.begin(frame_, header, restart_))
      return end("image.structure",
                 "a scan lacks a table that it is coded by, or has more blocks at once than there may be", marker_at_);
    scanned_ = true;
    scan_bytes_ = false;
    part_ = Part::kScan;
  }

  [[nodiscard]] bool read_scan(std::size_t components, jpeg::ScanHeader& header) {
    for (std::size_t i = 0; i < components; ++i) {
      const auto id = static_cast<std::uint8_t>(held_[1 + 2 * i]);
      const unsigned tables = byte_of(held_[2 + 2 * i]);
      const auto found = std::find_if(frame_.components.begin(), frame_.components.end(),
                                      [&](const jpeg::Component& one) { return one.id == id; });
      if (found == frame_.components.end() || (tables >> 4U) >= kTables || (tables & 15U) >= kTables) return false;
      const auto place = static_cast<std::size_t>(found - frame_.components.begin());
      if (!header.parts.empty() && place <= header.parts.back().component) return false;  // B.2.3: in the frame's order
      header.parts.push_back({place, &dc_[tables >> 4U], &ac_[tables & 15U]});
    }
    return true;
  }

  // Which bits of which coefficients the scan gives (G.1.1.1.1); a sequential one gives all.
  [[nodiscard]] bool plan(jpeg::ScanHeader& header) {
    const std::size_t at = 1 + 2 * header.parts.size();
    unsigned behind = 0;
    if (frame_.progressive) {
      header.from = byte_of(held_[at]);
      header.to = byte_of(held_[at + 1]);
      header.before = byte_of(held_[at + 2]) >> 4U;
      behind = byte_of(held_[at + 2]) & 15U;
      if (header.from > header.to || header.to > 63 || (header.from == 0 && header.to > 0)) return false;
      if (header.from > 0 && header.parts.size() > 1) return false;
      if (behind > kMostBehind || (header.before > 0 && behind + 1 != header.before)) return false;
    }
    for (const jpeg::ScanHeader::Part& part : header.parts) {
      for (unsigned place = header.from; place <= header.to; ++place) {
        std::uint8_t& left = planned_[part.component][place];
        if (frame_.progressive && header.before != (left == kNever ? 0U : left)) return false;
        left = static_cast<std::uint8_t>(behind);
      }
    }
    return true;
  }

  void skip_scan(std::string_view& text) {
    const std::size_t escape = std::min(text.find('\xFF'), text.size());
    scan_bytes_ = scan_bytes_ || escape > 0;
    for (const char c : text.substr(0, escape)) {
      walk(byte_of(c));
      if (ended_) return;
    }
    if (escape == text.size()) {
      text.remove_prefix(escape);
      return;
    }
    marker_at_ = at_ + escape;
    text.remove_prefix(escape + 1);
    part_ = Part::kScanEscape;
  }

  // Behind 0xFF within a scan: a stuffed zero, a restart, a fill byte, or the next segment (B.1.1.5).
  void take_scan_escape(std::string_view& text) {
    marker_ = byte_of(text[0]);
    text.remove_prefix(1);
    if (marker_ == kEscape) return;
    part_ = Part::kScan;
    if (marker_ == 0) {
      scan_bytes_ = true;
      walk(kEscape);
    } else if (is_restart(marker_)) {
      if (scan_.walked() && !scan_.restart(marker_ & 7U))
        end("image.data", "the image data misses blocks before a restart, or the restart is the wrong one", marker_at_);
      surplus_here_ = false;
    } else if (!scan_bytes_) {
      end("image.data", "a scan of the picture has no data at all", marker_at_);
    } else if (scan_.walked() && !scan_.end()) {
      end("image.data", "the image data ends before the last block", marker_at_);
    } else {
      surplus_here_ = false;
      begin_segment();
    }
  }

  // A byte of the scan's data, without what was stuffed.
  void walk(unsigned byte) {
    if (!scan_.walked() || surplus_here_) return;
    using Answer = jpeg::Scan::Answer;
    const Answer answer = scan_.take(byte);
    if (answer == Answer::kDamaged) return end("image.data", "the image data cannot be decoded", marker_at_);
    if (answer != Answer::kSurplus) return;
    surplus_here_ = true;
    if (!std::exchange(surplus_, true))
      report_at(layer_, "image.surplus", "the image data goes on behind the last block", marker_at_);
  }

  void report_behind() {
    ended_ = true;
    Location where;
    where.byte = at_;
    layer_.report("image.trailing", Severity::kWarning,
                  "bytes follow the picture's end marker: cameras put previews and films there", where);
  }

  Part part_ = Part::kEscape;
  unsigned marker_ = 0;
  std::size_t left_ = 0;         // of the segment
  std::uint64_t marker_at_ = 0;  // where the current marker begins
  jpeg::Frame frame_;
  std::vector<Planned> planned_;  // by component
  std::array<jpeg::Huffman, kTables> dc_;
  std::array<jpeg::Huffman, kTables> ac_;
  jpeg::Scan scan_;
  std::set<unsigned> quantizers_;  // numbers of the tables that were there
  unsigned restart_ = 0;           // units between two restarts
  bool surplus_here_ = false;      // the current data goes on behind its last block
  bool surplus_ = false;           // was said
  bool scan_bytes_ = false;        // the current scan has data
  bool begun_ = false;
  bool framed_ = false;
  bool scanned_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_jpeg_checker(const Layer& layer) { return std::make_unique<JpegChecker>(layer); }

}  // namespace scalper
