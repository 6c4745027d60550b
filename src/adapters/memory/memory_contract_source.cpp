#include "adapters/memory/memory_contract_source.h"

#include <algorithm>

#include "base/escape.h"
#include "ports/may_begin.h"

namespace scalper {
namespace {

bool is_relative(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment.empty() || segment == "." || segment == "..") return false;
    at = end + 1;
  }
  return true;
}

// A name that any store can use for a folder or a key prefix.
bool is_plain(std::string_view digest) {
  return !digest.empty() && digest.front() != '.' && std::all_of(digest.begin(), digest.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
           c == '.';
  });
}

bool same_files(const ContractSet& a, const ContractSet& b) {
  return std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(),
                    [](const ContractFile& x, const ContractFile& y) { return x.path == y.path && x.text == y.text; });
}

}  // namespace

Result<std::string> MemoryContractSource::current_digest(const CallContext& context) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  if (current_.empty()) return Error{ErrorCode::kNotFound, "no contract set was published"};
  return current_;
}

Result<ContractSet> MemoryContractSource::load(const CallContext& context, const std::string& digest) {
  SCALPER_TRY(may_begin(context, clock_));
  const std::lock_guard lock(mutex_);
  const auto found = sets_.find(digest);
  if (found == sets_.end()) return Error{ErrorCode::kNotFound, "no contract set " + escape_text(digest)};
  return found->second;
}

Result<void> MemoryContractSource::publish(const CallContext& context, const ContractSet& set) {
  SCALPER_TRY(may_begin(context, clock_));
  if (!is_plain(set.digest))
    return Error{ErrorCode::kInvalidArgument, "no digest of a set: " + escape_text(set.digest)};
  ContractSet sorted = set;
  std::sort(sorted.files.begin(), sorted.files.end(),
            [](const ContractFile& a, const ContractFile& b) { return a.path < b.path; });
  for (std::size_t i = 0; i < sorted.files.size(); ++i)
    if (!is_relative(sorted.files[i].path) || (i > 0 && sorted.files[i].path == sorted.files[i - 1].path))
      return Error{ErrorCode::kInvalidArgument, "no path within a set: " + escape_text(sorted.files[i].path)};
  const std::lock_guard lock(mutex_);
  const auto [stored, fresh] = sets_.try_emplace(set.digest, sorted);
  if (!fresh && !same_files(stored->second, sorted))
    return Error{ErrorCode::kInvalidArgument, "other files are stored under this digest"};
  current_ = set.digest;
  return {};
}

}  // namespace scalper
