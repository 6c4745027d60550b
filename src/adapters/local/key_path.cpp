#include "adapters/local/key_path.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "digest/sha256.h"
#include "model/file_id.h"

namespace scalper {
namespace {

constexpr std::size_t kMaxName = 200;
constexpr std::size_t kCutName = 120;
constexpr std::size_t kIdLength = 26;
constexpr std::string_view kIdMark = "--";
constexpr std::string_view kHashMark = "%~";
constexpr std::string_view kFolderMark = "%f";

void append_hex(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4U];
  out += kDigits[byte & 15U];
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte != 0x7F && c != '%' && c != '/';
}

// Bytes of the UTF-8 character at the front of `text`; 0 = not valid.
std::size_t character_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
    if (is_valid_utf8(text.substr(0, length))) return length;
  return 0;
}

// Writes one character at a time, so that a cut never falls into one, nor into a %XX.
class NameWriter {
 public:
  void escaped(char c) {
    mark();
    append_hex(name_, c);
  }
  void plain(std::string_view character) {
    mark();
    name_ += character;
  }
  [[nodiscard]] std::string finish(std::string_view raw) {
    mark();
    return name_.size() > kMaxName ? shortened(raw) : std::move(name_);
  }
  [[nodiscard]] std::string shortened(std::string_view raw) {
    mark();
    return name_.substr(0, cut_) + std::string(kHashMark) + hash26(raw);
  }

 private:
  void mark() {
    if (name_.size() <= kCutName) cut_ = name_.size();
  }
  std::string name_;
  std::size_t cut_ = 0;
};

// `first`: at the very front of the path. `like_id`: must not look like quarantine's <id>--<name>.
std::string encode_segment(std::string_view raw, bool first, bool like_id) {
  if (raw.empty()) return "%00";
  NameWriter name;
  if (raw == std::string_view("\0", 1)) {  // %00 alone says "empty"
    name.escaped('\0');
    return name.shortened(raw);
  }
  std::size_t at = 0;
  if (raw == "." || raw == ".." || like_id || (first && raw.starts_with(".scalper"))) name.escaped(raw[at++]);
  if (raw == "..") name.escaped(raw[at++]);
  while (at < raw.size()) {
    const std::size_t length = character_length(raw.substr(at));
    if (length <= 1 && (length == 0 || !is_plain(raw[at]))) {
      name.escaped(raw[at++]);
      continue;
    }
    name.plain(raw.substr(at, length));
    at += length;
  }
  return name.finish(raw);
}

// The raw segments of a key. A slash at its end, and those that `shape` joins, stay within a segment.
std::vector<std::string> segments_of(std::string_view key, const PathShape& shape) {
  std::vector<std::string> segments(1);
  std::size_t slash = 0;
  for (std::size_t at = 0; at < key.size(); ++at) {
    const bool joined = at + 1 == key.size() || std::ranges::binary_search(shape.joined, slash);
    if (key[at] == '/') ++slash;
    if (key[at] == '/' && !joined)
      segments.emplace_back();
    else
      segments.back() += key[at];
  }
  return segments;
}

bool looks_like_quarantined(std::string_view name) {
  return name.size() > kIdLength + kIdMark.size() && is_file_id(name.substr(0, kIdLength)) &&
         name.substr(kIdLength).starts_with(kIdMark);
}

// "<key>/<id>" -> the key and the id.
struct Quarantined {
  std::string_view key;
  std::string_view id;
};
std::optional<Quarantined> quarantined(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || !is_file_id(key.substr(slash + 1))) return std::nullopt;
  return Quarantined{key.substr(0, slash), key.substr(slash + 1)};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::optional<std::string> decode_segment(std::string_view name) {
  if (name == "%00") return std::string();
  std::string raw;
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (name[at] != '%') {
      raw += name[at];
      continue;
    }
    if (at + 2 >= name.size()) return std::nullopt;
    const int high = hex_value(name[at + 1]);
    const int low = hex_value(name[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    raw += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return raw;
}

struct Decoded {
  std::string key;
  PathShape shape;
};

// Undoes the names; the shape follows from what was found in them.
std::optional<Decoded> decode_names(std::string_view path) {
  Decoded decoded;
  std::size_t slash = 0;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const auto raw = decode_segment(path.substr(begin, end - begin));
    if (!raw) return std::nullopt;
    const bool last = end == path.size();
    for (std::size_t at = 0; at < raw->size(); ++at) {
      if ((*raw)[at] != '/') continue;
      if (!last || at + 1 < raw->size()) decoded.shape.joined.push_back(slash);
      ++slash;
    }
    decoded.key += *raw;
    if (!last) decoded.key += '/';
    ++slash;
    begin = end + 1;
  }
  return decoded;
}

}  // namespace

std::string hash26(std::string_view text) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  const Sha256Digest digest = sha256(as_bytes(text));
  std::string out;
  for (std::size_t bit = 0; bit < 130; bit += 5) {
    const unsigned pair =
        (std::to_integer<unsigned>(digest.at(bit / 8)) << 8U) | std::to_integer<unsigned>(digest.at(bit / 8 + 1));
    out += kAlphabet[(pair >> (11U - bit % 8)) & 31U];
  }
  return out;
}

std::string path_of_key(const ObjectKey& key, Tree tree, const PathShape& shape) {
  const auto reviewed = tree == Tree::kQuarantine ? quarantined(key.value()) : std::nullopt;
  const auto segments = segments_of(reviewed ? reviewed->key : key.value(), shape);
  std::string path;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (i > 0) path += '/';
    if (last && reviewed) path.append(reviewed->id).append(kIdMark);
    const bool like_id = tree == Tree::kQuarantine && !reviewed && last && looks_like_quarantined(segments[i]);
    path += encode_segment(segments[i], i == 0 && !(last && reviewed), like_id);
  }
  if (shape.beside_folder) path += kFolderMark;
  return path;
}

std::optional<ObjectKey> key_of_path(std::string_view path, Tree tree) {
  std::string names(path);
  const bool beside_folder = names.ends_with(kFolderMark);
  if (beside_folder) names.resize(names.size() - kFolderMark.size());
  const std::size_t slash = names.rfind('/');
  const std::size_t last = slash == std::string::npos ? 0 : slash + 1;
  std::string id;
  if (tree == Tree::kQuarantine && looks_like_quarantined(std::string_view(names).substr(last))) {
    id = names.substr(last, kIdLength);
    names.erase(last, kIdLength + kIdMark.size());
  }
  auto decoded = decode_names(names);
  if (!decoded) return std::nullopt;
  decoded->shape.beside_folder = beside_folder;
  ObjectKey key{id.empty() ? std::move(decoded->key) : decoded->key + "/" + id};
  if (key.empty() || path_of_key(key, tree, decoded->shape) != path) return std::nullopt;
  return key;
}

}  // namespace scalper
