#pragma once
// Step 2 of a file whose bytes come by our own server: they are checked while the store writes them, so that the
// verdict is there with the last byte. The store's own checksum of what it wrote is held against it (check_transfer).

#include <memory>
#include <optional>
#include <string>

#include "pipeline/gate.h"
#include "ports/byte_source.h"
#include "validate/validator.h"

namespace scalper {

struct Upload;

// Hands on what `body` gives, and checks it on the way. Belongs to one thread. Where the verdict needs more than these
// bytes (checksum files beside the file, a file that is one, a scanner or hooks) it checks nothing, and the file is
// read once it is there.
class ArrivingFile final : public ByteSource {
 public:
  // `upload`, `body` and `gate` outlive it. Errors: those of Validator::begin().
  [[nodiscard]] static Result<std::unique_ptr<ArrivingFile>> begin(Gate& gate, const CallContext& context,
                                                                   const Upload& upload, ByteSource& body,
                                                                   std::shared_ptr<const ContractIndex> contracts);

  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override;

  // Once, after the last byte: the verdict of these bytes under that set of contracts. nullopt: it was not checked.
  [[nodiscard]] Result<std::optional<Verdict>> finish();
  // The set that it was checked under.
  [[nodiscard]] const std::shared_ptr<const ContractIndex>& contracts() const { return contracts_; }

 private:
  ArrivingFile(Gate& gate, ByteSource& body, std::shared_ptr<const ContractIndex> contracts)
      : gate_(gate), body_(body), contracts_(std::move(contracts)) {}

  Gate& gate_;
  ByteSource& body_;
  std::shared_ptr<const ContractIndex> contracts_;
  std::shared_ptr<const CompiledContract> contract_;  // null: none matches
  std::vector<Finding> remarks_;                      // of declared digests that are none
  std::optional<Validator> validator_;
  std::uint64_t fed_ = 0;
  std::chrono::nanoseconds checking_{0};  // without what was waited for the sender
};

}  // namespace scalper
