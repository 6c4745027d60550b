#pragma once
// The bytes of a file that was judged, read once more: for whoever judges it beside the engine.

#include <cstdint>
#include <memory>
#include <string>

#include "digest/sha256.h"
#include "model/verdict.h"
#include "ports/byte_source.h"

namespace scalper {

// Hands on what `body` gives. Their end is told only if they were those that the verdict speaks of: else kCorrupt, as a
// first reading of other bytes than the store says. Belongs to one thread.
class JudgedBytes final : public ByteSource {
 public:
  JudgedBytes(std::unique_ptr<ByteSource> body, const Verdict& verdict)
      : body_(std::move(body)), size_(verdict.size), sha256_(verdict.digests.sha256) {}

  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override;

 private:
  std::unique_ptr<ByteSource> body_;
  const std::uint64_t size_;
  const std::string sha256_;
  Sha256 seen_;
  std::uint64_t taken_ = 0;
  bool over_ = false;
};

}  // namespace scalper
