#include "adapters/local/meta_folder.h"

#include <cerrno>
#include <utility>
#include <vector>

namespace scalper {
namespace {
constexpr std::size_t kMaxFile = std::size_t{256} << 20U;
}

Result<KeyVersions> MetaFolder::load(const ObjectKey& key) {
  SCALPER_TRY_ASSIGN(KeyVersions known, load_file(hash26(path_of_key(key, tree_))));
  if (known.versions.empty()) known.key = key;
  if (known.key != key) return Error(ErrorCode::kCorrupt, "a file in .scalper/meta is of another key");
  return known;
}

Result<KeyVersions> MetaFolder::load_path(const std::string& plain_path) { return load_file(hash26(plain_path)); }

Result<KeyVersions> MetaFolder::load_file(const std::string& file) {
  SCALPER_TRY_ASSIGN(const std::string text, read_file(file));
  if (text.empty()) return KeyVersions{};
  return parse_meta(text);
}

std::optional<std::string> MetaFolder::note(const std::string& file, const ObjectKey& key, const std::string& text) {
  const std::lock_guard lock(mutex_);
  const auto [at, fresh] = unwritten_.try_emplace(file, text);
  if (fresh) {
    queue_.push_back(key);
    return std::nullopt;
  }
  return std::exchange(at->second, text);
}

Result<void> MetaFolder::store(const KeyVersions& known, const std::string& line) {
  const std::string file = hash26(path_of_key(known.key, tree_));
  const std::string text = known.versions.empty() ? std::string() : format_meta(known);
  const std::optional<std::string> before = note(file, known.key, text);
  auto durable = journal_.append(line + line_for(file, text));
  if (durable.ok()) return {};
  const std::lock_guard lock(mutex_);
  if (before)
    unwritten_[file] = *before;
  else
    unwritten_.erase(file);
  return durable;
}

void MetaFolder::store_lazily(const KeyVersions& known) {
  const std::string file = hash26(path_of_key(known.key, tree_));
  const std::string text = known.versions.empty() ? std::string() : format_meta(known);
  note(file, known.key, text);
  journal_.append_lazily(line_for(file, text));
}

std::optional<ObjectKey> MetaFolder::due(std::size_t recent) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() <= recent) return std::nullopt;
  ObjectKey key = std::move(queue_.front());
  queue_.pop_front();
  return key;
}

void MetaFolder::put_off(const ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(key);
}

Result<void> MetaFolder::write_out(const KeyVersions& known) {
  const std::string file = hash26(path_of_key(known.key, tree_));
  SCALPER_TRY(write_file(file, known.versions.empty() ? std::string() : format_meta(known)));
  const std::lock_guard lock(mutex_);
  unwritten_.erase(file);
  return {};
}

void MetaFolder::replayed(const std::string& file, const std::string& text) { unwritten_[file] = text; }

Result<void> MetaFolder::end_replay() {
  for (auto at = unwritten_.begin(); at != unwritten_.end();) {
    if (at->second.empty()) {
      SCALPER_TRY(write_file(at->first, ""));
      at = unwritten_.erase(at);
      continue;
    }
    SCALPER_TRY_ASSIGN(const KeyVersions known, parse_meta(at->second));
    queue_.push_back(known.key);
    ++at;
  }
  return {};
}

std::string MetaFolder::unwritten() {
  const std::lock_guard lock(mutex_);
  std::string lines;
  for (const auto& [file, text] : unwritten_) lines += line_for(file, text);
  return lines;
}

std::string MetaFolder::line_for(const std::string& file, const std::string& text) const {
  return line_of({"meta", name_, file, text});
}

Result<std::string> MetaFolder::read_file(const std::string& file) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = unwritten_.find(file); at != unwritten_.end()) return at->second;
  }
  const int opened = posix_.open(dir_.get(), file, OpenFor::kRead);
  if (opened == -ENOENT) return std::string();
  if (opened < 0) return posix_error(opened, "opening a file in .scalper/meta");
  const Fd fd(opened);
  std::string text;
  std::vector<std::byte> chunk(4096);
  for (;;) {
    const std::int64_t got = posix_.read(fd.get(), chunk, text.size());
    if (got < 0) return posix_error(got, "reading a file in .scalper/meta");
    if (got == 0) break;
    text += as_text(Bytes(chunk).first(static_cast<std::size_t>(got)));
    if (text.size() > kMaxFile) return Error(ErrorCode::kCorrupt, "a file in .scalper/meta is longer than any is");
  }
  if (text.empty()) return Error(ErrorCode::kCorrupt, "a file in .scalper/meta is empty");
  return text;
}

Result<void> MetaFolder::write_file(const std::string& file, const std::string& text) {
  if (text.empty()) {
    const int gone = posix_.unlink(dir_.get(), file);
    if (gone < 0 && gone != -ENOENT) return posix_error(gone, "removing a file in .scalper/meta");
    return {};
  }
  const std::string fresh = file + ".new";
  int opened = posix_.open(dir_.get(), fresh, OpenFor::kCreate);
  if (opened == -EEXIST) {  // of a try that ended half-way
    (void)posix_.unlink(dir_.get(), fresh);
    opened = posix_.open(dir_.get(), fresh, OpenFor::kCreate);
  }
  if (opened < 0) return posix_error(opened, "making a file in .scalper/meta");
  const Fd fd(opened);
  for (std::size_t done = 0; done < text.size();) {
    const std::int64_t wrote = posix_.write(fd.get(), as_bytes(text).subspan(done));
    if (wrote < 0) return posix_error(wrote, "writing a file in .scalper/meta");
    done += static_cast<std::size_t>(wrote);
  }
  if (const int code = posix_.rename(dir_.get(), fresh, dir_.get(), file, RenameMode::kReplace); code < 0)
    return posix_error(code, "renaming a file in .scalper/meta");
  return {};
}

}  // namespace scalper
