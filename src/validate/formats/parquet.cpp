#include "validate/formats/parquet.h"

#include <algorithm>
#include <optional>
#include <string>

#include "digest/crc32.h"
#include "validate/formats/parquet_footer.h"
#include "validate/formats/parquet_page.h"
#include "validate/formats/parquet_tail.h"

namespace scalper {
namespace {

using parquet::BloomHeader;
using parquet::PageHeader;
using thrift::State;

constexpr std::string_view kMark = "PAR1";
constexpr std::string_view kEncryptedMark = "PARE";
constexpr std::size_t kEndBytes = 8;  // the size of the metadata, and the mark
constexpr std::size_t kFirstTry = 64;
// The tail, the elements of the schema, and what is read ahead.
constexpr std::size_t kMemory = parquet::kMostFooter + (std::size_t{1100} << 10U) + 2 * parquet::kMostPageHeader;

class ParquetChecker final : public Checker {
 public:
  explicit ParquetChecker(const Layer& layer)
      : layer_(layer), pages_(*layer.budget), tail_(parquet::kMostFooter + kEndBytes) {}

  FeedAnswer feed(Bytes chunk) override {
    std::string_view rest = as_text(chunk);
    size_ += rest.size();
    while (!rest.empty()) {
      if (inside_ == Inside::kTail) {
        tail_.add(rest);
        break;
      }
      if (left_ > 0) {
        pass(rest);
      } else {
        ahead(rest);
      }
    }
    return FeedAnswer::kMore;
  }

  void finish() override {
    while (inside_ != Inside::kTail && left_ == 0 && !ahead_.empty() && follow()) {
    }
    if (inside_ == Inside::kMark || size_ < kMark.size() + kEndBytes) return cut("the file has no room for a footer");
    if (left_ > 0) {
      return cut("what begins at byte " + std::to_string(item_) + " has " + std::to_string(left_) +
                 " bytes more than the file: it was cut, or a page's header is damaged");
    }
    if (inside_ != Inside::kTail) stop();
    check_end();
  }

 private:
  enum class Inside : std::uint8_t {
    kMark,
    kPages,
    kTail,  // pages are not followed any more
  };

  // What a page or a Bloom filter holds.
  void pass(std::string_view& rest) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest.size()));
    if (stated_.has_value()) crc_.update(as_bytes(rest.substr(0, taken)));
    rest.remove_prefix(taken);
    at_ += taken;
    left_ -= taken;
    if (left_ == 0) end_page();
  }

  void end_page() {
    if (stated_.has_value() && crc_.value() != *stated_) pages_.set_crc_differs();
    stated_.reset();
  }

  // Gathers what the next header may be in.
  void ahead(std::string_view& rest) {
    const std::size_t taken = std::min(try_at_ - ahead_.size(), rest.size());
    ahead_.append(rest.substr(0, taken));
    rest.remove_prefix(taken);
    while (ahead_.size() == try_at_ && inside_ != Inside::kTail && left_ == 0) {
      if (!follow()) try_at_ = std::min(2 * try_at_, parquet::kMostPageHeader);
    }
  }

  // Goes on behind what begins the gathered bytes; false: it does not end in them.
  bool follow() {
    if (inside_ == Inside::kMark) return follow_mark();
    const std::size_t zeros = std::min(ahead_.find_first_not_of('\0'), ahead_.size());
    if (zeros > 0) {
      note_gap();
      consume(zeros);
      return true;
    }
    PageHeader page;
    const State is_page = read_page_header(ahead_, page);
    if (is_page == State::kGood) return begin_page(page);
    BloomHeader bloom;
    const State is_bloom = is_page == State::kShort ? State::kBad : read_bloom_header(ahead_, bloom);
    if (is_bloom == State::kGood) {
      note_gap();
      begin_item(bloom.bytes, bloom.stored);
      return true;
    }
    const bool may_go_on = is_page == State::kShort || is_bloom == State::kShort;
    if (may_go_on && ahead_.size() < parquet::kMostPageHeader) return false;
    stop();
    return true;
  }

  bool follow_mark() {
    if (ahead_.size() < kMark.size()) return false;
    inside_ = Inside::kPages;
    encrypted_ = ahead_.starts_with(kEncryptedMark);
    if (ahead_.starts_with(kMark)) {
      consume(kMark.size());
      return true;
    }
    if (!encrypted_) report("parquet.footer", "the file does not begin with the mark PAR1", 0);
    marked_ = encrypted_;
    stop();
    return true;
  }

  bool begin_page(const PageHeader& page) {
    if (walk_.full || !pages_.add(at_, page)) {
      walk_.full = true;
      stop();
      return true;
    }
    gap_ = false;
    stated_ = page.crc;
    crc_ = {};
    begin_item(page.bytes, page.stored);
    return true;
  }

  // Of which `stored` bytes follow a header of `bytes`.
  void begin_item(std::size_t bytes, std::uint64_t stored) {
    item_ = at_;
    consume(bytes);
    left_ = stored;
    std::string gathered = std::move(ahead_);
    ahead_.clear();
    try_at_ = kFirstTry;
    std::string_view rest = gathered;
    if (left_ == 0) end_page();
    if (left_ > 0 && !rest.empty()) pass(rest);
    ahead_.assign(rest);
    try_at_ = std::max(kFirstTry, ahead_.size());
  }

  void consume(std::size_t bytes) {
    ahead_.erase(0, bytes);
    at_ += bytes;
    try_at_ = std::max(kFirstTry, ahead_.size());
  }

  // Here the pages before it end.
  void note_gap() {
    if (gap_) return;
    gap_ = true;
    if (pages_.size() > 0 && !pages_.add(at_, PageHeader{})) walk_.full = true;
  }

  void stop() {
    note_gap();
    walk_.end = at_;
    inside_ = Inside::kTail;
    tail_.add(ahead_);
    ahead_ = {};
  }

  void check_end() {
    const std::string_view tail = tail_.text();
    const std::string_view end = tail.substr(tail.size() - std::min(tail.size(), kEndBytes));
    const std::string_view mark = encrypted_ ? kEncryptedMark : kMark;
    if (end.size() < kEndBytes || !end.ends_with(mark)) {
      return cut("the file does not end with the mark " + std::string(mark) + ": it was cut, or something follows it");
    }
    if (encrypted_) {
      return report("parquet.encrypted", "the file's metadata is encrypted: it cannot be checked without its key", 0);
    }
    std::uint64_t bytes = 0;
    for (std::size_t i = 4; i > 0; --i) bytes = bytes << 8U | static_cast<unsigned char>(end[i - 1]);
    check_footer(tail, bytes);
  }

  void check_footer(std::string_view tail, std::uint64_t bytes) {
    const std::uint64_t at = size_ - kEndBytes;
    if (bytes > parquet::kMostFooter && bytes <= at - walk_.end) {
      return report("limit.memory",
                    "the metadata has " + std::to_string(bytes) + " bytes, more than the 2 MiB that are held", at);
    }
    if (bytes > tail.size() - kEndBytes || bytes == 0) {
      return report("parquet.footer",
                    "the metadata is said to have " + std::to_string(bytes) + " bytes, and " +
                        std::to_string(at - walk_.end) + " stand between the last page and the end",
                    at);
    }
    if (!marked_) return;
    const auto size = static_cast<std::size_t>(bytes);
    parquet::Footer(layer_, pages_, walk_, tail.substr(tail.size() - kEndBytes - size, size), at - bytes).check();
  }

  void cut(const std::string& why) { report("parquet.truncated", why, size_); }

  void report(std::string_view code, const std::string& message, std::uint64_t byte) {
    Location where;
    where.byte = byte;
    layer_.report(code, message, where);
  }

  const Layer& layer_;
  parquet::PageList pages_;
  parquet::Tail tail_;
  parquet::Walk walk_;
  std::string ahead_;                    // gathered, from at_ on
  std::size_t try_at_ = kFirstTry;       // how much is gathered before it is looked at
  std::uint64_t at_ = 0;                 // how far was followed
  std::uint64_t size_ = 0;               // how much came
  std::uint64_t item_ = 0;               // where what is being passed begins
  std::uint64_t left_ = 0;               // of it
  std::optional<std::uint32_t> stated_;  // its checksum
  Crc32 crc_;
  Inside inside_ = Inside::kMark;
  bool gap_ = false;
  bool marked_ = true;
  bool encrypted_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_parquet_checker(const Layer& layer) {
  return within_budget<ParquetChecker>(layer, kMemory);
}

}  // namespace scalper
