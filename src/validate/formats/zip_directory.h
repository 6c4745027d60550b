#pragma once
// The directory and the end records of a zip archive, held against what the walk over its members found.

#include <cstdint>
#include <optional>
#include <string_view>

#include "validate/checker.h"
#include "validate/formats/zip_index.h"
#include "validate/formats/zip_records.h"

namespace scalper::zip {

// The hash by which names of headers and directory are compared: as they stand there, and as the extra field says.
[[nodiscard]] KeyHash name_hash(const Entry& entry);

// What libarchive's field of a header makes of a file for those who follow it; empty: what it is without it.
[[nodiscard]] std::string_view other_kind(const Entry& entry);

class Directory {
 public:
  // Both outlive it.
  Directory(const Layer& layer, Index& index) : layer_(layer), index_(index) {}

  // A record of the directory at `at`. False: the archive goes over several disks (said).
  [[nodiscard]] bool record(const Entry& entry, std::uint64_t at);
  // The end record of zip64, where it begins, and its locator.
  void end64(const End& end, std::uint64_t at);
  void locator(std::string_view record, std::uint64_t at);
  // The end record at `at`.
  void end(const End& end, std::uint64_t at);

  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  void compare(const Entry& entry, const Walked& walked, std::uint64_t at);
  void judge_kind(const Entry& entry, const Walked& walked, std::uint64_t at) const;
  void compare_end(const End& end, std::string_view which, std::uint64_t at);
  void differs(std::string_view what, std::uint64_t at) const;
  void say(std::string_view code, std::string message, std::uint64_t at) const;

  const Layer& layer_;
  Index& index_;
  std::uint64_t records_ = 0;
  std::optional<std::uint64_t> begin_;   // of the directory
  std::optional<std::uint64_t> behind_;  // where it ended: where the first end record begins
  std::optional<End> end64_;
  std::uint64_t end64_at_ = 0;
};

}  // namespace scalper::zip
