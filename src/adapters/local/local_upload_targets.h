#pragma once
// Targets on one machine: an upload in pieces at this very server, for exactly so many bytes.

#include "ports/clock.h"
#include "ports/partial_uploads.h"
#include "ports/upload_targets.h"

namespace scalper {

class LocalUploadTargets final : public UploadTargets {
 public:
  LocalUploadTargets(PartialUploads& uploads, Clock& clock) : uploads_(uploads), clock_(clock) {}  // outlive it

  [[nodiscard]] Result<UploadTarget> issue(const CallContext&, const UploadOrder& order) override;
  [[nodiscard]] Result<ObjectKey> key_of(const CallContext&, const std::string& id) override;
  [[nodiscard]] Result<std::vector<PartTarget>> sign_parts(const CallContext&, const std::string& id,
                                                           std::uint64_t first, std::uint64_t count) override;
  [[nodiscard]] Result<ObjectRef> complete(const CallContext&, const std::string& id) override;
  [[nodiscard]] Result<void> abort(const CallContext&, const std::string& id) override;

 private:
  PartialUploads& uploads_;
  Clock& clock_;
};

}  // namespace scalper
