#include "hosts/cli/check_files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/escape.h"
#include "validate/validator.h"

namespace scalper::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = std::size_t{64} * 1024;
constexpr std::size_t kAhead = 256;  // results that may wait for an earlier, slower file
constexpr std::chrono::milliseconds kTick{100};
constexpr const char* kStopped = "it was not read to its end";

Error error_of(const std::error_code& error) {
  switch (static_cast<std::errc>(error.value())) {
    case std::errc::no_such_file_or_directory:
    case std::errc::not_a_directory: return {ErrorCode::kNotFound, "there is no such file"};
    case std::errc::permission_denied:
    case std::errc::operation_not_permitted: return {ErrorCode::kPermissionDenied, "not permitted to read it"};
    default: return {ErrorCode::kUnavailable, error.message()};
  }
}

Error last_error() { return error_of({errno, std::generic_category()}); }

FileToCheck failed_file(std::string path, Error error) { return {path, std::move(path), "", 0, std::move(error)}; }

struct Walk {
  std::vector<FileToCheck>& files;
  std::uint64_t& skipped;
  const std::stop_token& stop;

  void folder(const std::string& path, const std::string& key) const {
    std::error_code failed;
    std::vector<fs::directory_entry> entries;
    fs::directory_iterator at(path, failed);
    for (; !failed && at != fs::directory_iterator() && !stop.stop_requested(); at.increment(failed))
      entries.push_back(*at);
    if (failed) files.push_back(failed_file(path, error_of(failed)));
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
    for (const fs::directory_entry& entry : entries) {
      if (stop.stop_requested()) return;
      const std::string below = key + entry.path().filename().string();
      std::error_code lost;
      const fs::file_status status = entry.symlink_status(lost);
      if (fs::is_directory(status)) {
        folder(entry.path().string(), below + "/");
      } else if (fs::is_regular_file(status)) {
        std::string file = entry.path().string();
        std::string root = file.substr(0, file.size() - below.size());
        files.push_back({std::move(file), below, std::move(root), entry.file_size(lost), std::nullopt});
      } else if (lost) {  // what cannot be looked at is not left out: a path too long, most likely
        files.push_back(failed_file(entry.path().string(), error_of(lost)));
      } else {
        ++skipped;
      }
    }
  }
};

std::string key_of_operand(const std::string& operand) {
  std::string key = fs::path(operand).lexically_normal().generic_string();
  while (key.starts_with("/") || key.starts_with("../")) key.erase(0, key.find('/') + 1);
  return key;
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : owned_(path != "-"), number_(owned_ ? ::open(path.c_str(), kHow) : STDIN_FILENO) {}
  ~Descriptor() {
    if (owned_ && number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  static constexpr int kHow = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;  // a fifo without a writer opens at once

  bool owned_;
  int number_;
};

// A verdict on a file that was written to meanwhile would speak of bytes that never lay there together.
Result<void> must_be_unchanged(int descriptor, const struct stat& before) {
  if (!S_ISREG(before.st_mode)) return {};
  struct stat now {};
  if (::fstat(descriptor, &now) != 0) return last_error();
  if (now.st_size == before.st_size && now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
      now.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
    return {};
  return Error(ErrorCode::kUnavailable, "it was changed while it was read; check it again when its writer is done");
}

// A pipe may have nothing to read for ever.
Result<void> await_bytes(int descriptor, const struct stat& status, const std::stop_token& stop) {
  for (;;) {
    if (stop.stop_requested()) return Error(ErrorCode::kCancelled, kStopped);
    if (S_ISREG(status.st_mode)) return {};
    pollfd readable{descriptor, POLLIN, 0};
    const int ready = ::poll(&readable, 1, static_cast<int>(kTick.count()));
    if (ready < 0 && errno != EINTR) return last_error();
    if (ready > 0) return {};
  }
}

Result<void> feed_all(int descriptor, const struct stat& before, Validator& validator, const std::stop_token& stop,
                      CheckProgress& progress) {
  std::vector<std::byte> chunk(kChunk);
  for (std::int64_t fed = 0;;) {
    SCALPER_TRY(await_bytes(descriptor, before, stop));
    const ssize_t got = ::read(descriptor, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return last_error();
    if (got == 0) return {};
    validator.feed(Bytes{chunk}.first(static_cast<std::size_t>(got)));
    progress.bytes += static_cast<std::uint64_t>(got);
    fed += got;
    // A file that grows as fast as it is read would have no end.
    if (fed > before.st_size) SCALPER_TRY(must_be_unchanged(descriptor, before));
  }
}

void add_unverifiable(Verdict& verdict, Finding finding) {
  verdict.findings.insert(verdict.findings.begin(), std::move(finding));
  verdict.findings_total += 1;
  if (verdict.kind == VerdictKind::kValid) verdict.kind = VerdictKind::kUnverifiable;
}

Finding unmatched() {
  Finding finding;
  finding.code = "contract.unmatched";
  finding.severity = Severity::kUnverifiable;
  finding.message = "no contract matches this key, and the contract set sends such files to quarantine";
  return finding;
}

// A checksum file is not judged by the contracts of the files that it speaks of.
std::optional<CompanionKey> as_companion(const FileToCheck& file, bool regular) {
  return regular && file.path != "-" ? companion_key(file.path.substr(file.root.size())) : std::nullopt;
}

// A checksum file is a file like any other: others may speak of it. Only what they say is taken from this pass.
Result<void> compare_companion(int descriptor, const struct stat& status, const FileToCheck& file,
                               const CheckSettings& settings, Verdict& verdict) {
  LyingBeside beside = settings.companions.of(file.root, file.path.substr(file.root.size()));
  for (Finding& finding : beside.findings) add_unverifiable(verdict, std::move(finding));
  if (beside.declared.empty()) return {};
  FileFacts facts;
  facts.name = file.key;
  facts.declared = std::move(beside.declared);
  SCALPER_TRY_ASSIGN(auto validator, Validator::begin(builtin_contract(), std::move(facts), Env{}));
  if (::lseek(descriptor, 0, SEEK_SET) != 0) return last_error();
  CheckProgress again;
  SCALPER_TRY(feed_all(descriptor, status, validator, settings.stop, again));
  SCALPER_TRY(must_be_unchanged(descriptor, status));
  SCALPER_TRY_ASSIGN(Verdict compared, validator.finish());
  for (Finding& finding : compared.findings) {
    if (!finding.code.starts_with("checksum.")) continue;
    if (finding.severity == Severity::kError) verdict.kind = VerdictKind::kInvalid;
    add_unverifiable(verdict, std::move(finding));
  }
  return {};
}

Result<Verdict> judge(const FileToCheck& file, const CheckSettings& settings, CheckProgress& progress) {
  const Descriptor descriptor(file.path);
  if (descriptor.number() < 0) return last_error();
  struct stat status {};
  if (::fstat(descriptor.number(), &status) != 0) return last_error();
  if (S_ISDIR(status.st_mode)) return Error(ErrorCode::kInvalidArgument, "it is a folder");
  if (!S_ISREG(status.st_mode) && file.path != "-")
    return Error(ErrorCode::kInvalidArgument, "it is no regular file; \"-\" reads standard input");
  const bool regular = S_ISREG(status.st_mode) && file.path != "-";
  if (const auto companion = as_companion(file, regular)) {
    SCALPER_TRY_ASSIGN(auto read, read_companion(descriptor.number(), *companion));
    SCALPER_TRY(must_be_unchanged(descriptor.number(), status));
    progress.bytes += read.verdict.size;
    Verdict verdict = judge_companion(file.root, std::move(read));
    SCALPER_TRY(compare_companion(descriptor.number(), status, file, settings, verdict));
    return verdict;
  }
  const auto contract = settings.contracts.match(file.key);
  FileFacts facts;
  facts.name = file.path == "-" ? std::string("stdin") : file.key;
  if (regular) facts.size = static_cast<std::uint64_t>(status.st_size);
  LyingBeside beside;
  if (regular) beside = settings.companions.of(file.root, file.path.substr(file.root.size()));
  facts.declared = std::move(beside.declared);
  facts.as = settings.type;
  facts.require_declared = contract && contract->integrity_required();
  const auto begun = std::chrono::steady_clock::now();
  Env env;
  env.elapsed = [begun] { return std::chrono::steady_clock::now() - begun; };
  env.watch = settings.watch;
  SCALPER_TRY_ASSIGN(auto validator,
                     Validator::begin(contract ? contract : builtin_contract(), std::move(facts), std::move(env)));
  SCALPER_TRY(feed_all(descriptor.number(), status, validator, settings.stop, progress));
  SCALPER_TRY(must_be_unchanged(descriptor.number(), status));
  SCALPER_TRY_ASSIGN(Verdict verdict, validator.finish());
  for (Finding& finding : beside.findings) add_unverifiable(verdict, std::move(finding));
  if (!contract) add_unverifiable(verdict, unmatched());
  return verdict;
}

bool was_stopped(const CheckedFile& file) { return file.error && file.error->code() == ErrorCode::kCancelled; }

// Hands out numbers of files and takes results back; the reader gets them in order.
class InOrder {
 public:
  explicit InOrder(std::size_t count) : results_(count) {}

  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return given_ == results_.size() || given_ < taken_ + kAhead; });
    if (given_ == results_.size()) return std::nullopt;
    return given_++;
  }
  void put(std::size_t index, CheckedFile result) {
    const std::lock_guard lock(mutex_);
    results_[index] = std::move(result);
    changed_.notify_all();
  }
  // Nothing is handed out any more.
  void end() {
    const std::lock_guard lock(mutex_);
    given_ = results_.size();
    changed_.notify_all();
  }
  // What was not taken yet, in order.
  std::vector<CheckedFile> rest() {
    const std::lock_guard lock(mutex_);
    std::vector<CheckedFile> rest;
    for (auto& result : results_)
      if (result) rest.push_back(*std::exchange(result, std::nullopt));
    return rest;
  }
  // Nothing when the next one is not there after `wait`.
  std::optional<CheckedFile> take(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, wait, [this] { return results_[taken_].has_value(); })) return std::nullopt;
    auto result = std::exchange(results_[taken_], std::nullopt);
    ++taken_;
    changed_.notify_all();
    return result;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<CheckedFile>> results_;
  std::size_t given_ = 0;
  std::size_t taken_ = 0;
};

}  // namespace

std::vector<FileToCheck> find_files(const std::vector<std::string>& operands, std::uint64_t& skipped,
                                    const std::stop_token& stop) {
  std::vector<FileToCheck> files;
  const Walk walk{files, skipped, stop};
  for (const std::string& operand : operands) {
    std::error_code failed;
    const fs::file_status status = operand == "-" ? fs::file_status() : fs::status(operand, failed);
    if (operand == "-") {
      files.push_back({operand, "stdin", "", 0, std::nullopt});
    } else if (!fs::exists(status)) {
      files.push_back(
          failed_file(operand, failed ? error_of(failed) : Error(ErrorCode::kNotFound, "there is no such file")));
    } else if (fs::is_directory(status)) {
      walk.folder(operand, "");
    } else {
      std::error_code unknown;
      const auto size = fs::is_regular_file(status) ? fs::file_size(operand, unknown) : 0;
      std::string root = operand.substr(0, operand.rfind('/') + 1);  // npos + 1 is 0
      files.push_back({operand, key_of_operand(operand), std::move(root), size, std::nullopt});
    }
  }
  return files;
}

CheckedFile check_file(const FileToCheck& file, const CheckSettings& settings, CheckProgress& progress) {
  CheckedFile checked;
  checked.path = file.path;
  const auto begun = std::chrono::steady_clock::now();
  auto verdict = file.failure ? Result<Verdict>(*file.failure) : judge(file, settings, progress);
  checked.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  if (verdict.ok()) {
    checked.verdict = std::move(verdict).value();
  } else {
    checked.error = verdict.error();
  }
  ++progress.files;
  return checked;
}

void check_all(const std::vector<FileToCheck>& files, const CheckSettings& settings, CheckProgress& progress,
               const std::function<void(const CheckedFile&)>& each, const std::function<void()>& idle) {
  InOrder order(files.size());
  std::vector<std::jthread> readers;
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < std::min(cores, files.size()); ++i) {
    readers.emplace_back([&] {
      while (const auto index = order.next()) order.put(*index, check_file(files[*index], settings, progress));
    });
  }
  for (std::size_t shown = 0; shown < files.size() && !settings.stop.stop_requested();) {
    if (const auto result = order.take(kTick)) {
      if (!was_stopped(*result)) each(*result);
      ++shown;
    } else {
      idle();
    }
  }
  order.end();
  readers.clear();
  for (const CheckedFile& result : order.rest())
    if (!was_stopped(result)) each(result);
}

}  // namespace scalper::cli
