#pragma once
// What a contract demands, as plain values. The grammar, with units and ranges of every key, is in docs/contracts.md.
// The defaults are those of the built-in contract. An absent optional means: the contract does not say; then the
// engine's own limit holds, and reaching that is `unverifiable`, while breaking what a contract says is an error.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace scalper {

namespace schema {
class CompiledSchema;
class CompiledTable;
}  // namespace schema

enum class DigestKind : std::uint8_t { kSha256, kCrc64Nvme, kCrc32, kCrc32c, kSha1, kMd5 };
enum class IntegrityFrom : std::uint8_t { kNone, kSidecar, kManifest, kMetadata };
enum class Strictness : std::uint8_t { kAllow, kWarn, kError };
enum class Checks : std::uint8_t {
  kAll,
  kTypeOnly,  // a type without a checker is enough
};

enum class TextEncoding : std::uint8_t { kUtf8, kAscii, kUtf16, kUtf16Le, kUtf16Be, kLatin1, kWindows1252 };

struct MatchSettings {
  std::string prefix;               // "" = all keys
  std::vector<std::string> suffix;  // any of them; none = all
};

struct SizeSettings {
  std::optional<std::uint64_t> min;  // bytes
  std::optional<std::uint64_t> max;
};

struct IntegritySettings {
  std::optional<DigestKind> require;
  IntegrityFrom from = IntegrityFrom::kNone;
  Millis wait{std::chrono::minutes{5}};
};

struct TextSettings {
  TextEncoding encoding = TextEncoding::kUtf8;
  Strictness bom = Strictness::kAllow;       // a byte order mark
  Strictness controls = Strictness::kWarn;   // control characters other than tab, CR, LF, FF
  std::optional<std::uint64_t> line_length;  // bytes
};

struct CsvSettings {
  std::optional<char> delimiter;  // else sniffed, and said
  std::optional<bool> header;     // else yes, and what is wrong with its names is a warning
  char quote = '"';
  std::optional<std::string> schema;                      // path in the set
  std::shared_ptr<const schema::CompiledTable> compiled;  // of `schema`; null where there is none
};

struct JsonSettings {
  std::optional<std::string> schema;
  bool assert_formats = false;                             // `format` of the schema is checked, not only noted
  std::shared_ptr<const schema::CompiledSchema> compiled;  // of `schema`; null where there is none
  Strictness duplicate_keys = Strictness::kWarn;
  std::optional<std::uint64_t> depth;  // else 1,000
};

struct XmlSettings {
  std::optional<std::string> root;     // the root element's name, with or without its prefix
  bool doctype = false;                // a document type declaration is allowed
  std::optional<std::uint64_t> depth;  // else 1,000
};

struct YamlSettings {
  bool aliases = true;  // anchors and aliases are allowed
};

struct ParquetSettings {
  std::optional<std::string> schema;                      // path in the set
  std::shared_ptr<const schema::CompiledTable> compiled;  // of `schema`; null where there is none
  std::optional<std::uint64_t> max_rows;
};

struct ImageSettings {
  std::optional<std::uint64_t> max_width;  // pixels
  std::optional<std::uint64_t> max_height;
};

struct PdfSettings {
  std::optional<std::uint64_t> max_pages;
  Strictness scripts = Strictness::kWarn;      // and actions that start, send or fetch something
  Strictness attachments = Strictness::kWarn;  // files inside
};

struct ArchiveSettings {
  std::uint64_t max_entries = 10'000;
  std::uint64_t max_ratio = 100;  // decoded bytes for each stored one
  std::uint64_t max_depth = 5;    // containers and compressions within each other
  std::uint64_t max_total = std::uint64_t{4} << 30U;
  std::vector<std::string> member_types;
};

struct SafetySettings {
  Strictness csv_formula = Strictness::kWarn;
  Strictness executable = Strictness::kError;
  Strictness polyglot = Strictness::kError;
  Strictness macros = Strictness::kWarn;
};

struct LimitSettings {
  std::uint32_t findings = 100;        // kept; all are counted
  std::optional<Millis> time_per_gib;  // at least one second is always given
  std::uint64_t decoder_memory = std::uint64_t{80} << 20U;
};

struct ContractSettings {
  std::string name = "builtin";
  MatchSettings match;
  std::vector<std::string> types;  // media types; empty = any that is known
  Checks checks = Checks::kAll;
  SizeSettings size;
  IntegritySettings integrity;
  TextSettings text;
  CsvSettings csv;
  JsonSettings json;
  XmlSettings xml;
  YamlSettings yaml;
  ParquetSettings parquet;
  ImageSettings image;
  PdfSettings pdf;
  ArchiveSettings archive;
  SafetySettings safety;
  LimitSettings limits;
  std::vector<std::string> hooks;  // by name, in their order
  bool malware_scan = false;       // a scanner has to find the file clean
  // Keys that the grammar has and this version cannot check yet: each makes the contract's files `contract.no_checker`.
  std::vector<std::string> unbuilt;
};

}  // namespace scalper
