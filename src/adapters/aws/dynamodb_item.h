#pragma once
// Records and markers as items of the table, in the JSON of the service. Only for src/adapters/aws; the JSON library
// stays in .cpp files.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/file_record.h"
#include "ports/record_store.h"

namespace boost::json {
class object;
class value;
}  // namespace boost::json

namespace scalper::aws::dynamo {

// Attribute values.
[[nodiscard]] boost::json::object text_value(std::string_view text);
[[nodiscard]] boost::json::object bytes_value(std::string_view bytes);
[[nodiscard]] boost::json::object number_value(std::uint64_t number);
[[nodiscard]] boost::json::object time_value(WallTime time);  // a number: milliseconds since 1970

// What an attribute holds; nullopt where it is absent or of another type.
[[nodiscard]] std::optional<std::string> text_of(const boost::json::object& item, std::string_view name);
[[nodiscard]] std::optional<std::string> bytes_of(const boost::json::object& item, std::string_view name);

inline constexpr std::size_t kMaxRecord = 65536;  // of JSON, as the port says

// kInvalidArgument: too large, or a time or an id that the table cannot hold.
[[nodiscard]] Result<boost::json::object> item_of(const FileRecord& record, std::string_view token);
// Equal in every member. kCorrupt, kUnsupported as of record_from_json().
[[nodiscard]] Result<FileRecord> record_of(const boost::json::object& item);

// The key of a marker: its name, or "marker#" and a hash where the name is no text, too long, or could be another key.
[[nodiscard]] std::string marker_key(std::string_view name);
[[nodiscard]] boost::json::object marker_item(std::string_view name, std::string_view value, std::uint64_t revision,
                                              std::string_view token);
[[nodiscard]] Result<Marker> marker_of(const boost::json::object& item, std::string_view name);

}  // namespace scalper::aws::dynamo
