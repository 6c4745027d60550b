#include "hosts/lambda/sweep_handler.h"

#include <boost/json.hpp>

#include "pipeline/sweep.h"

namespace scalper::lambda {
namespace {

// What the cursor and the answer may take once the pass has ended.
constexpr Millis kLastWords{std::chrono::seconds{2}};

}  // namespace

Result<std::string> handle_sweep(Gate& gate, const CallContext& context) {
  CallContext own = context;
  own.deadline = context.deadline - kLastWords;
  SCALPER_TRY_ASSIGN(const SweepReport report, sweep(gate, own));
  return boost::json::serialize(boost::json::object{{"listed", report.listed},
                                                    {"announced", report.announced},
                                                    {"requeued", report.requeued},
                                                    {"finished", report.finished},
                                                    {"withdrawn", report.withdrawn},
                                                    {"reopened", report.reopened},
                                                    {"complete", report.complete}});
}

}  // namespace scalper::lambda
