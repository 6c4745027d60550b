#pragma once
// The one table of content types that the engine knows: their names, and how far it can check them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace scalper {

// What a type's content is made of, which decides what content its name may stand for.
enum class Family : std::uint8_t {
  kText,    // characters without a mark of their own
  kMarkup,  // begins with '<'
  kScript,  // text whose interpreter may stand in the first line
  kZip,     // a zip archive inside
  kOle,     // a compound file inside
  kBinary,
};

enum class Check : std::uint8_t {
  kNone,
  kText,
  kCsv,
  kJson,
  kNdjson,
  kJsonSeq,
  kXml,
  kPng,
  kJpeg,
  kGif,
  kWebp,
  kPdf,
  kZip,
  kTar,
  kGzip,
  kBzip2,
  kXz,
  kZstd,
  kLz4,
  kParquet,
  kYaml,
  kToml,
};

// One content, packed.
[[nodiscard]] constexpr bool is_compression(Check check) { return check >= Check::kGzip && check <= Check::kLz4; }

struct ContentType {
  std::string_view media;       // media type (RFC 6838), lower case
  std::string_view words;       // "a PNG image"
  std::string_view extensions;  // of names, lower case, between spaces
  Family family = Family::kBinary;
  Check check = Check::kNone;
  bool marked = false;            // its content always has a mark that detection knows
  bool executable = false;        // a program, or what a system may run
  std::string_view aliases = {};  // other media types for it, between spaces
};

[[nodiscard]] std::span<const ContentType> all_content_types();
// By media type or alias, in whatever case, with or without parameters; null if it is none of the table. Lasts.
[[nodiscard]] const ContentType* find_content_type(std::string_view media);
// By the extension of the last segment of a name: "a/B.CSV" -> CSV. Null: none, or none of the table.
[[nodiscard]] const ContentType* content_type_of_name(std::string_view name);
// The last segment: behind '/' or '\'.
[[nodiscard]] std::string_view last_segment(std::string_view name);
// What a decompressed file is called: "a.csv.gz" -> "a.csv", "a.tzst" -> "a.tar"; else the name itself.
[[nodiscard]] std::string name_inside_compression(std::string_view name);
// Lower case, without parameters and blanks: "Text/CSV; charset=utf-8" -> "text/csv".
[[nodiscard]] std::string plain_media_type(std::string_view media);

}  // namespace scalper
