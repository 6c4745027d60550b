// What the contract suite does not see: answers that get lost, batches cut short, names of markers, what stands in the
// table.

#include "adapters/aws/dynamodb_record_store.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <new>
#include <set>

#include "adapters/aws/dynamodb_item.h"
#include "adapters/aws/dynamodb_packing.h"
#include "adapters/aws/dynamodb_table.h"
#include "base/base64.h"
#include "contract/subject.h"
#include "model/file_id.h"
#include "model/record_json.h"
#include "support/dynamodb_stand_in.h"
#include "support/fake_clock.h"
#include "support/records.h"
#include "support/scripted_aws_client.h"

namespace scalper::aws {
namespace {

namespace json = boost::json;
using dynamo_check::DynamoDbStandIn;

class DynamoDbRecords : public testing::Test {
 protected:
  DynamoDbStandIn service{dynamo_check::records_table_definition()};
  FakeClock clock;
  DynamoDbRecordStore store{service, clock, service.table()};
  CallContext context;
};

TEST_F(DynamoDbRecords, PassOverWhatCannotBeReadAndNameIt) {
  std::vector<FileRecord> records;
  for (int i = 0; i < 7; ++i) {
    FileRecord record = final_record("k" + std::to_string(i), "1", FileStatus::kValid, clock.wall_now() + Millis{i});
    record.open = true;
    ASSERT_DONE(store.put(context, record, WriteGuard{}));
    records.push_back(record);
  }
  service.spoil(records[2].id.value(), std::string(dynamo::kBody), "no body of ours");
  service.spoil(records[4].id.value(), std::string(dynamo::kBody), "");
  EXPECT_CODE(kCorrupt, store.get(context, records[2].id));
  using Index = RecordQuery::Index;
  for (const Index index : {Index::kTime, Index::kStatus, Index::kPrefix, Index::kOpen})
    for (const std::size_t limit : {1U, 3U, 100U}) {
      RecordQuery query{.index = index, .limit = limit};
      std::set<std::string> read;
      std::multiset<std::string> unreadable;
      do {
        const auto page = store.list(context, query);
        ASSERT_DONE(page);
        for (const FileRecord& record : page->records) read.insert(record.id.value());
        for (const FileId& id : page->unreadable) unreadable.insert(id.value());
        query.cursor = page->next_cursor;
      } while (!query.cursor.empty());
      EXPECT_EQ(read.size(), 5U);
      EXPECT_EQ(unreadable, (std::multiset<std::string>{records[2].id.value(), records[4].id.value()}));
    }
}

// Has no memory for an answer.
class Starved final : public AwsClient {
 public:
  [[nodiscard]] Result<AwsResponse> call(const CallContext&, const AwsRequest&, AwsRefusal*) override {
    throw std::bad_alloc();
  }
  [[nodiscard]] Result<AwsStream> open(const CallContext&, const AwsRequest&, AwsRefusal*) override {
    throw std::bad_alloc();
  }
  [[nodiscard]] Result<std::string> presign(const CallContext&, const AwsRequest&, std::chrono::seconds) override {
    throw std::bad_alloc();
  }
  [[nodiscard]] std::string region() const override { return "eu-central-1"; }
};

// In a thread of the store's own it would end the process.
TEST_F(DynamoDbRecords, WithoutMemoryForAListingSaySo) {
  Starved starved;
  DynamoDbRecordStore hungry(starved, clock, "t");
  EXPECT_CODE(kInternal, hungry.list(context, {.index = RecordQuery::Index::kTime}));
}

TEST_F(DynamoDbRecords, TakeAnOwnWriteThatWasAnsweredLateForTheirOwn) {
  const FileRecord record = received_record("a");
  service.lose_next_answer();
  EXPECT_DONE(store.put(context, record, WriteGuard::if_absent()));
  FileRecord next = record;
  next.revision = 2;
  service.lose_next_answer();
  EXPECT_DONE(store.put(context, next, WriteGuard::if_revision(1)));
  EXPECT_TRUE(*store.get(context, record.id) == next);
  EXPECT_CODE(kPreconditionFailed, store.put(context, next, WriteGuard::if_revision(1))) << "another call";
  service.lose_next_answer();
  EXPECT_DONE(store.put_marker(context, "m", "v", 0));
  service.lose_next_answer();
  EXPECT_DONE(store.remove(context, record.id, WriteGuard::if_revision(2)));
  EXPECT_EQ(service.writes().size(), 5U) << "of the removal both";
}

TEST_F(DynamoDbRecords, AnswersLostWithoutAWordStayAmbiguous) {
  ScriptedAwsClient scripted;
  DynamoDbRecordStore lonely(scripted, clock, "t");
  for (const ErrorCode code : {ErrorCode::kTimeout, ErrorCode::kUnavailable, ErrorCode::kThrottled}) {
    scripted.refuse(code, {0, "", ""});
    EXPECT_TRUE(fails_with(code, lonely.put(context, received_record("a"), WriteGuard::if_absent())));
  }
  scripted.refuse(ErrorCode::kPreconditionFailed, {400, "ConditionalCheckFailedException", "no JSON"});
  EXPECT_CODE(kPreconditionFailed, lonely.put(context, received_record("a"), WriteGuard::if_absent()));
}

// Were it kNotFound, somebody might take a file for gone whose record could not be read.
TEST_F(DynamoDbRecords, SayThatTheTableIsNotThere) {
  ScriptedAwsClient scripted;
  DynamoDbRecordStore lonely(scripted, clock, "records-of-nobody");
  const FileRecord record = received_record("a");
  for (int i = 0; i < 7; ++i) scripted.refuse(ErrorCode::kNotFound, {400, "ResourceNotFoundException", ""});
  const auto got = lonely.get(context, record.id);
  EXPECT_CODE(kUnavailable, got);
  for (const char* const said : {"records-of-nobody", "SCALPER_TABLE", "schemas/records-table.json"})
    EXPECT_NE(got.error().message().find(said), std::string::npos) << got.error().message();
  EXPECT_CODE(kUnavailable, lonely.put(context, record, WriteGuard::if_absent()));
  EXPECT_CODE(kUnavailable, lonely.renew_lease(context, record.id, OwnerToken{"o"}, clock.wall_now()));
  EXPECT_CODE(kUnavailable, lonely.remove(context, record.id, WriteGuard{}));
  EXPECT_CODE(kUnavailable, lonely.list(context, {.index = RecordQuery::Index::kOpen}));
  EXPECT_CODE(kUnavailable, lonely.get_marker(context, "m"));
  EXPECT_CODE(kUnavailable, lonely.put_marker(context, "m", "v", 0));
}

TEST_F(DynamoDbRecords, TakeNoNonsenseForAnAnswer) {
  ScriptedAwsClient scripted;
  DynamoDbRecordStore lonely(scripted, clock, "t");
  const FileId id = received_record("a").id;
  for (const char* const nonsense : {"", "[]", "{\"Item\":[]}", "{\"Item\":{}}", "{\"Item\":{\"pk\":{\"S\":\"x\"}}}"}) {
    scripted.answer(nonsense);
    EXPECT_CODE(kCorrupt, lonely.get(context, id)) << nonsense;
  }
  for (const char* const nonsense :
       {"{}", "{\"Items\":{}}", "{\"Items\":[1]}", "{\"Items\":[{}]}", "{\"Items\":[],\"LastEvaluatedKey\":{}}"}) {
    scripted.answer(nonsense);
    EXPECT_CODE(kCorrupt, lonely.list(context, {.index = RecordQuery::Index::kOpen})) << nonsense;
  }
}

TEST_F(DynamoDbRecords, AskAgainForWhatABatchLeftOut) {
  for (int i = 0; i < 4; ++i)
    ASSERT_DONE(store.put(context, final_record("k" + std::to_string(i), "1", FileStatus::kValid, clock.wall_now()),
                          WriteGuard{}));
  service.starve_batches(3);
  const auto page = store.list(context, {.index = RecordQuery::Index::kPrefix});
  ASSERT_DONE(page);
  EXPECT_EQ(page->records.size(), 4U);
  EXPECT_EQ(clock.slept(), Millis{25 + 50 + 100}) << "with pauses that double";
  for (int i = 4; i < 12; ++i)
    ASSERT_DONE(store.put(context, final_record("k" + std::to_string(i), "1", FileStatus::kValid, clock.wall_now()),
                          WriteGuard{}));
  service.starve_batches(1000);
  EXPECT_CODE(kThrottled, store.list(context, {.index = RecordQuery::Index::kPrefix}));
}

TEST_F(DynamoDbRecords, KeepTheNamesOfMarkersApart) {
  const FileRecord record = received_record("a");
  ASSERT_DONE(store.put(context, record, WriteGuard{}));
  const std::vector<std::string> names = {"control#pause",
                                          "out#" + std::string(1024, 'k'),
                                          "out#" + std::string(2000, 'k') + "1",
                                          "out#" + std::string(2000, 'k') + "2",
                                          "out#\xff",
                                          "out#\xfe",
                                          "",
                                          record.id.value(),
                                          dynamo::marker_key("out#\xff")};
  for (const std::string& name : names) ASSERT_DONE(store.put_marker(context, name, "of " + name, 0));
  for (const std::string& name : names) {
    const auto marker = store.get_marker(context, name);
    ASSERT_DONE(marker);
    ASSERT_TRUE(*marker) << name.substr(0, 40);
    EXPECT_EQ((*marker)->value, "of " + name);
  }
  EXPECT_TRUE(*store.get(context, record.id) == record);
  EXPECT_EQ(dynamo::marker_key("control#pause"), "control#pause") << "an operator finds it by its name";
}

TEST_F(DynamoDbRecords, AreOnlyThoseOfFileIds) {
  FileRecord record = received_record("a");
  for (const char* const id : {"", "x", "control#pause", "AAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    record.id = FileId{id};
    EXPECT_CODE(kInvalidArgument, store.put(context, record, WriteGuard{}));
    EXPECT_EQ(*store.get(context, record.id), std::nullopt);
    EXPECT_DONE(store.remove(context, record.id, WriteGuard{}));
    EXPECT_CODE(kPreconditionFailed, store.renew_lease(context, record.id, OwnerToken{"o"}, clock.wall_now()));
  }
  EXPECT_TRUE(service.operations().empty());
}

TEST_F(DynamoDbRecords, ForgetWithTheirRetentionAndNotBefore) {
  FileRecord record = received_record("a");
  record.expires_at = WallTime{Millis{1764057600001}};
  ASSERT_DONE(store.put(context, record, WriteGuard{}));
  EXPECT_EQ(service.items()[0].at("ttl"), json::parse(R"({"N": "1764057601"})")) << "seconds, rounded up";
  record.expires_at.reset();
  ASSERT_DONE(store.put(context, record, WriteGuard{}));
  EXPECT_FALSE(service.items()[0].contains("ttl"));
}

// Keys that are as long as keys may be, and prefixes that are longer than what the index keeps of them.
TEST_F(DynamoDbRecords, ListLongKeysBelowLongPrefixes) {
  const std::string stem(950, 'k');
  std::vector<std::string> wanted;
  for (int i = 0; i < 20; ++i) {
    const std::string key =
        stem + std::string(50, i % 2 == 0 ? 'a' : 'b') + std::string(20, static_cast<char>('a' + i));
    ASSERT_DONE(store.put(context, final_record(key, "1", FileStatus::kValid, clock.wall_now()), WriteGuard{}));
    if (i % 2 == 0) wanted.push_back(key);
  }
  ASSERT_DONE(store.put(context, final_record(std::string(1024, '\0'), "1", FileStatus::kValid, clock.wall_now()),
                        WriteGuard{}));
  const auto listed = [&](const std::string& prefix, std::size_t limit) {
    std::vector<std::string> keys;
    RecordQuery query{.index = RecordQuery::Index::kPrefix, .prefix = prefix, .limit = limit};
    do {
      const auto page = store.list(context, query);
      EXPECT_DONE(page);
      for (const FileRecord& record : page->records) keys.push_back(record.origin.key.value());
      query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    std::sort(keys.begin(), keys.end());
    return keys;
  };
  for (const std::size_t limit : {1UL, 3UL, 1000UL}) {
    EXPECT_EQ(listed(stem + "a", limit), wanted);
    EXPECT_EQ(listed(wanted[3], limit), std::vector{wanted[3]});
    EXPECT_EQ(listed(stem, limit).size(), 20U);
    EXPECT_EQ(listed(std::string(1024, '\0'), limit).size(), 1U);
  }
}

// The cost of a page: what is read of an index, and in how many questions.
TEST_F(DynamoDbRecords, ReadNoMoreThanAPageNeeds) {
  for (int i = 0; i < 2500; ++i)
    ASSERT_DONE(store.put(context,
                          final_record("k" + std::to_string(i), "1", FileStatus::kValid, clock.wall_now() + Millis{i}),
                          WriteGuard{}));
  const auto asked_for = [&](const RecordQuery& query, std::size_t& found) {
    const std::size_t before = service.operations().size();
    const auto page = store.list(context, query);
    EXPECT_DONE(page);
    found = page->records.size();
    const auto all = service.operations();
    return std::count(all.begin() + static_cast<std::ptrdiff_t>(before), all.end(), "Query");
  };
  std::size_t found = 0;
  EXPECT_LE(asked_for({.index = RecordQuery::Index::kStatus, .limit = 50}, found), 10) << "one a shard, and few more";
  EXPECT_EQ(found, 50U);
  EXPECT_LE(asked_for({.index = RecordQuery::Index::kTime, .limit = 50}, found), 50);
  EXPECT_EQ(found, 50U);
  EXPECT_LE(asked_for({.index = RecordQuery::Index::kTime, .limit = 1000}, found), 60);
  EXPECT_GE(found, 800U) << "of 1,000 entries that may be read";
  EXPECT_LE(asked_for({.index = RecordQuery::Index::kPrefix, .prefix = "k", .limit = 1000}, found), 16);
  EXPECT_GE(found, 800U);
  EXPECT_EQ(asked_for({.index = RecordQuery::Index::kPrefix, .prefix = "k249", .limit = 1000}, found), 8);
  EXPECT_EQ(found, 11U) << "nothing behind the prefix was read";
}

TEST_F(DynamoDbRecords, ShareTheirCursorsWithOtherProcesses) {
  for (int i = 0; i < 3; ++i)
    ASSERT_DONE(store.put(context, final_record("k" + std::to_string(i), "1", FileStatus::kValid, clock.wall_now()),
                          WriteGuard{}));
  RecordQuery query{.index = RecordQuery::Index::kTime, .limit = 1};
  const auto first = store.list(context, query);
  ASSERT_DONE(first);
  query.cursor = first->next_cursor;
  DynamoDbRecordStore other(service, clock, service.table());
  EXPECT_DONE(other.list(context, query));
  DynamoDbStandIn elsewhere{dynamo_check::records_table_definition()};
  DynamoDbRecordStore stranger(elsewhere, clock, elsewhere.table());
  EXPECT_CODE(kInvalidArgument, stranger.list(context, query));
}

// An entry of an index may be behind its record: what is listed is the record as it is, or nothing.
TEST_F(DynamoDbRecords, PassOverEntriesThatTheirRecordLeft) {
  ScriptedAwsClient scripted;
  DynamoDbRecordStore late(scripted, clock, "t");
  FileRecord record = final_record("k", "1", FileStatus::kInvalid, clock.wall_now());
  const auto entry = [&](FileStatus status) {
    const std::string place = dynamo::time_place(*record.final_at, record.id.value());
    json::object item{{"pk", dynamo::text_value(record.id.value())}, {"sk", dynamo::bytes_value(place)}};
    item["sp"] = dynamo::text_value(dynamo::status_partition(status, 0));
    return json::serialize(json::object{{"Items", json::array{item}}});
  };
  const auto answer_with = [&](const FileRecord& stored) {
    scripted.answer(entry(FileStatus::kReceived));
    const auto item = dynamo::item_of(stored, "token");
    ASSERT_DONE(item);
    scripted.answer(json::serialize(json::object{{"Responses", json::object{{"t", json::array{*item}}}}}));
  };
  const RecordQuery query{.index = RecordQuery::Index::kStatus, .status = FileStatus::kReceived};
  record.status = FileStatus::kReceived;
  answer_with(record);
  EXPECT_EQ(late.list(context, query)->records.size(), 1U);
  record.status = FileStatus::kInvalid;
  answer_with(record);
  EXPECT_TRUE(late.list(context, query)->records.empty()) << "another status";
  record.status = FileStatus::kReceived;
  FileRecord reopened = record;
  reopened.final_at.reset();
  answer_with(reopened);
  EXPECT_TRUE(late.list(context, query)->records.empty()) << "not final";
  reopened.final_at = *record.final_at + Millis{1};
  answer_with(reopened);
  EXPECT_TRUE(late.list(context, query)->records.empty()) << "its newer entry shows it";

  const auto both_entries = json::parse(entry(FileStatus::kReceived)).at("Items").as_array();
  record.final_at = reopened.final_at;
  json::array items = json::parse(entry(FileStatus::kReceived)).at("Items").as_array();
  items.push_back(both_entries[0]);
  scripted.answer(json::serialize(json::object{{"Items", items}}));
  scripted.answer(json::serialize(
      json::object{{"Responses", json::object{{"t", json::array{*dynamo::item_of(reopened, "token")}}}}}));
  EXPECT_EQ(late.list(context, query)->records.size(), 1U) << "once, though two entries name it";
  const json::value asked = json::parse(scripted.asked.back().body);
  EXPECT_EQ(asked.at("RequestItems").at("t").at("Keys").as_array().size(), 1U) << "a batch may not name a key twice";
}

TEST(DynamoDbTable, IsDefinedAsTheAdapterNamesIt) {
  const json::object table = json::parse(dynamo_check::records_table_definition()).as_object();
  const auto key_of = [](const json::value& schema) {
    std::string names;
    for (const json::value& key : schema.as_array())
      names +=
          std::string(key.at("AttributeName").as_string()) + " " + std::string(key.at("KeyType").as_string()) + " ";
    return names;
  };
  EXPECT_EQ(table.at("BillingMode").as_string(), "PAY_PER_REQUEST");
  EXPECT_EQ(key_of(table.at("KeySchema")), std::string(dynamo::kKey) + " HASH ");
  const json::array& indexes = table.at("GlobalSecondaryIndexes").as_array();
  ASSERT_EQ(indexes.size(), 3U);
  std::size_t at = 0;
  for (const dynamo::IndexNames& names : {dynamo::kByStatus, dynamo::kByKey, dynamo::kOpen}) {
    const json::object& index = indexes.at(at++).as_object();
    const std::string place(names.place.empty() ? dynamo::kKey : names.place);
    EXPECT_EQ(index.at("IndexName").as_string(), names.index);
    EXPECT_EQ(key_of(index.at("KeySchema")), std::string(names.partition) + " HASH " + place + " RANGE ");
    EXPECT_EQ(index.at("Projection").at("ProjectionType").as_string(), "KEYS_ONLY");
  }
}

TEST(DynamoDbTable, SpreadsFilesEvenlyOverShards) {
  std::map<std::uint32_t, int> seen;
  for (int i = 0; i < 8000; ++i) ++seen[dynamo::shard_of(received_record("k" + std::to_string(i)).id.value(), 8)];
  ASSERT_EQ(seen.size(), 8U);
  for (const auto& [shard, count] : seen) EXPECT_NEAR(count, 1000, 150) << shard;
  EXPECT_EQ(dynamo::shard_of("mzxw6ytboi2dqnzvgm4tcmrrga", 8), 1U) << "stored items depend on it";
}

TEST(DynamoDbTable, PlacesSortAsListingsGo) {
  const std::string id = received_record("a").id.value();
  const WallTime now{Millis{1764057600123}};
  EXPECT_LT(dynamo::time_place(now, id), dynamo::time_place(now - Millis{1}, id)) << "newest first";
  EXPECT_LT(dynamo::time_place(WallTime{Millis{1}}, id), dynamo::time_place(WallTime{Millis{-1}}, id));
  EXPECT_LT(dynamo::key_place("a", now, id), dynamo::key_place("a", now - Millis{1}, id));
  const std::vector<std::string> keys = {
      "a", std::string("a\0", 2), std::string("a\0\0", 3), std::string("a\0b", 3), "a\x01", "a\x02", "aa", "b", "\xff"};
  for (std::size_t i = 1; i < keys.size(); ++i)
    EXPECT_LT(dynamo::key_place(keys[i - 1], WallTime::min(), id), dynamo::key_place(keys[i], now, id)) << i;
  for (const WallTime time : {now, WallTime{}, WallTime{Millis{-5}}, WallTime::max(), WallTime::min()}) {
    EXPECT_EQ(dynamo::time_of(dynamo::time_place(time, id), id), time);
    EXPECT_EQ(dynamo::time_of(dynamo::key_place(std::string(1024, 'k'), time, id), id), time);
  }
  for (std::size_t size : {1UL, 900UL, 948UL, 949UL, 950UL, 1024UL})
    EXPECT_LE(dynamo::key_place(std::string(size, '\0'), now, id).size(), 1023U);
}

TEST(DynamoDbPacking, GivesBackEveryText) {
  for (const FileRecord& record : {full_record(), received_record("a")}) {
    const std::string text = record_to_json(record);
    const auto packed = dynamo::pack(text);
    ASSERT_DONE(packed);
    const auto back = dynamo::unpack(*packed, text.size());
    ASSERT_DONE(back);
    EXPECT_EQ(*back, text);
    EXPECT_CODE(kCorrupt, dynamo::unpack(*packed, text.size() - 1)) << "longer than allowed";
    EXPECT_CODE(kCorrupt, dynamo::unpack(packed->substr(0, packed->size() - 1), text.size()));
    EXPECT_CODE(kCorrupt, dynamo::unpack(*packed + "x", text.size()));
    EXPECT_CODE(kUnsupported, dynamo::unpack("\x02" + packed->substr(1), text.size()));
  }
  EXPECT_CODE(kCorrupt, dynamo::unpack("", 10));
  const auto empty = dynamo::pack("");
  ASSERT_DONE(empty);
  EXPECT_EQ(*dynamo::unpack(*empty, 0), "");
}

// Written once, and readable for ever: tables are full of these.
TEST(DynamoDbPacking, ReadsWhatTheFirstVersionWrote) {
  const auto packed = from_base64(
      "AcPMDjmmuZU5idnJ6RnppcmFVaUlpkbJJlnA4ChUwuJrRB4xxJpHULNIfhGwZivWh7jJUNfICFtUlBniyDPkmwVOlYYGWDMJWG+"
      "IoRExOQU5a2CJTLS4JMqFJbplhohITgU5F1ukYnUkajSbQlUZWFgZmVmZQFXVAgA=");
  ASSERT_TRUE(packed);
  const auto text = dynamo::unpack(*packed, 65536);
  ASSERT_DONE(text);
  const auto record = record_from_json(*text);
  ASSERT_DONE(record);
  EXPECT_TRUE(*record ==
              final_record("orders/2026-11-22.csv", "v1", FileStatus::kValid, WallTime{Millis{1763800000000}}));
}

}  // namespace
}  // namespace scalper::aws
