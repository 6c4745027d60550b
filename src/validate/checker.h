#pragma once
// A checker looks at the bytes of one layer: the received file itself, or what a decoder makes of it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "model/finding.h"
#include "validate/budget.h"
#include "validate/contract_settings.h"
#include "validate/findings.h"
#include "validate/validator.h"

namespace scalper {

class OffsetMap;

// What all archives and compressions of one file have brought to light so far, however they lie within each other. So
// no nesting gets more out of a file than its contract allows.
struct Unpacked {
  static constexpr std::size_t kDepths = 17;  // `archive.max_depth` is at most 16

  std::uint64_t entries = 0;                   // members of archives
  std::array<std::uint64_t, kDepths> bytes{};  // decoded, by depth: what lies in a tar is in the gzip around it as well
  bool over = false;                           // a limit is broken and was told: archives end where they are
};

// Where a checker stands, and whom it tells. Outlives the checker.
struct Layer {
  const ContractSettings* settings = nullptr;
  Findings* findings = nullptr;
  Budget* budget = nullptr;
  Budget* decoders = nullptr;            // for the windows of decoders, beside `budget`: `limits.decoder_memory`
  std::string name;                      // the file's or member's own; raw
  std::vector<std::string> path;         // members from outside in; empty for the received file
  std::uint64_t depth = 0;               // decoders around it
  bool member = false;                   // it lies in an archive, not only in compressions
  Unpacked* unpacked = nullptr;          // one for the whole file; null: a checker on its own
  std::optional<std::uint64_t> stored;   // its size, where that is known before
  const std::uint64_t* began = nullptr;  // where in the received file the decoder's current block began; null outermost
  const OffsetMap* origin = nullptr;     // of a text that was brought to UTF-8: where its bytes stood; else null
  SampleWatch* watch = nullptr;          // who learns from the contents beside the checks; null: nobody

  // With the severity of the code table; every code used must be in it.
  void report(std::string_view code, std::string message, Location where = {}) const;
  void report(std::string_view code, Severity severity, std::string message, Location where = {}) const;
  // Whether a finding at `byte` of this layer may still be kept. If not, count() says as much as report(), without the
  // price of a message: what makes a file of nothing but bad rows as quick as a good one.
  [[nodiscard]] bool keeps(std::uint64_t byte) const;
  void count(Severity severity) const;
};

// Belongs to one thread. What it says must not depend on how its bytes are cut into chunks.
class Checker {
 public:
  virtual ~Checker() = default;
  // Bytes in order, without gaps; borrowed for the call. kEnough: nothing that follows can change what it says.
  virtual FeedAnswer feed(Bytes chunk) = 0;
  // Once, behind the last byte.
  virtual void finish() = 0;
};

}  // namespace scalper
