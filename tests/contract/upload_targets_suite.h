#pragma once
// The contract of the UploadTargets port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include <optional>

#include "contract/subject.h"
#include "ports/upload_targets.h"

namespace scalper {

class UploadTargetsSubject {
 public:
  virtual ~UploadTargetsSubject() = default;
  [[nodiscard]] virtual UploadTargets& targets() = 0;
  // Sends as a caller does who has nothing but the target. False: it was refused.
  [[nodiscard]] virtual bool send(const UploadTarget& target, const std::string& bytes) = 0;
  // PUT of one part. False: it was refused.
  [[nodiscard]] virtual bool send_part(const PartTarget& target, const std::string& bytes) = 0;
  // What lies in input under the key; nullopt: nothing.
  [[nodiscard]] virtual std::optional<std::string> arrived(const ObjectKey& key) = 0;
  // Whether what is longer than `most_at_once` goes by parts; 5 MiB then.
  [[nodiscard]] virtual bool has_parts() const = 0;
  // Whether the target itself refuses other bytes than those of the SHA-256 that was ordered.
  [[nodiscard]] virtual bool compares_sha256() const = 0;
};

using UploadTargetsCase = SubjectCase<UploadTargetsSubject>;

class UploadTargetsContract : public testing::TestWithParam<UploadTargetsCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    targets = &subject->targets();
  }
  [[nodiscard]] static UploadOrder order(const std::string& key, std::uint64_t size) {
    UploadOrder made;
    made.key = ObjectKey{key};
    made.size = size;
    made.content_type = "text/plain";
    made.owner = "ann";
    return made;
  }

  std::unique_ptr<UploadTargetsSubject> subject;
  UploadTargets* targets = nullptr;
  CallContext context;
};

}  // namespace scalper
