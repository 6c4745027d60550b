// Damaged files: seeded changes of the cases. Whatever the verdict, nothing crashes; and what is called valid, others
// who read the whole bytes at once accept as well: Boost.JSON, the compressions' own libraries, and the plain
// definition of UTF-8. SCALPER_MUTANTS sets how many there are.
#include <expat.h>
#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>

#include "base/escape.h"
#include "support/packers.h"
#include "support/whole_checks.h"
#include "validate/detect/types.h"

namespace scalper::tests {
namespace {

constexpr unsigned kSeed = 3;
constexpr std::size_t kMany = 20'000;

std::size_t how_many() {
  const char* const set = std::getenv("SCALPER_MUTANTS");
  return set == nullptr ? kMany : static_cast<std::size_t>(std::strtoull(set, nullptr, 10));
}

// One to three changes: a bit, a byte, a cut, a piece twice, a piece of another case.
std::string mutant_of(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  const std::vector<FileCase>& cases = file_cases();
  for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
    const std::size_t at = below(text.size() + 1);
    const std::string& other = cases[below(cases.size())].bytes;
    switch (below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 1:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 2: text.resize(at); break;
      case 3: text.erase(at, below(8)); break;
      case 4: text.insert(at, text.substr(below(text.size() + 1), below(40))); break;
      default: text.insert(at, other.substr(below(other.size() + 1), below(40))); break;
    }
  }
  return text;
}

bool is_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 2000;
  boost::system::error_code failed;
  static_cast<void>(boost::json::parse(text, failed, {}, options));
  return !failed;
}

// What Boost.JSON refuses and RFC 8259 leaves to the reader: there the engine warns.
bool is_left_to_readers(const Verdict& verdict) {
  const std::string codes = codes_of(verdict);
  return codes.find("json.lone_surrogate") != std::string::npos || codes.find("json.bom") != std::string::npos ||
         codes.find("json.number_range") != std::string::npos;
}

bool is_ndjson(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos && !is_json(line)) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

bool is_json_seq(std::string_view text) {
  if (!text.empty() && text[0] != '\x1E') return false;
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::size_t end = std::min(text.find('\x1E'), text.size());
    if (end > 0 && !is_json(text.substr(0, end))) return false;
    text.remove_prefix(end);
  }
  return true;
}

// The same library, but the whole at once and without limits of ours.
bool is_xml(std::string_view text) {
  const XML_Parser parser = XML_ParserCreate(nullptr);
  const bool good = XML_Parse(parser, text.data(), static_cast<int>(text.size()), XML_TRUE) == XML_STATUS_OK;
  XML_ParserFree(parser);
  return good;
}

// Null: it is no compression.
const Packer* packer_of(Check check) {
  if (!is_compression(check)) return nullptr;
  constexpr std::array kOrder{Check::kGzip, Check::kBzip2, Check::kXz, Check::kZstd, Check::kLz4};  // that of packers()
  const auto* const found = std::find(kOrder.begin(), kOrder.end(), check);
  return &packers().at(static_cast<std::size_t>(found - kOrder.begin()));
}

// Whether a reader of the whole bytes refuses what was called valid.
bool others_refuse(std::string_view text, const std::string& media, const std::string& name, const Verdict& verdict) {
  if (media == "application/json") return !is_left_to_readers(verdict) && !is_json(text);
  if (media == "application/x-ndjson") return !is_left_to_readers(verdict) && !is_ndjson(text);
  if (media == "application/json-seq") return !is_left_to_readers(verdict) && !is_json_seq(text);
  const ContentType* const type = find_content_type(media);
  if (type == nullptr || type->check == Check::kNone) return true;
  if (const Packer* const packer = packer_of(type->check)) {
    const auto inside = packer->unpack(text);
    if (!inside.has_value()) return true;
    const std::string inner_name = name_inside_compression(name);
    const Verdict inner = verdict_on(*inside, inner_name);
    return inner.kind != VerdictKind::kValid || others_refuse(*inside, inner.type, inner_name, inner);
  }
  // Archives have a checksum for each member, and are held against other readers in tests/binary.
  if (type->check == Check::kZip || type->check == Check::kTar) return false;
  if (type->check == Check::kXml) return !is_xml(text);
  if (type->family == Family::kBinary) return false;  // pictures: no second reader is at hand
  return !is_valid_utf8(text);
}

// What iconv of the C library makes of a text; nothing: it refuses.
std::optional<std::string> by_iconv(std::string text, TextEncoding encoding) {
  constexpr std::array kNames{"UTF-8", "US-ASCII", "UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "CP1252"};
  const iconv_t to_utf8 = iconv_open("UTF-8", kNames.at(static_cast<std::size_t>(encoding)));
  std::string out(4 * text.size() + 16, '\0');
  char* from = text.data();
  char* to = out.data();
  std::size_t from_left = text.size();
  std::size_t to_left = out.size();
  const bool whole = iconv(to_utf8, &from, &from_left, &to, &to_left) != static_cast<std::size_t>(-1);
  iconv_close(to_utf8);
  if (!whole || from_left > 0) return std::nullopt;
  out.resize(out.size() - to_left);
  return out.starts_with("\xEF\xBB\xBF") ? out.substr(3) : out;
}

// The same of a text in the encoding of its contract.
bool others_refuse_encoded(const std::string& text, const FileCase& one, const Verdict& verdict) {
  const TextEncoding encoding = one.contract->settings().text.encoding;
  const ContentType* const type = find_content_type(verdict.type);
  const bool converted =
      type != nullptr && (type->check == Check::kText || type->check == Check::kCsv || type->check == Check::kJson ||
                          type->check == Check::kNdjson || type->check == Check::kJsonSeq ||
                          type->check == Check::kYaml || type->check == Check::kToml);
  if (encoding == TextEncoding::kUtf8 || !converted) return others_refuse(text, verdict.type, one.path, verdict);
  const auto utf8 = by_iconv(text, encoding);
  return !utf8.has_value() || others_refuse(*utf8, verdict.type, one.path, verdict);
}

TEST(Mutants, NeverPassForWhatOthersRefuse) {
  std::mt19937 random(kSeed);
  const std::size_t many = how_many();
  std::map<std::string, std::vector<const FileCase*>> by_name;
  for (const FileCase& one : file_cases()) by_name[one.path.substr(0, one.path.find('/'))].push_back(&one);
  std::vector<std::vector<const FileCase*>> folders;
  for (auto& [name, cases] : by_name) folders.push_back(std::move(cases));
  std::size_t valid = 0;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < many; ++i) {
    // Each folder as often as every other: most cases are of formats that carry checksums.
    const std::vector<const FileCase*>& folder = folders[i % folders.size()];
    const FileCase& one = *folder[i / folders.size() % folder.size()];
    // The large ones take the time of many small ones.
    const std::string text = mutant_of(one.bytes.substr(0, 8192), random);
    FileFacts facts;
    facts.name = one.path;
    facts.size = text.size();
    const Verdict verdict = verdict_on(Chunks{text}, facts, one.contract);
    refused += verdict.kind == VerdictKind::kValid ? 0 : 1;
    if (verdict.kind != VerdictKind::kValid) continue;
    ++valid;
    ASSERT_FALSE(others_refuse_encoded(text, one, verdict))
        << "seed " << kSeed << ", mutant " << i << " of " << one.path << ": " << escape_text(text, 500);
  }
  RecordProperty("valid", static_cast<int>(valid));
  RecordProperty("refused", static_cast<int>(refused));
  std::printf("%zu mutants: %zu valid, %zu refused\n", many, valid, refused);
  EXPECT_GT(valid, many / 20);
  EXPECT_GT(refused, many / 4);
}

TEST(Mutants, TheReadersOfWholeBytesCanRefuse) {
  Verdict verdict;
  EXPECT_TRUE(others_refuse("{\"a\": }", "application/json", "a.json", verdict));
  EXPECT_TRUE(others_refuse("1\n{\n", "application/x-ndjson", "a.ndjson", verdict));
  EXPECT_TRUE(others_refuse("\x1E{}\n\x1E{", "application/json-seq", "a.json-seq", verdict));
  EXPECT_TRUE(others_refuse("\xFF", "text/csv", "a.csv", verdict));
  EXPECT_TRUE(others_refuse(gzip_of("[") + "x", "application/gzip", "a.csv.gz", verdict));
  EXPECT_TRUE(others_refuse(gzip_of("["), "application/gzip", "a.json.gz", verdict));
  EXPECT_FALSE(others_refuse(gzip_of("[1]"), "application/gzip", "a.json.gz", verdict));
}

}  // namespace
}  // namespace scalper::tests
