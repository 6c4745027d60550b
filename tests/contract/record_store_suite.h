#pragma once
// The contract of the RecordStore port: every sentence of ports/record_store.h, for every adapter. How an adapter joins
// is said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/clock.h"
#include "ports/record_store.h"
#include "support/records.h"

namespace scalper {

class RecordStoreSubject {
 public:
  virtual ~RecordStoreSubject() = default;
  [[nodiscard]] virtual RecordStore& store() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
  // Makes that record one that cannot be read. False: nobody but the store writes what it keeps, so none can be.
  [[nodiscard]] virtual bool spoil(const FileId& /*id*/) { return false; }
};

using RecordStoreCase = SubjectCase<RecordStoreSubject>;

class RecordStoreContract : public testing::TestWithParam<RecordStoreCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    store = &subject->store();
  }

  // Each fails the test where the store does not do it.
  std::optional<FileRecord> get(const FileId& id);
  void put(const FileRecord& record) { ASSERT_DONE(store->put(context, record, WriteGuard{})); }
  // All pages in order.
  std::vector<FileRecord> all(RecordQuery query);
  std::vector<std::string> keys(RecordQuery query);  // "<key>@<version>" of all()

  std::unique_ptr<RecordStoreSubject> subject;
  RecordStore* store = nullptr;
  CallContext context;
};

}  // namespace scalper
