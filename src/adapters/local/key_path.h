#pragma once
// Where a key lies below data/output and data/quarantine, one function each way. Different keys never share a path.
//
// A key is split at '/'; each segment becomes a file name:
//   empty                       %00
//   . and ..                    %2E and %2E%2E
//   .scalper at the very front  %2Escalper
//   NUL, control bytes, DEL, %  %XX, upper-case hexadecimal; so is each byte that is not part of valid UTF-8
//   a trailing '/' of the key   %2F at the end of the last name
//   longer than 200 bytes       the first 120 of it, %~ and hash26() of the segment (the full key is in the meta file)
// A key that is a file where another needs a folder, or the reverse, has a second shape: see PathShape.
//
// In quarantine `<key>/<id>` lies at `<folders of key>/<id>--<last name of key>`, so that a person can open it.
// The inbox data/input is not mapped: there a key is the relative path as it is.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.h"

namespace scalper {

enum class Tree { kPlain, kQuarantine };

// How a path gives way to what lies there already. The plain shape is the rule.
struct PathShape {
  // Slashes of the path, counted from 0, that are written %2F, since the name before them is a file. Ascending.
  std::vector<std::size_t> joined;
  // %f at the end of the last name, since there is a folder of that name.
  bool beside_folder = false;

  friend bool operator==(const PathShape&, const PathShape&) = default;
};

// Relative, never empty, no segment empty, "." or "..", none above 230 bytes.
[[nodiscard]] std::string path_of_key(const ObjectKey& key, Tree tree, const PathShape& shape = {});

// nullopt: a shortened path, whose key only its meta file knows, or one that path_of_key() never gives.
[[nodiscard]] std::optional<ObjectKey> key_of_path(std::string_view path, Tree tree);

// The first 130 bits of SHA-256(text) as 26 characters of a-z and 2-7.
[[nodiscard]] std::string hash26(std::string_view text);

}  // namespace scalper
