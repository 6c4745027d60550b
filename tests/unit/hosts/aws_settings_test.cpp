#include "hosts/aws_settings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "hosts/environment.h"

namespace scalper::aws {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

const Variables kSound = {
    {"SCALPER_INPUT_BUCKET", "acme-in"},
    {"SCALPER_OUTPUT_BUCKET", "acme-out"},
    {"SCALPER_QUARANTINE_BUCKET", "acme-quarantine"},
    {"SCALPER_TABLE", "acme-records"},
    {"SCALPER_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/111122223333/acme"},
    {"SCALPER_CONTRACTS", "s3://acme-contracts/live/"},
};

Result<AwsSettings> read(const Variables& variables, AwsNeeds needs = {}) {
  return read_aws_settings(
      [&](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::string() : found->second;
      },
      needs);
}

// `changed` in place of the sound values; "" takes a variable away.
Result<AwsSettings> read_with(const Variables& changed, AwsNeeds needs = {}) {
  Variables all = changed;
  all.insert(kSound.begin(), kSound.end());
  return read(all, needs);
}

void expect_refused(const Variables& changed, const std::string& named) {
  const auto settings = read_with(changed);
  ASSERT_TRUE(settings.failed_with(ErrorCode::kInvalidArgument)) << changed.begin()->second;
  EXPECT_NE(settings.error().message().find(named), std::string::npos) << settings.error().message();
}

TEST(AwsSettings, AreReadWithTheirDefaults) {
  const auto settings = read(kSound);
  ASSERT_TRUE(settings.ok()) << settings.error().message();
  EXPECT_EQ(settings->pipeline, "default");
  EXPECT_EQ(settings->input.value(), "acme-in");
  EXPECT_EQ(settings->output.value(), "acme-out");
  EXPECT_EQ(settings->quarantine.value(), "acme-quarantine");
  EXPECT_EQ(settings->table, "acme-records");
  EXPECT_EQ(settings->queue_url, "https://sqs.eu-central-1.amazonaws.com/111122223333/acme");
  EXPECT_EQ(settings->dead_letter_url + settings->large_queue_url + settings->notice_topic + settings->notice_bus, "");
  EXPECT_EQ(settings->contracts.bucket.value(), "acme-contracts");
  EXPECT_EQ(settings->contracts.prefix, "live");
  EXPECT_EQ(settings->contracts.folder, "");
  EXPECT_FALSE(settings->publish_exact);
  EXPECT_EQ(settings->max_files_per_hour, 0U);
  EXPECT_EQ(settings->log_level, LogLevel::kInfo);
}

TEST(AwsSettings, AreReadWhole) {
  const auto settings = read_with({{"SCALPER_PIPELINE", "orders-2"},
                                   {"SCALPER_DLQ_URL", "http://127.0.0.1:4566/000000000000/dead"},
                                   {"SCALPER_LARGE_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/1/large"},
                                   {"SCALPER_NOTICE_TOPIC_ARN", "arn:aws-us-gov:sns:us-gov-west-1:111122223333:told"},
                                   {"SCALPER_NOTICE_BUS", "arn:aws:events:eu-central-1:111122223333:event-bus/a.b/c"},
                                   {"SCALPER_CONTRACTS", "/etc/contracts"},
                                   {"SCALPER_PUBLISH", "exact"},
                                   {"SCALPER_MAX_FILES_PER_HOUR", "5000"},
                                   {"SCALPER_LOG_LEVEL", "debug"}});
  ASSERT_TRUE(settings.ok()) << settings.error().message();
  EXPECT_EQ(settings->pipeline, "orders-2");
  EXPECT_EQ(settings->dead_letter_url, "http://127.0.0.1:4566/000000000000/dead");
  EXPECT_EQ(settings->large_queue_url, "https://sqs.eu-central-1.amazonaws.com/1/large");
  EXPECT_EQ(settings->notice_topic, "arn:aws-us-gov:sns:us-gov-west-1:111122223333:told");
  EXPECT_EQ(settings->notice_bus, "arn:aws:events:eu-central-1:111122223333:event-bus/a.b/c");
  EXPECT_EQ(settings->contracts.folder, "/etc/contracts");
  EXPECT_TRUE(settings->publish_exact);
  EXPECT_EQ(settings->max_files_per_hour, 5000U);
  EXPECT_EQ(settings->log_level, LogLevel::kDebug);
  const auto builtin = read_with({{"SCALPER_CONTRACTS", "builtin"}});
  ASSERT_TRUE(builtin.ok());
  EXPECT_TRUE(builtin->contracts.folder.empty() && builtin->contracts.bucket.empty());
}

TEST(AwsSettings, NameAllThatIsMissingAtOnce) {
  const auto settings = read({});
  ASSERT_TRUE(settings.failed_with(ErrorCode::kInvalidArgument));
  for (const auto& [name, value] : kSound)
    EXPECT_NE(settings.error().message().find(name + " is not set: "), std::string::npos) << name;
  EXPECT_EQ(settings.error().message().find("SCALPER_DLQ_URL"), std::string::npos);
  EXPECT_TRUE(read_with({{"SCALPER_TABLE", ""}, {"SCALPER_QUEUE_URL", ""}}, {.table = false, .queue = false}).ok());
  EXPECT_FALSE(read_with({{"SCALPER_TABLE", ""}}).ok());
  EXPECT_FALSE(read_with({{"SCALPER_QUEUE_URL", ""}}).ok());
}

TEST(AwsSettings, WhoOnlyReadsRecordsNeedsTheTableAlone) {
  const AwsNeeds needs{.table = true, .queue = false, .files = false};
  const auto settings = read({{"SCALPER_TABLE", "acme-records"}}, needs);
  ASSERT_TRUE(settings.ok()) << settings.error().message();
  EXPECT_EQ(settings->table, "acme-records");
  EXPECT_FALSE(read({}, needs).ok());
  EXPECT_FALSE(read({{"SCALPER_TABLE", "acme-records"}, {"SCALPER_INPUT_BUCKET", "x"}}, needs).ok());
}

TEST(AwsSettings, RefuseBucketsThatAreOneOrMayBe) {
  expect_refused({{"SCALPER_OUTPUT_BUCKET", "acme-in"}}, "SCALPER_OUTPUT_BUCKET is that of SCALPER_INPUT_BUCKET");
  expect_refused({{"SCALPER_QUARANTINE_BUCKET", "acme-in"}}, "SCALPER_QUARANTINE_BUCKET is that of SCALPER_INPUT");
  expect_refused({{"SCALPER_QUARANTINE_BUCKET", "acme-out"}}, "SCALPER_QUARANTINE_BUCKET is that of SCALPER_OUTPUT");
  expect_refused({{"SCALPER_CONTRACTS", "s3://acme-in/contracts"}}, "SCALPER_CONTRACTS is that of SCALPER_INPUT");
  expect_refused({{"SCALPER_CONTRACTS", "s3://acme-out"}}, "SCALPER_CONTRACTS is that of SCALPER_OUTPUT");
  expect_refused({{"SCALPER_OUTPUT_BUCKET", "acme-9x8y7z-s3alias"}}, "SCALPER_OUTPUT_BUCKET is \"acme-9x");
  expect_refused({{"SCALPER_OUTPUT_BUCKET", "arn:aws:s3:eu-central-1:111122223333:accesspoint/out"}}, "OUTPUT_BUCKET");
}

TEST(AwsSettings, RefuseQueuesThatAreOne) {
  const std::string queue = kSound.at("SCALPER_QUEUE_URL");
  expect_refused({{"SCALPER_DLQ_URL", queue}}, "SCALPER_DLQ_URL is that of SCALPER_QUEUE_URL");
  expect_refused({{"SCALPER_LARGE_QUEUE_URL", queue}}, "SCALPER_LARGE_QUEUE_URL is that of SCALPER_QUEUE_URL");
}

TEST(AwsSettings, RefuseNamesThatCannotBe) {
  for (const char* const bucket : {"ab", "-ab", "a..b", "a b", "a/b", "s3://acme", "acme\n"})
    expect_refused({{"SCALPER_INPUT_BUCKET", bucket}}, "SCALPER_INPUT_BUCKET is ");
  for (const char* const table : {"ab", "a b", "arn:aws:dynamodb:x:1:table/t"})
    expect_refused({{"SCALPER_TABLE", table}}, "SCALPER_TABLE is ");
  for (const char* const queue :
       {"acme", "https://", "https:///q", "https://host", "https://host/", "ftp://host/1/q", "https://user@host/1/q",
        "https://host/1/q?x=1", "https://host/1/q.fifo", "https://host/1/q ", "https://host/1/\xc3\xbc"})
    expect_refused({{"SCALPER_QUEUE_URL", queue}}, "SCALPER_QUEUE_URL is ");
  for (const char* const topic : {"told", "arn:aws:sqs:eu-central-1:111122223333:told",
                                  "arn:aws:sns:eu-central-1:1:told", "arn:aws:sns:eu-central-1:111122223333:told.fifo",
                                  "arn:aws:sns:eu-central-1:111122223333:", "arn:aws:sns:eu-central-1:111122223333:a:b",
                                  "arn:gcp:sns:eu:111122223333:told"})
    expect_refused({{"SCALPER_NOTICE_TOPIC_ARN", topic}}, "SCALPER_NOTICE_TOPIC_ARN is ");
  for (const char* const bus :
       {"a b", "arn:aws:events:eu-central-1:111122223333:rule/told",
        "arn:aws:sns:eu-central-1:111122223333:event-bus/told", "arn:aws:events:eu-central-1:111122223333:event-bus/",
        "arn:aws:events:eu-central-1:111122223333:event-bus/a:b"})
    expect_refused({{"SCALPER_NOTICE_BUS", bus}}, "SCALPER_NOTICE_BUS is ");
  for (const char* const place :
       {"s3://", "s3://a", "s3:///x", "s3://acme-contracts//x", "s3://acme-contracts/a//b", "s3://acme-contracts/\xff"})
    expect_refused({{"SCALPER_CONTRACTS", place}}, "SCALPER_CONTRACTS is ");
  expect_refused({{"SCALPER_PIPELINE", "a b"}}, "SCALPER_PIPELINE is ");
  expect_refused({{"SCALPER_PUBLISH", "Exact"}}, "SCALPER_PUBLISH is \"Exact\": direct or exact");
  for (const char* const files : {"0", "-1", "1.5", "10k", " 5", "1000000001", "99999999999999999999"})
    expect_refused({{"SCALPER_MAX_FILES_PER_HOUR", files}}, "SCALPER_MAX_FILES_PER_HOUR is ");
  expect_refused({{"SCALPER_LOG_LEVEL", "INFO"}}, "SCALPER_LOG_LEVEL is \"INFO\"");
  expect_refused({{"SCALPER_LOG_LEVEL", "\x1b[2J"}}, "SCALPER_LOG_LEVEL is \"\\x1B[2J\"");
}

// Every variable that a source names is in the one list, and the list holds none twice.
TEST(Environment, IsOneList) {
  std::set<std::string, std::less<>> listed;
  for (const EnvironmentVariable& variable : kEnvironment)
    EXPECT_TRUE(listed.insert(std::string(variable.name)).second) << variable.name;
  const std::regex named("\"((?:SCALPER|AWS)_[A-Z0-9_]*[A-Z0-9])\"");
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(SCALPER_SOURCE_DIR) + "/src")) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string all = text.str();
    for (auto at = std::sregex_iterator(all.begin(), all.end(), named); at != std::sregex_iterator(); ++at, ++found)
      EXPECT_TRUE(listed.contains((*at)[1].str())) << (*at)[1].str() << " in " << entry.path();
  }
  EXPECT_GE(found, 60U);
}

TEST(Environment, AnswersWhatIsSetOrTheFallback) {
  EXPECT_EQ(environment("SCALPER_NO_SUCH_VARIABLE"), "");
  ASSERT_EQ(setenv("SCALPER_TABLE", "t", 1), 0);  // NOLINT(concurrency-mt-unsafe): one thread
  EXPECT_EQ(environment("SCALPER_TABLE"), "t");
  ASSERT_EQ(unsetenv("SCALPER_TABLE"), 0);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(environment("SCALPER_TABLE"), "");
  EXPECT_EQ(environment("SCALPER_PUBLISH"), "direct");
}

}  // namespace
}  // namespace scalper::aws
