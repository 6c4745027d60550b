#include "hosts/lambda/batch_answer.h"

#include <boost/json.hpp>
#include <set>

#include "base/plain_json.h"

namespace scalper::lambda {
namespace {

namespace json = boost::json;

constexpr const char* kFailures = "batchItemFailures";
constexpr const char* kIdentifier = "itemIdentifier";

Error defect(const char* why) { return {ErrorCode::kInternal, std::string("the answer for the batch: ") + why}; }

Result<std::set<std::string>> ids_of(std::string_view answer) {
  boost::system::error_code failed;
  const json::value value = json::parse(answer, failed);
  if (failed || !value.is_object() || value.as_object().size() != 1) return defect("no object with one member");
  const json::value* const failures = value.as_object().if_contains(kFailures);
  if (failures == nullptr || !failures->is_array()) return defect("no array batchItemFailures");
  std::set<std::string> ids;
  for (const json::value& failure : failures->as_array()) {
    if (!failure.is_object() || failure.as_object().size() != 1)
      return defect("a failure is no object with one member");
    const json::value* const id = failure.as_object().if_contains(kIdentifier);
    if (id == nullptr || !id->is_string() || id->as_string().empty()) return defect("a failure without an id");
    if (!ids.emplace(id->as_string()).second) return defect("a failure is named twice");
  }
  return ids;
}

}  // namespace

Result<void> check_batch_answer(std::string_view answer, const std::vector<std::string>& batch,
                                const std::vector<std::string>& failed) {
  SCALPER_TRY_ASSIGN(const auto said, ids_of(answer));
  const std::set<std::string> known(batch.begin(), batch.end());
  for (const std::string& id : said)
    if (!known.contains(id)) return defect("it names a message that is not of the batch");
  if (said != std::set<std::string>(failed.begin(), failed.end())) return defect("it does not name what failed");
  return {};
}

Result<std::string> batch_answer(const std::vector<std::string>& batch, const std::vector<std::string>& failed) {
  json::array failures;
  for (const std::string& id : std::set<std::string>(failed.begin(), failed.end()))
    failures.push_back(json::object{{kIdentifier, id}});
  std::string answer = plain_json(json::serialize(json::object{{kFailures, std::move(failures)}}));
  SCALPER_TRY(check_batch_answer(answer, batch, failed));
  return answer;
}

}  // namespace scalper::lambda
