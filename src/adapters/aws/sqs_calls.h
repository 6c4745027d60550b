#pragma once
// One call of SQS in its JSON protocol, and what its answers mean. Only for the queue's own files.
// Sources: the Amazon SQS API Reference, and "Amazon SQS now supports the AWS JSON protocol" of its Developer Guide.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/aws/client/aws_client.h"
#include "base/result.h"
#include "base/time.h"
#include "ports/work_queue.h"

namespace boost::json {
class array;
class object;
}  // namespace boost::json

namespace scalper::aws::sqs {

inline constexpr std::chrono::seconds kLongestVisibility{12 * 60 * 60};  // from the delivery on, however often extended
inline constexpr std::chrono::seconds kLongestDelay{15 * 60};
inline constexpr std::chrono::seconds kLongestPoll{20};
inline constexpr std::size_t kMaxBatch = 10;
inline constexpr std::size_t kMaxBatchBytes = 256 * 1024;  // over all bodies
inline constexpr std::size_t kMaxBody = 256 * 1024;

// SQS keeps whole seconds: up to the next one, within 0 and `most`.
[[nodiscard]] std::chrono::seconds whole_seconds(Millis time, std::chrono::seconds most);

// The answer's object. A queue that is not there is kInvalidArgument: kNotFound is said of receipts alone.
[[nodiscard]] Result<boost::json::object> call(AwsClient& client, const CallContext& context,
                                               std::string_view operation, const boost::json::object& ask);

// Up to `limit` messages, hidden for `visibility`; waits for a first one for `poll`, which is at most kLongestPoll.
[[nodiscard]] Result<std::vector<Delivery>> receive(AwsClient& client, const CallContext& context,
                                                    const std::string& queue_url, std::size_t limit,
                                                    std::chrono::seconds visibility, std::chrono::seconds poll);

enum class Fate : std::uint8_t { kDone, kVoid };  // kVoid: the receipt is none, or none any more

// What became of each of `count` entries with the ids "0", "1" ... of a batch call.
[[nodiscard]] std::vector<Result<Fate>> fates_of(const boost::json::object& answer, std::size_t count);

// Whether it can be asked for at all; one that cannot would fail the whole batch that it is in.
[[nodiscard]] bool is_possible_receipt(std::string_view receipt);

}  // namespace scalper::aws::sqs
