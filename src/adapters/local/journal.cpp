#include "adapters/local/journal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

namespace scalper {
namespace {

constexpr std::uint64_t kSegmentBytes = std::uint64_t{8} << 20U;
constexpr const char* kHeader = "scalper-journal";
constexpr const char* kVersion = "1";
constexpr const char* kComplete = "complete";

Result<std::string> read_whole(Posix& posix, int dir, const std::string& name) {
  const Fd file(posix.open(dir, name, OpenFor::kRead));
  if (!file.is_open()) return Error(ErrorCode::kUnavailable, "the journal cannot be opened");
  std::string text;
  std::vector<std::byte> chunk(std::size_t{1} << 16U);
  for (;;) {
    const std::int64_t got = posix.read(file.get(), chunk, text.size());
    if (got < 0) return posix_error(got, "reading the journal");
    if (got == 0) return text;
    text += as_text(Bytes(chunk).first(static_cast<std::size_t>(got)));
  }
}

template <class Take>
void each_line(const std::string& text, Take take) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const bool last = end == std::string::npos || end + 1 == text.size();
    const std::string_view line(text.data() + begin, std::min(end, text.size()) - begin);
    take(end == std::string::npos ? std::nullopt : fields_of(line), last);
    if (last) return;
    begin = end + 1;
  }
}

// How a segment was begun. A power cut may keep its last page and lose one before it: then the word at the end says
// nothing.
enum class Begun : std::uint8_t { kNot, kWithHoles, kWhole };

Begun how_begun(const std::string& text) {
  bool complete = false;
  bool whole = true;
  each_line(text, [&](const std::optional<Fields>& fields, bool) {
    whole = whole && (complete || fields);
    complete = complete || (fields && fields->size() == 1 && fields->front() == kComplete);
  });
  if (!complete) return Begun::kNot;
  return whole ? Begun::kWhole : Begun::kWithHoles;
}

void count_lines(const std::string& text, Journal::Replayed& replayed, const std::function<void(const Fields&)>& take) {
  each_line(text, [&](const std::optional<Fields>& fields, bool last) {
    replayed.lines += fields ? 1U : 0U;
    replayed.damaged += fields || last ? 0U : 1U;
    if (fields && !fields->empty()) take(*fields);
  });
}

// kUnsupported: a newer program wrote it.
Result<void> check_header(const std::string& text) {
  const auto fields = fields_of(std::string_view(text).substr(0, text.find('\n')));
  if (fields && fields->size() == 2 && fields->front() == kHeader && fields->back() != kVersion)
    return Error(ErrorCode::kUnsupported, "the journal in .scalper was written by a newer version of this program");
  return {};
}

}  // namespace

Result<Journal::Replayed> Journal::replay(const std::function<void(const Fields&)>& take) {
  std::vector<FolderEntry> entries;
  if (const int code = folder_.posix.list(folder_.journal.get(), entries); code < 0)
    return posix_error(code, "listing .scalper/journal");
  std::vector<std::uint64_t> numbers;
  for (const FolderEntry& entry : entries)
    if (const auto number = number_of(entry.name)) numbers.push_back(*number);
  std::ranges::sort(numbers);
  Replayed replayed;
  if (!numbers.empty()) {
    oldest_ = numbers.front();
    number_ = numbers.back();
  }
  std::optional<std::string> chosen;
  Replayed of_none;
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    SCALPER_TRY_ASSIGN(std::string text, read_whole(folder_.posix, folder_.journal.get(), std::to_string(*number)));
    SCALPER_TRY(check_header(text));
    const Begun begun = how_begun(text);
    if (begun != Begun::kWhole) count_lines(text, of_none, [](const Fields&) {});
    // One with holes only where none before it is whole.
    if (begun == Begun::kWhole || (begun == Begun::kWithHoles && !chosen)) chosen = std::move(text);
    if (begun == Begun::kWhole) break;
  }
  if (chosen) {
    count_lines(*chosen, replayed, take);
    return replayed;
  }
  // A crash leaves that only of the first segment of all, and half a line at its end: the next ones are begun once the
  // one before is whole.
  replayed.damaged = std::max<std::uint64_t>(of_none.damaged, number_ > 1 ? 1 : 0);
  return replayed;
}

Result<void> Journal::begin(std::function<std::string()> snapshot) {
  snapshot_ = std::move(snapshot);
  return begin_segment();
}

Result<void> Journal::append(const std::string& lines) {
  std::string batch;
  return rounds_.take_part([&] { buffer_ += lines; }, [&] { batch = std::exchange(buffer_, {}); },
                           [&] { return write_out(batch); });
}

void Journal::append_lazily(const std::string& lines) {
  rounds_.under_lock([&] { buffer_ += lines; });
}

Result<void> Journal::write_out(const std::string& batch) {
  if (!usable_ || size_ > kSegmentBytes) SCALPER_TRY(begin_segment());
  usable_ = false;
  SCALPER_TRY(write_all(file_, batch));
  if (const int code = folder_.posix.sync(file_.get()); code < 0) return posix_error(code, "syncing the journal");
  usable_ = true;
  size_ += batch.size();
  return {};
}

Result<void> Journal::begin_segment() {
  usable_ = false;
  Posix& posix = folder_.posix;
  if (broken_)
    return Error(ErrorCode::kUnavailable,
                 "the disk lost what was written to .scalper/meta: nothing is acknowledged any more; see to the disk, "
                 "then start the gate again, which has it from the journal");
  const std::string needed = snapshot_();
  // Only now: what snapshot() left out was in its file before.
  if (const int code = posix.sync_all(folder_.own.get()); code < 0) {
    broken_ = true;
    return posix_error(code, "syncing .scalper/meta");
  }
  const int opened = posix.open(folder_.journal.get(), std::to_string(number_ + 1), OpenFor::kCreate);
  if (opened == -EEXIST) ++number_;  // of an earlier try; the next one finds a free number
  if (opened < 0) return posix_error(opened, "making a segment of the journal");
  ++number_;
  Fd file(opened);
  Result<void> durable = write_all(file, line_of({kHeader, kVersion}) + needed + line_of({kComplete}));
  for (const int fd : {file.get(), folder_.journal.get()})
    if (const int code = durable.ok() ? posix.sync(fd) : 0; code < 0)
      durable = posix_error(code, "syncing the journal");
  if (!durable.ok()) {  // tries on a full disk must not fill it; the segment before still holds all that was answered
    (void)posix.unlink(folder_.journal.get(), std::to_string(number_));
    return durable;
  }
  file_ = std::move(file);
  size_ = 0;
  usable_ = true;
  remove_older();
  return {};
}

Result<void> Journal::write_all(const Fd& file, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const std::int64_t wrote = folder_.posix.write(file.get(), as_bytes(text).subspan(done));
    if (wrote < 0) return posix_error(wrote, "writing the journal");
    done += static_cast<std::size_t>(wrote);
  }
  return {};
}

// Those that cannot be removed are void all the same.
void Journal::remove_older() {
  for (; oldest_ < number_; ++oldest_) {
    const int code = folder_.posix.unlink(folder_.journal.get(), std::to_string(oldest_));
    if (code < 0 && code != -ENOENT) return;
  }
}

}  // namespace scalper
