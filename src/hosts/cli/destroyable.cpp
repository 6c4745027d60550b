#include "hosts/cli/destroyable.h"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <optional>

#include "adapters/aws/json_fields.h"
#include "adapters/aws/sqs_calls.h"
#include "base/escape.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr std::array kCounts = {"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                                "ApproximateNumberOfMessagesDelayed"};
constexpr std::size_t kPage = 1000;
constexpr std::size_t kShown = 120;
// Versions and markers that are looked through at most: what is still left then is more than enough to say no.
constexpr std::size_t kMostPages = 1000;

// Nothing: it is no number, and nobody may take that for none.
std::optional<std::uint64_t> messages_in(const json::object& attributes) {
  std::uint64_t all = 0;
  for (const char* name : kCounts) {
    const std::string text = aws::text_in(attributes, name);
    std::uint64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (text.empty() || failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    all += count;
  }
  return all;
}

// What is there, and the first of it by name.
struct Left {
  std::uint64_t count = 0;
  bool more = false;
  std::string first;

  void add(const std::string& name) {
    if (++count == 1) first = escape_text(name, kShown);
  }
  [[nodiscard]] std::string text(const std::string& what) const {
    return (more ? "at least " : "") + std::to_string(count) + " " + what + ", the first is " + first;
  }
};

Result<Left> versions_in(Gate& gate) {
  Left left;
  std::string cursor;
  for (std::size_t page = 0; page < kMostPages; ++page) {
    SCALPER_TRY_ASSIGN(const VersionPage found,
                       gate.objects.list_versions(CallContext{}, gate.settings.input, "", kPage, cursor));
    for (const ObjectInfo& version : found.versions)
      if (!version.delete_marker) left.add(version.ref.key.value());
    cursor = found.next_cursor;
    left.more = !cursor.empty();
    if (left.count > 0 || cursor.empty()) return left;
  }
  return Error(ErrorCode::kUnavailable, "there are a million delete markers before anything else");
}

Result<Left> open_records(Gate& gate) {
  Left left;
  RecordQuery query;
  query.index = RecordQuery::Index::kOpen;
  query.limit = kPage;
  for (std::size_t page = 0; page < kMostPages; ++page) {
    SCALPER_TRY_ASSIGN(const RecordPage found, gate.records.list(CallContext{}, query));
    for (const FileRecord& record : found.records) left.add(record.origin.key.value());
    for (const FileId& id : found.unreadable) left.add("the unreadable record " + id.value());
    query.cursor = found.next_cursor;
    left.more = !query.cursor.empty();
    if (left.count > 0 || query.cursor.empty()) return left;
  }
  return Error(ErrorCode::kUnavailable, "the list of open records does not end");
}

}  // namespace

void look_whether_empty(const Look& look, const std::string& url, const std::string& what) {
  if (url.empty()) return;
  const auto answer =
      aws::sqs::call(look.client, CallContext{}, "GetQueueAttributes",
                     {{"QueueUrl", url}, {"AttributeNames", json::array(kCounts.begin(), kCounts.end())}});
  if (!answer.ok()) return look.said.fail(what, answer.error().message(), "allow sqs:GetQueueAttributes");
  const json::value* const attributes = answer->if_contains("Attributes");
  const auto count = attributes != nullptr && attributes->is_object() ? messages_in(attributes->get_object())
                                                                      : std::optional<std::uint64_t>{};
  if (!count) return look.said.fail(what, "does not say how much waits in it", "");
  if (*count == 0) return look.said.ok(what, "is empty");
  look.said.fail(what, std::to_string(*count) + " messages are in it",
                 "stop the senders and let the gate work; 'scalper redrive --aws' takes dead letters up again");
}

void look_for_open_work(Gate& gate, Diagnoses& said) {
  const auto versions = versions_in(gate);
  if (!versions.ok())
    said.fail("input", versions.error().message(), "allow s3:ListBucketVersions");
  else if (versions->count == 0)
    said.ok("input", "holds no file");
  else
    said.fail("input", versions->text("files are in it"),
              "'scalper sweep --aws' starts what waits, 'scalper explain --aws KEY' says why one stays");
  const auto open = open_records(gate);
  if (!open.ok())
    said.fail("records", open.error().message(), "allow dynamodb:Query on the index open_records");
  else if (open->count == 0)
    said.ok("records", "no file is on its way");
  else
    said.fail("records", open->text("files are on their way"), "'scalper ls --aws --status open' lists them");
}

}  // namespace scalper::cli
