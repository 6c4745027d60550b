#pragma once
// Lines of fields: the one text form of the journal and of meta files. A line is
//   <CRC64NVME of the rest, 16 hexadecimal digits> <field> <field> ...\n
// Fields are parted by single spaces; %XX stands for bytes up to space, % and those from DEL on; a field that is empty
// is a single %.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/local/posix.h"
#include "ports/object_store.h"

namespace scalper {

using Fields = std::vector<std::string>;

[[nodiscard]] std::string line_of(const Fields& fields);
// `line` without its end. nullopt: torn, damaged, or not written by line_of().
[[nodiscard]] std::optional<Fields> fields_of(std::string_view line);

// nullopt unless it is a decimal number and nothing else.
[[nodiscard]] std::optional<std::uint64_t> number_of(const std::string& field);
[[nodiscard]] std::optional<std::int64_t> signed_number_of(const std::string& field);

// Two fields.
void append_identity(Fields& fields, const FileIdentity& identity);
[[nodiscard]] std::optional<FileIdentity> identity_at(const Fields& fields, std::size_t at);

// All fields that are left: name, value, name, value ...
void append_metadata(Fields& fields, const Metadata& metadata);
[[nodiscard]] std::optional<Metadata> metadata_from(const Fields& fields, std::size_t at);

}  // namespace scalper
