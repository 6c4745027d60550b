#pragma once
// The engine: begin / feed(chunk) / finish. Pure: no files, no clock, no network; usable alone as a library.
// One pass, forward only. The verdict does not depend on how the input is cut into chunks.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/verdict.h"
#include "validate/contract.h"

namespace scalper {

// A checksum that the sender stated for the whole received file.
struct DeclaredDigest {
  DigestKind kind = DigestKind::kSha256;
  std::string hex;     // lower case
  std::string stated;  // where: "sidecar a.csv.sha256", "manifest SHA256SUMS", "metadata"
};

struct FileFacts {
  std::string name;                                  // key or path; only its last segment's extension is looked at
  std::optional<std::uint64_t> size = std::nullopt;  // if known before the bytes
  std::optional<std::string> content_type = std::nullopt;  // if the sender declared one
  std::string as = {};  // a media type that the caller stands for instead of the name's; one that is not known here is
                        // looked at as if it were not given
  std::vector<DeclaredDigest> declared = {};
  bool require_declared = false;  // none of the required kind -> checksum.missing
};

// Temporary bytes, given by a host that has a disk. None = a bound that is reached is `unverifiable`.
class Spill;
class SampleWatch;

// What the host gives to a validation. All of it outlives the Validator.
struct Env {
  Spill* spill = nullptr;
  std::stop_token stop = {};                                    // fired: finish() answers kCancelled
  std::function<std::chrono::nanoseconds()> elapsed = nullptr;  // since begin; null = limits of time are not looked at
  // The host itself does what the contract demands beside the engine (hooks, the malware scan), and adds what that
  // finds.
  bool does_the_rest = false;
  SampleWatch* watch = nullptr;  // learns from the contents; null = nobody does (validate/sample_watch.h)
};

enum class FeedAnswer : std::uint8_t {
  kMore,
  kEnough,  // the verdict cannot change any more, but digests need the bytes: the caller goes on or gives up
};

// Belongs to one thread. Moves, does not copy.
class Validator {
 public:
  // `contract` is shared and immutable. kInternal when memory is exhausted; kUnsupported where this system has no hash
  // that was declared.
  [[nodiscard]] static Result<Validator> begin(std::shared_ptr<const CompiledContract> contract, FileFacts facts,
                                               Env env);
  ~Validator();
  Validator(Validator&&) noexcept;
  Validator& operator=(Validator&&) noexcept;

  // `chunk` is borrowed for the call. Any size, also empty.
  FeedAnswer feed(Bytes chunk);
  // Once. Digests, findings and the verdict over everything that was fed. kCancelled, kInternal.
  [[nodiscard]] Result<Verdict> finish();

 private:
  struct State;
  explicit Validator(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace scalper
