#include "adapters/clamd/clamd_scanner.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/clamd/clamd_answers.h"
#include "base/escape.h"
#include "digest/random_bytes.h"

namespace scalper {
namespace {

constexpr std::uint32_t kProbe = 1;  // the first command of a session
constexpr std::uint32_t kFile = 2;
constexpr std::size_t kMostChunk = std::size_t{64} * 1024;
constexpr int kMostLines = 8;
constexpr std::string_view kInstream("zINSTREAM\0", 10);
constexpr std::string_view kSession("zIDSESSION\0", 11);
constexpr std::string_view kNoMore("\0\0\0\0", 4);

// A chunk's length goes before it, most significant byte first.
std::string length_of(std::size_t size) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8)
    text += static_cast<char>((size >> static_cast<unsigned>(shift)) & 0xFFU);
  return text;
}

// The session, the probe and the file's beginning, in one piece.
std::string opening(Bytes unique) {
  const std::string probe = clamd_probe(to_hex(unique));
  return std::string(kSession) + std::string(kInstream) + length_of(probe.size()) + probe + std::string(kNoMore) +
         std::string(kInstream);
}

}  // namespace

class ClamdScan final : public Scan {
 public:
  ClamdScan(ClamdScanner& scanner, const CallContext& context) : scanner_(scanner), socket_(scanner.clock_) {
    const ClamdOptions& options = scanner_.options_;
    const auto unique = random_secret();
    const auto begun = socket_.open(context, options.address, options.connect);
    if (!begun.ok()) trouble_ = {ScanAnswer::Kind::kUnavailable, begun.error().message()};
    if (!unique.ok()) trouble_ = {ScanAnswer::Kind::kFailed, unique.error().message()};
    if (unique.ok()) send(context, opening(*unique));
  }
  ~ClamdScan() override { scanner_.leave(); }
  ClamdScan(const ClamdScan&) = delete;
  ClamdScan& operator=(const ClamdScan&) = delete;

  void feed(const CallContext& context, Bytes bytes) override {
    while (!bytes.empty() && is_taking()) {
      const Bytes piece = bytes.first(std::min(bytes.size(), kMostChunk));
      bytes = bytes.subspan(piece.size());
      send(context, length_of(piece.size()));
      send(context, as_text(piece));
    }
  }

  ScanAnswer finish(const CallContext& context) override {
    send(context, kNoMore);
    if (trouble_) return *trouble_;
    listen(context);
    std::optional<ScanAnswer> of_file;
    if (file_) of_file = scan_answer(*file_);
    // What it found is found, however it is set.
    if (of_file && of_file->kind == ScanAnswer::Kind::kFound) return *of_file;
    if (probe_ && !alerts_beyond_limits(*probe_))
      return {ScanAnswer::Kind::kFailed,
              "it does not say when it gives a file up (a file beyond its limits was \"" + escape_text(*probe_, 100) +
                  "\"): set AlertExceedsMax yes, ScanArchive yes and MaxRecursion of at most 100 in clamd.conf"};
    // It closed before the last byte: whatever it found clean, it was not the file.
    if (is_closed_ && of_file && of_file->kind == ScanAnswer::Kind::kClean)
      return {ScanAnswer::Kind::kFailed, "it took not all of the bytes"};
    if (of_file && (probe_ || of_file->kind == ScanAnswer::Kind::kUnscanned)) return *of_file;
    return {ScanAnswer::Kind::kFailed, said_nothing_};
  }

 private:
  // It takes more bytes: nothing went wrong, and it has not closed, as it does with a file that is too long for it.
  [[nodiscard]] bool is_taking() const { return !trouble_ && !is_closed_; }

  void send(const CallContext& context, std::string_view bytes) {
    if (!is_taking()) return;
    const auto sent = socket_.send(context, bytes, scanner_.options_.stalled);
    if (sent.failed_with(ErrorCode::kUnavailable)) is_closed_ = true;  // it may have said why
    if (!sent.ok() && !is_closed_) trouble_ = {ScanAnswer::Kind::kFailed, "it takes no more bytes"};
  }

  // Both answers come in any order.
  void listen(const CallContext& context) {
    for (int line = 0; line < kMostLines && !(probe_ && file_); ++line) {
      const auto text = socket_.receive(context, scanner_.options_.answer);
      if (!text.ok()) {
        said_nothing_ = text.error().message();
        return;
      }
      auto answer = parse_clamd_answer(*text);
      if (answer && answer->id == kProbe)
        probe_ = std::move(answer->text);
      else if (answer && answer->id == kFile)
        file_ = std::move(answer->text);
      else
        said_nothing_ = "it said \"" + escape_text(*text, 100) + "\"";
    }
  }

  ClamdScanner& scanner_;
  ClamdSocket socket_;
  bool is_closed_ = false;
  std::optional<ScanAnswer> trouble_;
  std::optional<std::string> probe_;
  std::optional<std::string> file_;
  std::string said_nothing_ = "it did not answer";
};

std::unique_ptr<Scan> ClamdScanner::begin(const CallContext& context) {
  {
    std::unique_lock lock(mutex_);
    if (!left_.wait_for(lock, context.stop, options_.turn, [&] { return places_taken_ < options_.at_once; }))
      return nullptr;
    ++places_taken_;
  }
  return std::make_unique<ClamdScan>(*this, context);
}

void ClamdScanner::leave() {
  {
    const std::lock_guard lock(mutex_);
    --places_taken_;
  }
  left_.notify_one();
}

}  // namespace scalper
