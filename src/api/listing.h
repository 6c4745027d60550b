#pragma once
// Lists of records as callers ask for them: what the store is asked, what is left out of its answer, and how far a call
// reads. Lists, exports and reviews of many share it.

#include <optional>
#include <string>
#include <vector>

#include "api/service.h"
#include "ports/record_store.h"

namespace scalper::api {

inline constexpr std::uint64_t kMaxPage = 1000;
inline constexpr std::size_t kMaxRead = 1000;  // records looked at for one page

// As given; empty: not asked.
struct Filters {
  std::optional<std::string> status;  // one of a file's, or "open": all that is not at rest
  std::string prefix;
  std::string since;  // RFC 3339; of the final time
  std::string until;
  std::string code;  // a finding that the record holds: of more than ten it holds the first ones
};
[[nodiscard]] Filters filters_of(const Call& call);  // from the parameters of those names

struct Listing {
  RecordQuery query;  // its cursor is the store's own
  std::optional<FileStatus> status;
  std::string prefix;
  std::string code;
  std::string mark;  // stands before the store's cursor and binds it to these filters

  [[nodiscard]] bool is_open() const { return query.index == RecordQuery::Index::kOpen; }
  [[nodiscard]] bool shows(const FileRecord& record) const;
};

// kInvalidArgument: filters that are none or that exclude each other, or a cursor of another list.
[[nodiscard]] Result<Listing> parse_listing(const Filters& filters, const std::string& cursor);

struct Listed {
  std::vector<FileRecord> records;
  std::vector<FileId> unreadable;
  std::string next_cursor;  // empty: the end
};
// The next page of at most `wanted` records, with at most kMaxRead looked at: it may be short, even empty, with a
// cursor. The listing goes on behind it.
[[nodiscard]] Result<Listed> next_page(RecordStore& records, const CallContext& context, Listing& listing,
                                       std::size_t wanted);

}  // namespace scalper::api
