#pragma once
// What in a PDF acts by itself or brings something along, as its dictionaries name it (ISO 32000-2, 12.6.4
// actions, 7.11 files, 12.7.8 XFA, 13.7 rich media), each kind told once, where it comes first. Codes: pdf.script,
// pdf.action, pdf.attachment, as strictly as the contract demands. Belongs to one thread.

#include <array>
#include <cstdint>
#include <string_view>

#include "validate/checker.h"

namespace scalper::pdf {

enum class Risk : std::uint8_t { kJavaScript, kForm, kMedia, kLaunch, kSend, kEmbedded, kLink, kHidden, kAttachment };
inline constexpr std::size_t kRisks = 9;

class Look {
 public:
  // `layer` outlives it.
  explicit Look(const Layer& layer) : layer_(layer) {}

  // A key of a dictionary, at `at` of the layer.
  void key(std::string_view name, std::uint64_t at);
  // A name as the value of a key. `automatic`: the dictionary belongs to what runs when something is opened.
  void value(std::string_view key, std::string_view name, bool automatic, std::uint64_t at);
  void found(Risk risk, std::uint64_t at);

 private:
  const Layer& layer_;
  std::array<bool, kRisks> told_{};
};

}  // namespace scalper::pdf
