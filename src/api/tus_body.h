#pragma once
// A piece of an upload that is held to the checksum that its sender stated of it.

#include <optional>

#include "api/tus_fields.h"
#include "digest/old_hash.h"
#include "digest/sha256.h"
#include "ports/byte_source.h"

namespace scalper::api {

// Belongs to one thread. A piece that differs ends read() in kInvalidArgument instead of its end, so that nothing of it
// is kept; differs() says that this was why.
class TusBody final : public ByteSource {
 public:
  // kUnsupported: this system has no such hash.
  [[nodiscard]] static Result<TusBody> make(ByteSource& from, std::optional<TusChecksum> stated);
  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override;
  [[nodiscard]] bool differs() const { return differs_; }

 private:
  explicit TusBody(ByteSource& from) : from_(&from) {}
  ByteSource* from_;
  std::string stated_;
  std::optional<Sha256> sha256_;
  std::optional<OldHash> old_;
  bool differs_ = false;
};

}  // namespace scalper::api
