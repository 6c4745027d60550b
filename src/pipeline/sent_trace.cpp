#include "pipeline/sent_trace.h"

#include "base/trace_context.h"

namespace scalper {

std::string traceparent_of(const Metadata& metadata) {
  const auto found = metadata.find(std::string(kTraceparent));
  const auto trace = parse_traceparent(found == metadata.end() ? std::string_view() : found->second);
  return trace ? format_traceparent(*trace) : std::string();
}

}  // namespace scalper
