#include "model/file_id.h"

#include <algorithm>
#include <string>

#include "digest/sha256.h"

namespace scalper {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kLength = 26;

}  // namespace

FileId file_id(const ObjectRef& ref) {
  Sha256 hash;
  const std::byte nul{0};
  hash.update(as_bytes(ref.bucket.value()));
  hash.update({&nul, 1});
  hash.update(as_bytes(ref.key.value()));
  hash.update({&nul, 1});
  hash.update(as_bytes(ref.version.value()));
  const Sha256Digest digest = hash.finish();

  std::string text;
  unsigned bits = 0;
  unsigned held = 0;
  for (std::size_t at = 0; text.size() < kLength; ++at) {
    bits = (bits << 8U) | std::to_integer<unsigned>(digest.at(at));
    held += 8;
    for (; held >= 5 && text.size() < kLength; held -= 5) text += kAlphabet[(bits >> (held - 5U)) & 31U];
    bits &= 31U;
  }
  return FileId{std::move(text)};
}

bool is_file_id(std::string_view text) {
  return text.size() == kLength &&
         std::ranges::all_of(text, [](char c) { return kAlphabet.find(c) != std::string_view::npos; });
}

}  // namespace scalper
