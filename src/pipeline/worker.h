#pragma once
// Messages in, messages out: steps 0 and 9.

#include <vector>

#include "pipeline/gate.h"
#include "pipeline/outcome.h"

namespace scalper {

// Processes the messages of one receive. A file whose earlier tries crashed runs last, after its mates were
// acknowledged. Every message is acknowledged or given back; what could not even be given back comes again by itself.
// Says how many messages were acknowledged.
std::size_t process_batch(Gate& gate, const CallContext& context, const std::vector<Delivery>& deliveries);

// Receives and processes until the context's stop token fires; what is in work then is finished or handed back.
void work_until_stopped(Gate& gate, const CallContext& context);

}  // namespace scalper
