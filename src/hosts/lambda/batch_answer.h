#pragma once
// What Lambda is told of a batch of SQS messages (AWS Lambda developer guide, "Implementing partial batch responses").
// An answer that it cannot read counts as "all succeeded" and deletes messages that were not done: so ours is read
// again before it is given.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace scalper::lambda {

// {"batchItemFailures":[{"itemIdentifier":"..."}]}, each id once. kInternal: a failed id is not one of the batch, or
// the text does not read back as what was meant; the invocation must fail then, so that all comes again.
[[nodiscard]] Result<std::string> batch_answer(const std::vector<std::string>& batch,
                                               const std::vector<std::string>& failed);

// The check alone, for tests: kInternal unless `answer` names exactly these ids, each once, each of the batch.
[[nodiscard]] Result<void> check_batch_answer(std::string_view answer, const std::vector<std::string>& batch,
                                              const std::vector<std::string>& failed);

}  // namespace scalper::lambda
