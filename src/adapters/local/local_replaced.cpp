// LocalObjectStore: .scalper/replaced, and the end of what a newer version displaced.

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>

#include "adapters/local/generation.h"
#include "adapters/local/local_object_parts.h"
#include "adapters/local/superseded.h"
#include "model/file_id.h"
#include "ports/may_begin.h"
#include "ports/object_store.h"

namespace scalper {
namespace {

constexpr std::string_view kPrefix = "superseded.";

std::string_view take_part(std::string_view& rest) {
  const std::string_view part = rest.substr(0, rest.find('.'));
  rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  return part;
}

template <class Number>
bool take_number(std::string_view& rest, Number& number) {
  const std::string_view part = take_part(rest);
  const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), number);
  return failed == std::errc() && end == part.data() + part.size();
}

}  // namespace

std::string superseded_name(const PublishedVersion& version) {
  const auto id = version.metadata.find(kMetaId);
  if (id == version.metadata.end() || !is_file_id(id->second)) return version.generation;
  return std::string(kPrefix) + id->second + "." + version.generation + "." + std::to_string(version.size) + "." +
         std::to_string(version.mtime_ns);
}

std::optional<Superseded> parse_superseded(std::string_view name) {
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  Superseded superseded;
  superseded.file_id = take_part(name);
  const bool known = is_file_id(superseded.file_id) && is_generation(take_part(name));
  if (!known || !take_number(name, superseded.size) || !take_number(name, superseded.mtime_ns) || !name.empty())
    return std::nullopt;
  return superseded;
}

Result<SetAside> LocalObjectStore::empty_replaced(const CallContext& context, WallTime then) {
  std::vector<FolderEntry> entries;
  if (const int code = posix_.list(folder_.replaced.get(), entries); code < 0)
    return posix_error(code, "listing .scalper/replaced");
  SetAside aside;
  std::optional<Error> failed;
  for (const FolderEntry& entry : entries) {
    SCALPER_TRY(may_begin(context, clock_));
    const auto superseded = parse_superseded(entry.name);
    FileStat st;
    const int looked = superseded ? posix_.stat_at(folder_.replaced.get(), entry.name, st) : 0;
    if (looked == -ENOENT) continue;
    if (!superseded || looked < 0 || !superseded->is_of(st)) {
      aside.strangers += 1;
      continue;
    }
    aside.superseded += 1;
    const WallTime since{std::chrono::floor<Millis>(std::chrono::nanoseconds{st.ctime_ns})};  // when it was put aside
    if (since >= then || !is_at_rest_ || !is_at_rest_(superseded->file_id)) continue;
    const int gone = posix_.unlink(folder_.replaced.get(), entry.name);
    if (gone < 0 && gone != -ENOENT && !failed) failed = posix_error(gone, "removing a file of .scalper/replaced");
    if (gone < 0 && gone != -ENOENT) continue;
    aside.superseded -= 1;
    aside.removed += 1;
  }
  if (failed) return *failed;
  return aside;
}

}  // namespace scalper
