#pragma once
// The contract of the AuditLog port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/audit_log.h"
#include "ports/clock.h"

namespace scalper {

class AuditLogSubject {
 public:
  virtual ~AuditLogSubject() = default;
  [[nodiscard]] virtual AuditLog& log() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
};

using AuditLogCase = SubjectCase<AuditLogSubject>;

class AuditLogContract : public testing::TestWithParam<AuditLogCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    log = &subject->log();
  }
  [[nodiscard]] AuditEntry entry(int number) const;
  // All pages in order; the notes of their entries.
  [[nodiscard]] std::vector<std::string> notes(std::size_t limit);

  std::unique_ptr<AuditLogSubject> subject;
  AuditLog* log = nullptr;
  CallContext context;
};

}  // namespace scalper
