#pragma once
// Conditional requests on single records (RFC 9110, 13.1). A record's etag is its revision in quotes: "12".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/request.h"
#include "base/result.h"
#include "model/file_record.h"

namespace scalper::api {

inline constexpr std::size_t kMaxEtags = 64;  // of one header

[[nodiscard]] std::string etag_of(const FileRecord& record);

// Whether `If-None-Match` names this etag, by weak comparison: W/"12" is "12" too. A header that is none matches
// nothing, for a whole answer is always right.
[[nodiscard]] bool none_match_names(const RequestHead& head, std::string_view etag);

// What `If-Match` binds a change of the record to, by strong comparison: weak etags match nothing.
struct Bound {
  bool asked = false;                                    // the request has an If-Match
  bool allowed = true;                                   // false: it names other states than the record's
  std::optional<std::uint64_t> revision = std::nullopt;  // the one it named; none where "*" is enough
};
// kInvalidArgument: no list of etags, or more than kMaxEtags. What cannot be understood must not be passed over.
[[nodiscard]] Result<Bound> bound_to(const RequestHead& head, const FileRecord& record);

}  // namespace scalper::api
