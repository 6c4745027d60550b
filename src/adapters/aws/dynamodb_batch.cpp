#include "adapters/aws/dynamodb_batch.h"

#include <boost/json.hpp>
#include <utility>

#include "adapters/aws/dynamodb_calls.h"
#include "ports/may_begin.h"

namespace scalper::aws::dynamo {
namespace {

namespace json = boost::json;

constexpr int kTries = 6;
constexpr Millis kPause{25};  // doubled with every try

Result<void> take_all(const json::object& answer, const std::string& table,
                      const std::function<Result<void>(const json::object&)>& take) {
  const Error broken(ErrorCode::kCorrupt, "dynamodb answered a batch that is none");
  const json::value* const responses = answer.if_contains("Responses");
  if (responses == nullptr || !responses->is_object()) return broken;
  const json::value* const list = responses->as_object().if_contains(table);
  if (list == nullptr) return {};
  if (!list->is_array()) return broken;
  for (const json::value& item : list->as_array()) {
    if (!item.is_object()) return broken;
    SCALPER_TRY(take(item.as_object()));
  }
  return {};
}

}  // namespace

Result<void> read_batch(AwsClient& client, Clock& clock, const CallContext& context, const std::string& table,
                        json::array keys, const std::function<Result<void>(const json::object&)>& take) {
  json::object ask{
      {"RequestItems", json::object{{table, json::object{{"Keys", std::move(keys)}, {"ConsistentRead", true}}}}}};
  Millis pause = kPause;
  for (int tries = 0; tries < kTries; ++tries) {
    if (tries > 0) {
      clock.sleep_until(context, clock.mono_now() + pause);
      SCALPER_TRY(may_begin(context, clock));
      pause *= 2;
    }
    SCALPER_TRY_ASSIGN(json::object answer, call_batch(client, context, table, "BatchGetItem", ask));
    SCALPER_TRY(take_all(answer, table, take));
    json::value* const left = answer.if_contains("UnprocessedKeys");
    if (left == nullptr || !left->is_object() || left->as_object().empty()) return {};
    ask["RequestItems"] = std::move(*left);
  }
  return Error(ErrorCode::kThrottled, "dynamodb gave no more items of a batch");
}

}  // namespace scalper::aws::dynamo
