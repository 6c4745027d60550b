// Every shape of tests/cases/events is read as its list states; then what no file shows well: bounds.
#include "hosts/aws_events.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/escape.h"

namespace scalper::aws {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(SCALPER_SOURCE_DIR) / "tests/cases/events";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::map<std::string, std::string> expectations() {
  std::map<std::string, std::string> all;
  std::istringstream lines(text_of(kFolder / "expected.tsv"));
  for (std::string line; std::getline(lines, line);)
    all.emplace(line.substr(0, line.find('\t')), line.substr(line.find('\t') + 1));
  return all;
}

std::string said(const IncomingEvent& event) {
  if (const auto* const ignored = std::get_if<IgnoredEvent>(&event)) return "ignored " + ignored->why;
  const auto& message = std::get<WorkMessage>(event);
  if (const auto* const review = std::get_if<ReviewMessage>(&message))
    return "review " + review->id.value() + " " + std::to_string(review->revision);
  const auto& object = std::get<ObjectEvent>(message);
  return "object " + object.ref.bucket.value() + " " + escape_text(object.ref.key.value(), 2000) + " [" +
         object.ref.version.value() + "] [" + object.sequencer + "] " + std::to_string(object.size) + " " +
         format_rfc3339(object.time);
}

std::string said(const Result<std::vector<IncomingEvent>>& events) {
  if (!events.ok()) return "error " + std::string(to_string(events.error().code())) + " " + events.error().message();
  std::string all;
  for (const IncomingEvent& event : *events) all += (all.empty() ? "" : " ; ") + said(event);
  return all;
}

TEST(AwsEvents, ReadsEveryShapeAsItsListStates) {
  const auto all = expectations();
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".json") {
      ++files;
      EXPECT_TRUE(all.contains(entry.path().filename().string())) << entry.path();
    }
  EXPECT_EQ(files, all.size());
  EXPECT_GE(files, 60U);
  for (const auto& [name, expected] : all) {
    const std::string heard = said(read_events(text_of(kFolder / name)));
    // An error's beginning is enough: its end says what to do.
    EXPECT_EQ(expected.starts_with("error ") ? heard.substr(0, expected.size()) : heard, expected) << name;
  }
}

TEST(AwsEvents, AreNoBatchOfSqs) {
  for (const auto& [name, expected] : expectations()) {
    const auto batch = read_sqs_batch(text_of(kFolder / name));
    EXPECT_FALSE(batch.ok() && batch->has_value()) << name << " is no batch of SQS";
  }
}

TEST(AwsEvents, ReadTheMessagesOfABatch) {
  const auto batch = read_sqs_batch(
      R"({"Records":[{"messageId":"m1","receiptHandle":"r1","body":"{\"a\":1}","attributes":{)"
      R"("ApproximateReceiveCount":"3","SentTimestamp":"1545082649183",)"
      R"("AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"},)"
      R"("messageAttributes":{},"md5OfBody":"x",)"
      R"("eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-2:123456789012:q","awsRegion":"us-east-2"},)"
      R"({"messageId":"m2","eventSource":"aws:sqs"}]})");
  ASSERT_TRUE(batch.ok() && batch->has_value());
  ASSERT_EQ((*batch)->size(), 2U);
  const Delivery& first = (**batch)[0];
  EXPECT_EQ(first.message_id, "m1");
  EXPECT_EQ(first.receipt, "r1");
  EXPECT_EQ(first.body, "{\"a\":1}");
  EXPECT_EQ(first.receive_count, 3U);
  EXPECT_EQ(first.traceparent, "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-00") << "S3 hands on the sender's";
  EXPECT_EQ((**batch)[1].traceparent, "");
  EXPECT_EQ((**batch)[1].body, "") << "its reading fails later, alone";
}

TEST(AwsEvents, RefuseABatchThatCannotBeAnsweredMessageByMessage) {
  for (const char* const payload :
       {R"({"Records":[{"eventSource":"aws:sqs","body":"x"}]})",
        R"({"Records":[{"eventSource":"aws:sqs","messageId":7}]})",
        R"({"Records":[{"eventSource":"aws:sqs","messageId":"m"},{"eventSource":"aws:s3"}]})",
        R"({"Records":[{"eventSource":"aws:sqs","messageId":"m"},null]})", "[]", "", "{"})
    EXPECT_TRUE(read_sqs_batch(payload).failed_with(ErrorCode::kInvalidArgument)) << payload;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::string records(std::size_t count) {
  const std::string one = R"({"eventSource":"aws:s3","eventVersion":"2.1","eventName":"ObjectRemoved:Delete"},)";
  std::string all = repeated(one, count);
  all.pop_back();
  return R"({"Records":[)" + all + "]}";
}

TEST(AwsEvents, BoundSizeDepthAndCount) {
  EXPECT_EQ(read_events(records(1000))->size(), 1000U);
  EXPECT_TRUE(read_events(records(1001)).failed_with(ErrorCode::kInvalidArgument));
  const auto with_depth = [](std::size_t depth) {
    return R"({"bucket":"b","key":"k","x":)" + repeated("[", depth) + repeated("]", depth) + "}";
  };
  EXPECT_TRUE(read_events(R"({"Event":"s3:TestEvent","x":)" + repeated("[", 31) + repeated("]", 31) + "}").ok());
  EXPECT_TRUE(read_events(R"({"Event":"s3:TestEvent","x":)" + repeated("[", 32) + repeated("]", 32) + "}")
                  .failed_with(ErrorCode::kInvalidArgument));
  EXPECT_TRUE(read_events(with_depth(1000000)).failed_with(ErrorCode::kInvalidArgument));
  const auto with_size = [](std::size_t size) {
    const std::string head = R"({"Event":"s3:TestEvent","x":")";
    return head + std::string(size - head.size() - 2, 'x') + "\"}";
  };
  EXPECT_TRUE(read_events(with_size(1U << 20U)).ok());
  EXPECT_TRUE(read_events(with_size((1U << 20U) + 1)).failed_with(ErrorCode::kInvalidArgument));
  EXPECT_TRUE(read_sqs_batch(with_size((8U << 20U) + 1)).failed_with(ErrorCode::kInvalidArgument));
}

TEST(AwsEvents, SayNothingRawOfWhatCame) {
  for (const char* const body :
       {"{\"\x1b]0;evil\\u0007\":1}", "{\"Records\":[{\"eventSource\":\"\\u001b[2J\"}]}",
        "{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventVersion\":\"2.\\n{\\\"level\\\"\",\"eventName\":\"A\\nB\"}]}",
        "{\"detail-type\":\"x\",\"source\":\"\\r\\n\\u202e\"}", "{\"Type\":\"\\n\",\"Message\":\"\"}"}) {
    const std::string heard = said(read_events(body));
    for (const char c : heard) EXPECT_GE(static_cast<unsigned char>(c), 0x20U) << heard;
    EXPECT_EQ(heard.find("\xe2\x80\xae"), std::string::npos) << heard;
  }
}

}  // namespace
}  // namespace scalper::aws
