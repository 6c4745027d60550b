#include "hosts/local_contract_files.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/escape.h"

namespace scalper {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 10000;
constexpr std::uint64_t kMaxBytes = std::uint64_t{16} << 20;
constexpr std::size_t kMessageChars = 400;

Error could_not(ErrorCode code, const fs::path& path, const std::string& why) {
  return {code, escape_text(path.string(), kMessageChars) + ": " + why};
}

Error could_not(const fs::path& path, const std::error_code& error) {
  ErrorCode code = ErrorCode::kUnavailable;
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) code = ErrorCode::kNotFound;
  if (error == std::errc::permission_denied) code = ErrorCode::kPermissionDenied;
  return could_not(code, path, error.message());
}

Result<std::string> read_whole(const fs::path& path, std::uint64_t at_most) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (failed) return could_not(path, failed);
  if (!fs::is_regular_file(status)) return could_not(ErrorCode::kInvalidArgument, path, "it is no plain file");
  const std::uint64_t size = fs::file_size(path, failed);
  if (failed) return could_not(path, failed);
  if (size > at_most) return could_not(ErrorCode::kInvalidArgument, path, "more than 16 MiB of contracts");
  std::ifstream in(path, std::ios::binary);
  if (!in) return could_not(ErrorCode::kPermissionDenied, path, "cannot be read");
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (in.bad()) return could_not(ErrorCode::kUnavailable, path, "cannot be read");
  // One that grows is being written: the next look sees it whole.
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

bool may_be_in_a_set(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

Result<void> collect(const fs::path& folder, const std::string& below, std::uint64_t& bytes,
                     std::vector<ContractText>& files) {
  std::error_code cut;  // a listing that fails ends like one that is complete
  std::error_code failed;
  fs::directory_iterator entries(folder, cut);
  for (; !cut && entries != fs::directory_iterator(); entries.increment(cut)) {
    const std::string name = entries->path().filename().string();
    if (name.starts_with(".")) continue;
    const fs::file_status status = entries->symlink_status(failed);
    if (failed) return could_not(entries->path(), failed);
    if (fs::is_directory(status)) SCALPER_TRY(collect(entries->path(), below + name + "/", bytes, files));
    // A contract that is passed over in silence would leave its files to another one: links are followed, and what
    // is no file is refused.
    if (fs::is_symlink(status) && fs::is_directory(entries->path(), failed))
      return could_not(ErrorCode::kInvalidArgument, entries->path(), "links to folders are not followed");
    if (fs::is_directory(status) || !may_be_in_a_set(entries->path())) continue;
    SCALPER_TRY_ASSIGN(std::string text, read_whole(entries->path(), kMaxBytes - bytes));
    bytes += text.size();
    files.push_back({below + name, std::move(text)});
    if (files.size() > kMaxFiles) return could_not(ErrorCode::kInvalidArgument, folder, "more than 10,000 files");
  }
  return cut ? Result<void>(could_not(folder, cut)) : Result<void>();
}

}  // namespace

Result<std::vector<ContractText>> read_contract_folder(const fs::path& folder) {
  std::vector<ContractText> files;
  std::uint64_t bytes = 0;
  SCALPER_TRY(collect(folder, "", bytes, files));
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

namespace {

// Schemas beside and below the contract that those in `files` refer to: what is looked for is known by its path or by
// its `$id`, so that all of them are looked at. Of what cannot be read lint says that the reference leads nowhere.
void add_referred(const fs::path& folder, std::vector<ContractText>& files) {
  if (files.size() == 1 || compile_contracts(files).index != nullptr) return;
  const Result<std::vector<ContractText>> all = read_contract_folder(folder);
  if (!all.ok()) return;
  for (const std::string& path : files_needed_by(files.front(), *all)) {
    const auto is_it = [&](const ContractText& one) { return one.path == path; };
    const auto found = std::find_if(all->begin(), all->end(), is_it);
    if (found != all->end() && std::none_of(files.begin(), files.end(), is_it)) files.push_back(*found);
  }
}

}  // namespace

Result<std::vector<ContractText>> read_contract_file(const fs::path& file) {
  SCALPER_TRY_ASSIGN(std::string text, read_whole(file, kMaxBytes));
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  std::vector<ContractText> files{{file.filename().string(), std::move(text)}};
  std::uint64_t bytes = files.front().text.size();
  for (const std::string& named : files_named_by(files.front())) {
    const auto is_named = [&](const ContractText& other) { return other.path == named; };
    std::error_code failed;
    const bool there = fs::is_regular_file(folder / named, failed);
    if (!there || std::any_of(files.begin(), files.end(), is_named)) continue;  // what is absent, lint says
    SCALPER_TRY_ASSIGN(std::string schema, read_whole(folder / named, kMaxBytes - bytes));
    bytes += schema.size();
    files.push_back({named, std::move(schema)});
  }
  add_referred(folder, files);
  return files;
}

std::string lint_line(const LintMessage& message) {
  std::string line = escape_text(message.path, kMessageChars);
  if (message.line > 0) line += ":" + std::to_string(message.line) + ":" + std::to_string(message.column);
  return line + (message.level == LintMessage::Level::kError ? ": error: " : ": warning: ") + message.message;
}

}  // namespace scalper
