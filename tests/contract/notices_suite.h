#pragma once
// The contract of the Notices port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/clock.h"
#include "ports/notices.h"

namespace scalper {

class NoticesSubject {
 public:
  virtual ~NoticesSubject() = default;
  [[nodiscard]] virtual Notices& notices() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
  // The ids of what was told, oldest first, each once, as a receiver (or the one that delivers) finds them.
  [[nodiscard]] virtual std::vector<std::string> told() = 0;
};

using NoticesCase = SubjectCase<NoticesSubject>;

class NoticesContract : public testing::TestWithParam<NoticesCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    notices = &subject->notices();
  }

  std::unique_ptr<NoticesSubject> subject;
  Notices* notices = nullptr;
  CallContext context;
};

}  // namespace scalper
