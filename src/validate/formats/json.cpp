#include "validate/formats/json.h"

#include "validate/formats/json_watch.h"
#include "validate/formats/reservation.h"

namespace scalper {
namespace {

class JsonChecker final : public Checker {
 public:
  explicit JsonChecker(const Layer& layer) : watch_(layer, {.wants = JsonWants::kStructure}) {}

  FeedAnswer feed(Bytes chunk) override {
    if (broken_) return FeedAnswer::kEnough;
    watch_.tokenizer().feed(as_text(chunk));
    report_fault();
    return broken_ ? FeedAnswer::kEnough : FeedAnswer::kMore;
  }

  void finish() override {
    if (broken_) return;
    watch_.tokenizer().finish();
    report_fault();
  }

 private:
  void report_fault() {
    broken_ = watch_.tokenizer().fault().has_value();
    watch_.report_fault();
  }

  JsonWatch watch_;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<Checker> make_json_checker(const Layer& layer) {
  return within_budget<JsonChecker>(layer, json_memory(layer));
}

}  // namespace scalper
