#include "adapters/aws/sns_notices.h"

#include <utility>

#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/client/xml.h"
#include "base/escape.h"
#include "model/notice_event.h"
#include "ports/may_begin.h"

namespace scalper::aws {
namespace {

constexpr std::size_t kMaxAttribute = 256;

// SNS refuses attributes without a value.
void add_attribute(Fields& fields, int& number, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  const std::string at = "MessageAttributes.entry." + std::to_string(++number) + ".";
  fields.emplace_back(at + "Name", name);
  fields.emplace_back(at + "Value.DataType", "String");
  fields.emplace_back(at + "Value.StringValue", escape_text(value, kMaxAttribute));
}

}  // namespace

SnsNotices::SnsNotices(AwsClient& client, Clock& clock, SnsOptions options)
    : client_(client), clock_(clock), options_(std::move(options)) {}

Result<void> SnsNotices::publish(const CallContext& context, const Notice& notice) {
  SCALPER_TRY(may_begin(context, clock_));
  if (notice.id.empty()) return Error(ErrorCode::kInvalidArgument, "a notice has an id");
  const FileRecord& record = notice.record;
  NoticeEvent event = notice_event(notice.id, options_.pipeline, record);
  Fields fields{{"Action", "Publish"}, {"Version", "2010-03-31"}, {"TopicArn", options_.topic_arn}};
  fields.emplace_back("Message", std::move(event.text));
  int number = 0;
  add_attribute(fields, number, "notice_id", notice.id);
  add_attribute(fields, number, "pipeline", options_.pipeline);
  add_attribute(fields, number, "status", to_string(record.status));
  if (record.decision) {
    add_attribute(fields, number, "verdict", to_string(record.decision->verdict.kind));
    add_attribute(fields, number, "contract", record.decision->verdict.contract.name);
  }
  add_attribute(fields, number, "cut", event.cut);

  AwsRequest request;
  request.service = "sns";
  request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = encode_query(fields);
  const auto response = client_.call(context, request);
  if (response.failed_with(ErrorCode::kNotFound))
    return response.error().within("there is no such topic, SCALPER_NOTICE_TOPIC_ARN names it");
  if (!response.ok()) return response.error();
  const auto answer = parse_xml(response->body);
  if (!answer.ok() || answer->text_at({"PublishResult", "MessageId"}).empty())
    return Error(ErrorCode::kCorrupt, "sns: the answer names no message");
  return {};
}

}  // namespace scalper::aws
