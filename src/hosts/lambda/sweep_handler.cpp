#include "hosts/lambda/sweep_handler.h"

#include <boost/json.hpp>

#include "pipeline/sweep.h"

namespace scalper::lambda {
namespace {

// What the cursor and the answer may take once the pass has ended.
constexpr Millis kLastWords{std::chrono::seconds{2}};

}  // namespace

Result<std::string> handle_sweep(Gate& gate, const VolumeGuard& guard, const CallContext& context) {
  CallContext own = context;
  own.deadline = context.deadline - kLastWords;
  const auto guarded = guard.look(gate, own);
  SCALPER_TRY_ASSIGN(const SweepReport report, sweep(gate, own));
  if (!guarded.ok()) return guarded.error().within("guarding the volume");
  return boost::json::serialize(boost::json::object{{"listed", report.listed},
                                                    {"announced", report.announced},
                                                    {"requeued", report.requeued},
                                                    {"finished", report.finished},
                                                    {"withdrawn", report.withdrawn},
                                                    {"reopened", report.reopened},
                                                    {"complete", report.complete},
                                                    {"paused_by_guard", *guarded}});
}

}  // namespace scalper::lambda
