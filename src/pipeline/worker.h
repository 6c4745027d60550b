#pragma once
// Messages in, messages out: steps 0 and 9.

#include <functional>
#include <optional>
#include <vector>

#include "model/work_message.h"
#include "pipeline/gate.h"
#include "pipeline/outcome.h"

namespace scalper {

// How the host lets a batch run.
struct BatchRules {
  // Calls work(0) to work(count - 1), in any order and several at once if it likes, and returns when all are done.
  // Null: one after another.
  std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)> spread = nullptr;
  // Asked before a file is claimed, perhaps by several threads: an Outcome is what becomes of its message, and the file
  // is not touched. Null: every file is taken.
  std::function<std::optional<Outcome>(const WorkMessage&)> instead = nullptr;
};

// Processes the messages of one receive. A file whose earlier tries crashed runs last and alone, after its
// mates were acknowledged; until then nobody has claimed it, so that a crash of theirs is not counted as its own. Every
// message is acknowledged or given back; what could not even be given back comes again by itself. Says how many
// messages were acknowledged.
std::size_t process_batch(Gate& gate, const CallContext& context, const std::vector<Delivery>& deliveries,
                          const BatchRules& rules = {});

// Receives and processes until the context's stop token fires; what is in work then is finished or handed back.
void work_until_stopped(Gate& gate, const CallContext& context);

}  // namespace scalper
