#include "hosts/cli/aws_looks.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "support/scripted_aws_client.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;
using std::string;

const BucketName kBucket{"files-in"};
constexpr const char* kQueueUrl = "https://sqs.eu-central-1.amazonaws.com/111122223333/events";
constexpr const char* kQueueArn = "arn:aws:sqs:eu-central-1:111122223333:events";
constexpr const char* kVersioned = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
constexpr const char* kEncrypted =
    "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
    "</ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>";
constexpr const char* kBlocked =
    "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
    "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>"
    "</PublicAccessBlockConfiguration>";
constexpr const char* kAborts =
    "<LifecycleConfiguration><Rule><Status>Enabled</Status><AbortIncompleteMultipartUpload><DaysAfterInitiation>7"
    "</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>";

struct AwsLooks : testing::Test {
  aws::ScriptedAwsClient client;
  Diagnoses said;
  std::set<string> keys;
  Look look{client, said, keys};

  // "fail subject: says", a line each.
  [[nodiscard]] string lines() const {
    string all;
    for (const Diagnosis& one : said.all()) {
      all += one.grade == Grade::kOk ? "ok " : one.grade == Grade::kWarn ? "warn " : "fail ";
      all += one.subject + ": " + one.says + "\n";
    }
    return all;
  }
  void expect(Grade grade, const string& part) const {
    for (const Diagnosis& one : said.all())
      if (one.grade == grade && one.says.find(part) != string::npos) return;
    ADD_FAILURE() << part << " is not said so:\n" << lines();
  }
  void bucket(const std::vector<string>& answers, BucketRole role = BucketRole::kInput) {
    client.answer("", {{"x-amz-bucket-region", "eu-central-1"}});
    for (const string& answer : answers) client.answer(answer);
    look_at_bucket(look, kBucket, role);
  }
  QueueFacts queue(const json::object& attributes) {
    client.answer(json::serialize(json::object{{"Attributes", attributes}}));
    return look_at_queue(look, kQueueUrl);
  }
  void events(const string& inside, const QueueFacts& facts) {
    client.answer("<NotificationConfiguration>" + inside + "</NotificationConfiguration>");
    look_at_events(look, kBucket, facts);
  }
};

json::object sound_attributes() {
  return {
      {"QueueArn", kQueueArn},
      {"VisibilityTimeout", "900"},
      {"MessageRetentionPeriod", "1209600"},
      {"SqsManagedSseEnabled", "true"},
      {"ApproximateNumberOfMessages", "3"},
      {"ApproximateNumberOfMessagesNotVisible", "2"},
      {"RedrivePolicy", R"({"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111122223333:dead","maxReceiveCount":5})"},
      {"Policy", R"({"Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},)"
                 R"("Action":"sqs:SendMessage","Resource":"*"}]})"}};
}

string to_queue(const string& event, const string& filter = "") {
  return "<QueueConfiguration><Queue>" + string(kQueueArn) + "</Queue><Event>" + event + "</Event>" + filter +
         "</QueueConfiguration>";
}

string policy_for_s3(const string& account) {
  return R"({"Statement":[{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"sqs:SendMessage",)"
         R"("Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::)" +
         string(kBucket.value()) + R"("},"StringEquals":{"aws:SourceAccount":")" + account + R"("}}}]})";
}

TEST_F(AwsLooks, KnowsWhoAsks) {
  client.answer(
      "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn>"
      "<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");
  EXPECT_TRUE(look_at_caller(look));
  expect(Grade::kOk, "arn:aws:iam::111122223333:user/a, in account 111122223333, region eu-central-1");
}

TEST_F(AwsLooks, EndsWhereNobodyCanAsk) {
  client.refuse(ErrorCode::kPermissionDenied, {403, "InvalidClientTokenId"});
  EXPECT_FALSE(look_at_caller(look));
  client.refuse(ErrorCode::kUnavailable, {});
  EXPECT_FALSE(look_at_caller(look));
  client.refuse(ErrorCode::kInvalidArgument, {});  // half a set of credentials: nothing was sent
  EXPECT_FALSE(look_at_caller(look));
  client.refuse(ErrorCode::kInvalidArgument, {400, "InvalidAction"});  // a store without STS
  EXPECT_TRUE(look_at_caller(look));
  EXPECT_EQ(said.count(Grade::kFail), 3U) << lines();
  EXPECT_EQ(said.count(Grade::kWarn), 1U) << lines();
}

TEST_F(AwsLooks, FindsASoundBucketSound) {
  bucket({kVersioned, kEncrypted, kBlocked, kAborts});
  EXPECT_EQ(said.count(Grade::kOk), 5U) << lines();
  EXPECT_EQ(said.all().size(), 5U) << lines();
}

TEST_F(AwsLooks, SaysWhatABucketLacks) {
  client.answer("", {{"x-amz-bucket-region", "eu-central-1"}});
  client.answer("<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");
  client.refuse(ErrorCode::kNotFound, {404, "ServerSideEncryptionConfigurationNotFoundError"});
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchPublicAccessBlockConfiguration"});
  client.refuse(ErrorCode::kNotFound, {404, "NoSuchLifecycleConfiguration"});
  look_at_bucket(look, kBucket, BucketRole::kOutput);
  expect(Grade::kFail, "keeps versions no more (Suspended)");
  expect(Grade::kWarn, "no default encryption");
  expect(Grade::kWarn, "public access");
  expect(Grade::kWarn, "never completed");
}

TEST_F(AwsLooks, SaysWhatMayNotBeLookedAt) {
  client.answer("");
  for (int i = 0; i < 4; ++i) client.refuse(ErrorCode::kPermissionDenied, {403, "AccessDenied"});
  look_at_bucket(look, kBucket, BucketRole::kInput);
  EXPECT_EQ(said.count(Grade::kWarn), 4U) << lines();
  EXPECT_EQ(said.all()[1].remedy, "allow s3:GetBucketVersioning");
}

TEST_F(AwsLooks, WarnsOfAnInputWhoseFilesExpire) {
  const string ends =
      "<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>"
      "</LifecycleConfiguration>";
  bucket({kVersioned, kEncrypted, kBlocked, ends}, BucketRole::kQuarantine);
  EXPECT_EQ(lines().find("gone unchecked"), string::npos) << lines();
  bucket({kVersioned, kEncrypted, kBlocked, ends}, BucketRole::kInput);
  expect(Grade::kWarn, "gone unchecked");
}

TEST_F(AwsLooks, KnowsBucketsThatAreElsewhereOrNotThere) {
  client.answer("", {{"x-amz-bucket-region", "us-east-1"}});
  look_at_bucket(look, kBucket, BucketRole::kInput);
  expect(Grade::kFail, "is in us-east-1, the gate in eu-central-1");
  client.refuse(ErrorCode::kNotFound, {404, ""});
  look_at_bucket(look, kBucket, BucketRole::kInput);
  expect(Grade::kFail, "is not there");
  EXPECT_EQ(said.all().size(), 2U) << lines();
}

TEST_F(AwsLooks, FindsASoundQueueSound) {
  const QueueFacts facts = queue(sound_attributes());
  EXPECT_EQ(said.count(Grade::kOk), said.all().size()) << lines();
  expect(Grade::kOk, "3 waiting, 2 in work");
  expect(Grade::kOk, "functions that may run for 150 s");
  EXPECT_EQ(facts.arn, kQueueArn);
  EXPECT_NE(facts.policy.find("s3.amazonaws.com"), string::npos);
  EXPECT_EQ(facts.dead_target, "arn:aws:sqs:eu-central-1:111122223333:dead");
}

TEST_F(AwsLooks, SaysWhatAQueueLacks) {
  const QueueFacts facts =
      queue({{"QueueArn", kQueueArn}, {"VisibilityTimeout", "30"}, {"MessageRetentionPeriod", "3600"}});
  expect(Grade::kWarn, "run for 5 s");
  expect(Grade::kWarn, "keeps a message for 1 h");
  expect(Grade::kWarn, "no dead-letter queue");
  expect(Grade::kWarn, "not encrypted");
  EXPECT_EQ(facts.policy, "");
  client.refuse(ErrorCode::kNotFound, {400, "QueueDoesNotExist"});
  EXPECT_TRUE(look_at_queue(look, kQueueUrl).arn.empty());
  EXPECT_EQ(said.count(Grade::kFail), 1U) << lines();
}

TEST_F(AwsLooks, CountsTriesInEitherForm) {
  json::object attributes = sound_attributes();
  attributes["RedrivePolicy"] = R"({"deadLetterTargetArn":"a","maxReceiveCount":"2"})";
  (void)queue(attributes);
  expect(Grade::kWarn, "after 2 tries");
}

TEST_F(AwsLooks, KnowsWhetherEventsReachTheQueue) {
  const QueueFacts facts{kQueueArn, "", "", policy_for_s3("111122223333")};
  events(to_queue("s3:ObjectCreated:*"), facts);
  EXPECT_EQ(said.count(Grade::kOk), 2U) << lines();
  events(to_queue("s3:ObjectCreated:Put"), facts);
  expect(Grade::kWarn, "some kinds of new objects only");
  events(to_queue("s3:ObjectCreated:*", "<Filter><S3Key><FilterRule><Name>prefix</Name></FilterRule></S3Key></Filter>"),
         facts);
  expect(Grade::kWarn, "pass a filter");
  events("<TopicConfiguration/>", facts);
  expect(Grade::kWarn, "tells a topic");
  EXPECT_EQ(said.count(Grade::kFail), 0U) << lines();
  events("<QueueConfiguration><Queue>another</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration>", facts);
  expect(Grade::kFail, "tells nobody");
  events("<EventBridgeConfiguration/>", facts);
  expect(Grade::kFail, "does not let events.amazonaws.com send");
  events(to_queue("s3:ObjectCreated:*"), {kQueueArn, "alias/aws/sqs", "", policy_for_s3("111122223333")});
  expect(Grade::kFail, "SQS's own KMS key");
  events(to_queue("s3:ObjectCreated:*"), {kQueueArn, "", "", policy_for_s3("999999999999")});
  expect(Grade::kWarn, "may let s3.amazonaws.com send: its condition aws:SourceAccount names \"999999999999\"");
  string open = policy_for_s3("");
  events(to_queue("s3:ObjectCreated:*"),
         {kQueueArn, "", "", open.replace(open.find(",\"Condition"), string::npos, "}]}")});
  expect(Grade::kWarn, "on behalf of any account");
}

TEST_F(AwsLooks, LooksAtDeadLetters) {
  const QueueFacts facts{kQueueArn, "", "arn:dead", ""};
  look_at_dead_letters(look, "", facts);
  expect(Grade::kWarn, "SCALPER_DLQ_URL is not set");
  json::object attributes = sound_attributes();
  attributes["QueueArn"] = "arn:other";
  client.answer(json::serialize(json::object{{"Attributes", attributes}}));
  look_at_dead_letters(look, kQueueUrl, facts);
  expect(Grade::kFail, "which is arn:dead");
  expect(Grade::kWarn, "holds 3 dead letters");
}

json::object table_file() {
  std::ifstream file(string(SCALPER_SOURCE_DIR) + "/schemas/records-table.json");
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).as_object();
}

TEST_F(AwsLooks, ComparesTheTableWithTheFileThatMakesIt) {
  EXPECT_EQ(shape_of(table_file()), records_shape());
  client.answer(json::serialize(json::object{{"Table", table_file()}}));
  client.answer(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"ttl"}})");
  client.answer(
      R"({"ContinuousBackupsDescription":{"PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"ENABLED"}}})");
  look_at_table(look, "records");
  EXPECT_EQ(said.count(Grade::kOk), 4U) << lines();
  EXPECT_EQ(said.all().size(), 4U) << lines();
}

TEST_F(AwsLooks, SaysWhatATableLacks) {
  json::object table = table_file();
  table["TableStatus"] = "CREATING";
  table["GlobalSecondaryIndexes"].as_array().pop_back();
  table["GlobalSecondaryIndexes"].as_array()[0].as_object()["Projection"].as_object()["ProjectionType"] = "ALL";
  client.answer(json::serialize(json::object{{"Table", table}}));
  client.answer(R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"other"}})");
  client.refuse(ErrorCode::kPermissionDenied, {400, "AccessDeniedException"});
  look_at_table(look, "records");
  expect(Grade::kFail, "is CREATING");
  expect(Grade::kFail,
         "lacks by_status sp:HASH:S sk:RANGE:B KEYS_ONLY, open_records op:HASH:S pk:RANGE:S KEYS_ONLY, and has "
         "by_status sp:HASH:S sk:RANGE:B ALL");
  expect(Grade::kWarn, "keeps records for ever");
  expect(Grade::kWarn, "backups may not be looked at");
}

TEST_F(AwsLooks, SaysWhatIsNotPermitted) {
  aws::AwsSettings settings;
  settings.input = settings.output = settings.quarantine = kBucket;
  settings.table = "records";
  settings.queue_url = kQueueUrl;
  for (int i = 0; i < 3; ++i) {
    client.answer("<ListVersionsResult/>");
    client.refuse(ErrorCode::kNotFound, {404, ""});
  }
  client.answer("{}");
  client.refuse(ErrorCode::kPreconditionFailed, {400, "ConditionalCheckFailedException"});
  client.answer("{}");
  client.refuse(ErrorCode::kPermissionDenied, {400, "AccessDeniedException"});
  client.answer("{}");
  client.refuse(ErrorCode::kInvalidArgument, {400, "ReceiptHandleIsInvalid"});
  look_at_permissions(look, settings);
  EXPECT_EQ(said.count(Grade::kFail), 1U) << lines();
  expect(Grade::kFail, "you may not dynamodb:Query on records/index/by_key");
  expect(Grade::kOk, "11 calls");
  // What would write has a condition that cannot hold.
  EXPECT_NE(client.asked[7].body.find("attribute_exists(pk)"), string::npos);
}

TEST_F(AwsLooks, LooksAtEachKeyOnce) {
  json::object attributes = sound_attributes();
  attributes["KmsMasterKeyId"] = "arn:aws:kms:eu-central-1:111122223333:key/one";
  (void)queue(attributes);
  (void)queue(attributes);
  attributes["KmsMasterKeyId"] = "alias/aws/sqs";
  (void)queue(attributes);
  client.answer(R"({"KeyMetadata":{"KeyState":"Enabled"}})");
  look_at_keys(look);
  expect(Grade::kOk, "is enabled");
  client.answer(R"({"KeyMetadata":{"KeyState":"PendingDeletion"}})");
  look_at_keys(look);
  expect(Grade::kFail, "is PendingDeletion");
  client.refuse(ErrorCode::kPermissionDenied, {400, "AccessDeniedException"});
  look_at_keys(look);
  expect(Grade::kWarn, "may not be looked at");
}

TEST_F(AwsLooks, LooksAtTheTopic) {
  look_at_topic(look, "");
  expect(Grade::kOk, "nobody is told");
  const auto answered = [&](const string& count) {
    client.answer(
        "<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes><entry><key>SubscriptionsConfirmed"
        "</key><value>" +
        count +
        "</value></entry></Attributes></GetTopicAttributesResult>"
        "</GetTopicAttributesResponse>");
    look_at_topic(look, "arn:aws:sns:eu-central-1:111122223333:notices");
  };
  answered("2");
  expect(Grade::kOk, "with 2 subscribers");
  answered("0");
  expect(Grade::kWarn, "nobody listens");
  client.refuse(ErrorCode::kNotFound, {404, "NotFound"});
  look_at_topic(look, "arn:aws:sns:eu-central-1:111122223333:notices");
  EXPECT_EQ(said.count(Grade::kFail), 1U) << lines();
}

TEST_F(AwsLooks, LooksAtTheBus) {
  look_at_bus(look, "");
  EXPECT_EQ(lines(), "");
  client.answer(R"({"Name":"told"})");
  look_at_bus(look, "told");
  EXPECT_EQ(client.asked.back().body, R"({"Name":"told"})");
  expect(Grade::kOk, "is there");
  client.refuse(ErrorCode::kPermissionDenied, {400, "AccessDeniedException"});
  look_at_bus(look, "told");
  expect(Grade::kWarn, "may not be looked at");
  client.refuse(ErrorCode::kNotFound, {400, "ResourceNotFoundException"});
  look_at_bus(look, "told");
  EXPECT_EQ(said.count(Grade::kFail), 1U) << lines();
}

TEST(Diagnoses, AreCountedAndWrittenForPrograms) {
  Diagnoses said;
  said.ok("a", "is");
  said.fail("b", "is \x1b not", "mend it");
  EXPECT_EQ(said.count(Grade::kFail), 1U);
  const json::value value = json::parse(diagnoses_json(said));
  EXPECT_EQ(value.at("failed").to_number<int>(), 1);
  EXPECT_EQ(value.at("checks").as_array()[1].at("remedy").as_string(), "mend it");
  EXPECT_FALSE(value.at("checks").as_array()[0].as_object().contains("remedy"));
}

}  // namespace
}  // namespace scalper::cli
