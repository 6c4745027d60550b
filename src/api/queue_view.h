#pragma once
// How full a queue is, as JSON. Only for .cpp files of api/, which include Boost.JSON before.

#include "ports/work_queue.h"

namespace scalper::api {

[[nodiscard]] inline boost::json::object depth_view(const QueueDepth& depth) {
  boost::json::object view{{"visible", depth.visible}, {"in_flight", depth.in_flight}, {"dead", depth.dead}};
  if (depth.oldest_age) view["oldest_age_ms"] = depth.oldest_age->count();
  return view;
}

}  // namespace scalper::api
