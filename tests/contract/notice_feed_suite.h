#pragma once
// The contract of the NoticeFeed port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/notice_feed.h"

namespace scalper {

class NoticeFeedSubject {
 public:
  virtual ~NoticeFeedSubject() = default;
  [[nodiscard]] virtual NoticeFeed& feed() = 0;
  [[nodiscard]] virtual Notices& notices() = 0;
  // Removes the oldest notices of those that are kept.
  virtual void forget_oldest(std::size_t count) = 0;
};

using NoticeFeedCase = SubjectCase<NoticeFeedSubject>;

class NoticeFeedContract : public testing::TestWithParam<NoticeFeedCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    feed = &subject->feed();
  }
  void tell(const std::string& id);

  std::unique_ptr<NoticeFeedSubject> subject;
  NoticeFeed* feed = nullptr;
  CallContext context;
};

}  // namespace scalper
