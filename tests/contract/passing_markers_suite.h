#pragma once
// The contract of the PassingMarkers port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/passing_markers.h"
#include "support/fake_clock.h"

namespace scalper {

class PassingMarkersSubject {
 public:
  virtual ~PassingMarkersSubject() = default;
  [[nodiscard]] virtual PassingMarkers& markers() = 0;
  [[nodiscard]] FakeClock& clock() { return clock_; }

 protected:
  FakeClock clock_;
};

using PassingMarkersCase = SubjectCase<PassingMarkersSubject>;

class PassingMarkersContract : public testing::TestWithParam<PassingMarkersCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    markers = &subject->markers();
  }
  [[nodiscard]] WallTime in(int seconds) { return subject->clock().wall_now() + std::chrono::seconds(seconds); }

  std::unique_ptr<PassingMarkersSubject> subject;
  PassingMarkers* markers = nullptr;
  CallContext context;
};

}  // namespace scalper
