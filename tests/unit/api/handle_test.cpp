#include "api/handle.h"

#include <gtest/gtest.h>

#include "model/file_id.h"
#include "support/api_client.h"

namespace scalper {
namespace {

using api::Role;
using std::string;

const string kNobody(26, 'a');

struct Api : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  // Uploaded and taken to its end; the text is valid unless it is no UTF-8.
  FileId arrive(const string& key, const string& bytes) {
    const ObjectEvent event = gate.upload(key, bytes);
    gate.announce(event);
    gate.run_until_idle();
    return file_id(event.ref);
  }
  static string bad_bytes() { return string("\x00\xff\xfe", 3); }
};

TEST_F(Api, RefusesByTable) {
  struct Case {
    const char* method;
    string target;
    const char* code;
    int status;
  };
  const std::vector<Case> cases = {
      {"GET", "/", "no_such_path", 404},
      {"GET", "/v2/health", "no_such_path", 404},
      {"GET", "/v1/health/x", "no_such_path", 404},
      {"POST", "/v1/health", "method_not_allowed", 405},
      {"PUT", "/v1/files", "method_not_allowed", 405},
      {"get", "/v1/health", "method_not_allowed", 405},
      {"GET", "/v1/health?x=1", "unknown_parameter", 400},
      {"GET", "/v1/files?limt=1", "unknown_parameter", 400},
      {"GET", "/v1/files?limit=0", "invalid_argument", 400},
      {"GET", "/v1/files?limit=1001", "invalid_argument", 400},
      {"GET", "/v1/files?limit=-1", "invalid_argument", 400},
      {"GET", "/v1/files?limit=1e1", "invalid_argument", 400},
      {"GET", "/v1/files?limit=", "invalid_argument", 400},
      {"GET", "/v1/files?status=good", "invalid_argument", 400},
      {"GET", "/v1/files?status=", "invalid_argument", 400},
      {"GET", "/v1/files?since=", "invalid_argument", 400},
      {"GET", "/v1/files?until=", "invalid_argument", 400},
      {"GET", "/v1/files?code=", "invalid_argument", 400},
      {"GET", "/v1/files?since=yesterday", "invalid_argument", 400},
      {"GET", "/v1/files?status=open&since=2026-01-01T00:00:00Z", "invalid_argument", 400},
      {"GET", "/v1/files?cursor=abc", "invalid_argument", 400},
      {"GET", "/v1/files?prefix=" + string(1025, 'x'), "invalid_argument", 400},
      {"GET", "/v1/files/" + kNobody, "not_found", 404},
      {"GET", "/v1/files/short", "invalid_argument", 400},
      {"GET", "/v1/files/process", "method_not_allowed", 405},  // no id, whatever it looks like
      {"GET", "/v1/files/" + kNobody + "?wait=26", "invalid_argument", 400},
      {"GET", "/v1/files/" + kNobody + "/report", "not_found", 404},
      {"GET", "/v1/files/a%2", "bad_target", 400},
      {"GET", "/" + string(9000, 'x'), "target_too_long", 414},
      {"GET", "/v1/stats?window=1y", "invalid_argument", 400},
      {"GET", "/v1/stats?window=0h", "invalid_argument", 400},
      {"GET", "/v1/stats?window=31d", "invalid_argument", 400},
      {"GET", "/metrics", "no_such_path", 404},
      {"POST", "/v1/files/" + kNobody + "/release", "not_found", 404},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(client.code(c.method, c.target), c.code) << c.method << " " << c.target;
    EXPECT_EQ(client.status, c.status) << c.method << " " << c.target;
  }
}

TEST_F(Api, RefusesBodiesByTable) {
  struct Case {
    string body;
    const char* said;
  };
  const std::vector<Case> cases = {
      {"{", "no JSON"},
      {"[]", "JSON object"},
      {"{\"notes\":\"x\"}", "not known here"},
      {"{\"note\":7}", "string"},
      {"{\"note\":\"x\"} x", "no JSON"},
      {R"({"note":"x","note":"y"})", "member twice: \"note\""},
      {R"({"note":"x","n\u006fte":"x"})", "member twice: \"note\""},
      {R"({"note":{"a":[{"b":1,"c":2,"b":1}]}})", "member twice: \"b\""},
      {R"({"note":[{"b":1},{"b":2}]})", "string"},
      {string(100, '[') + string(100, ']'), "no JSON"},
      {"{\"note\":\"" + string(70000, 'x') + "\"}", "longer than"},
  };
  for (const Case& c : cases) {
    const auto answer = client.json("POST", "/v1/admin/pause", c.body);
    EXPECT_EQ(client.status, 400) << c.body.substr(0, 40);
    EXPECT_NE(string(answer.at("detail").as_string()).find(c.said), string::npos) << answer;
  }
}

// JSON knows one kind of number: 3.0 and 3e0 are the whole number 3.
TEST_F(Api, CountsAreWholeNumbersHoweverTheyAreWritten) {
  for (const char* good : {"3", "3.0", "3e0", "0.3e1", "1000"}) {
    client.json("POST", "/v1/admin/redrive", R"({"limit": )" + string(good) + "}");
    EXPECT_EQ(client.status, 200) << good;
  }
  for (const char* bad :
       {"3.5", "-1", "-1.0", "1e300", "98464243722222793916416", "9007199254740993.0", "\"3\"", "null"})
    EXPECT_EQ(client.code("POST", "/v1/admin/redrive", R"({"limit": )" + string(bad) + "}"), "invalid_argument") << bad;
}

TEST_F(Api, SaysWhichMethodsAPathHas) {
  const auto reply = client.ask("PUT", "/v1/health");
  EXPECT_EQ(std::get<api::Complete>(reply).headers.at(0), (std::pair<string, string>{"Allow", "GET"}));
}

TEST_F(Api, OverTcpOnlyLookingIsOpen) {
  const FileId id = arrive("bad.bin", bad_bytes());
  client.role = Role::kViewer;
  for (const char* path : {"/v1/health", "/v1/files", "/v1/stats"}) {
    client.get(path);
    EXPECT_EQ(client.status, 200) << path;
  }
  client.get("/v1/files/" + id.value());
  EXPECT_EQ(client.status, 200);
  const std::vector<std::pair<const char*, string>> closed = {{"GET", "/v1/queue"},
                                                              {"GET", "/v1/dead-letters"},
                                                              {"GET", "/v1/contracts"},
                                                              {"POST", "/v1/files/process"},
                                                              {"POST", "/v1/admin/sweep"},
                                                              {"POST", "/v1/admin/backfill"},
                                                              {"POST", "/v1/admin/audit"},
                                                              {"POST", "/v1/admin/redrive"},
                                                              {"POST", "/v1/admin/pause"},
                                                              {"POST", "/v1/admin/resume"},
                                                              {"POST", "/v1/contracts/lint"},
                                                              {"POST", "/v1/contracts/publish"},
                                                              {"POST", "/v1/files/" + id.value() + "/release"},
                                                              {"POST", "/v1/files/" + id.value() + "/reject"},
                                                              {"POST", "/v1/files/" + id.value() + "/rerun"},
                                                              {"DELETE", "/v1/files/" + id.value() + "/intent"}};
  for (const auto& [method, path] : closed) {
    EXPECT_EQ(client.code(method, path, "{\"note\":\"x\"}"), "not_open") << path;
    EXPECT_EQ(client.status, 403);
  }
  EXPECT_FALSE(gate.record(id)->review);
}

TEST_F(Api, ShowsAFileWithAllThatIsKnown) {
  const FileId id = arrive("orders/a.csv", "a,b\n1,2\n");
  const auto file = client.get("/v1/files/" + id.value());
  EXPECT_EQ(client.status, 200);
  EXPECT_EQ(file.at("status").as_string(), "valid");
  EXPECT_TRUE(file.at("final").as_bool());
  EXPECT_EQ(file.at("key").as_string(), "orders/a.csv");
  EXPECT_EQ(file.at("target").at("bucket").as_string(), "output");
  EXPECT_EQ(file.at("verdict").at("digests").at("sha256").as_string().size(), 64U);
  for (const char* secret : {"owner", "lease_until", "upload_id", "seal"})
    EXPECT_FALSE(file.as_object().contains(secret)) << secret;
}

TEST_F(Api, ListsNewestFirstByPageWithACheckedCursor) {
  std::vector<string> keys;
  for (int i = 0; i < 7; ++i) keys.push_back("k" + std::to_string(i));
  for (const string& key : keys) {
    arrive(key, "text");
    gate.clock.advance(Millis{1000});
  }
  std::vector<string> seen;
  string cursor;
  do {
    const auto page = client.get("/v1/files?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(client.status, 200);
    EXPECT_EQ(page.at("index").as_string(), "final");
    for (const auto& file : page.at("files").as_array()) seen.emplace_back(file.at("key").as_string());
    const auto* next = page.as_object().if_contains("next_cursor");
    cursor = next == nullptr ? string() : string(next->as_string());
    if (next != nullptr) {
      EXPECT_EQ(client.code("GET", "/v1/files?limit=3&status=valid&cursor=" + cursor), "invalid_argument");
      string altered = cursor;
      altered.back() = altered.back() == 'A' ? 'B' : 'A';
      EXPECT_EQ(client.code("GET", "/v1/files?limit=3&cursor=" + altered), "invalid_argument");
    }
  } while (!cursor.empty());
  EXPECT_EQ(seen, std::vector<string>(keys.rbegin(), keys.rend()));
}

TEST_F(Api, FiltersByStatusPrefixAndTime) {
  arrive("a/good", "text");
  arrive("a/bad", bad_bytes());
  gate.clock.advance(std::chrono::hours{2});
  const string between = format_rfc3339(gate.clock.wall_now() - Millis{std::chrono::minutes{30}});
  arrive("b/bad", bad_bytes());
  const auto keys = [&](const string& query) {
    std::vector<string> found;
    const auto answer = client.get("/v1/files?" + query);
    EXPECT_EQ(client.status, 200) << query << answer;
    for (const auto& file : answer.at("files").as_array()) found.emplace_back(file.at("key").as_string());
    return found;
  };
  EXPECT_EQ(keys("status=valid"), std::vector<string>{"a/good"});
  EXPECT_EQ(keys("status=unverifiable"), (std::vector<string>{"b/bad", "a/bad"}));
  EXPECT_EQ(keys("prefix=a/"), (std::vector<string>{"a/bad", "a/good"}));
  EXPECT_EQ(keys("prefix=a/&status=valid"), std::vector<string>{"a/good"});
  EXPECT_EQ(keys("since=" + between), std::vector<string>{"b/bad"});
  EXPECT_EQ(keys("until=" + between), (std::vector<string>{"a/bad", "a/good"}));
  EXPECT_TRUE(keys("status=open").empty());
}

TEST_F(Api, WaitsOnlyWhileSomethingMayStillHappen) {
  const ObjectEvent event = gate.upload("late", "text");
  gate.announce(event);
  const FileId id = file_id(event.ref);
  FileRecord received;
  received.id = id;
  received.origin = received.source = event.ref;
  received.revision = 1;
  received.open = true;
  ASSERT_TRUE(gate.records.put(gate.context(), received, WriteGuard::if_absent()).ok());
  const string path = "/v1/files/" + id.value() + "?wait=20";
  const auto reply = client.ask("GET", path);
  ASSERT_TRUE(std::holds_alternative<api::WaitFor>(reply));
  EXPECT_EQ(std::get<api::WaitFor>(reply).id, id);
  EXPECT_EQ(std::get<api::WaitFor>(reply).at_most, Millis{20000});
  EXPECT_EQ(client.get(path).at("status").as_string(), "received") << "after the wait: what there is";
  EXPECT_EQ(client.get("/v1/files?status=received").at("files").as_array().size(), 1U);
  EXPECT_EQ(client.get("/v1/files?status=received").at("index").as_string(), "open");
  gate.run_until_idle();
  EXPECT_TRUE(std::holds_alternative<api::Complete>(client.ask("GET", path)));
}

TEST_F(Api, GivesTheReportOrTheVerdict) {
  const FileId id = arrive("bad.bin", bad_bytes());
  const auto report = client.get("/v1/files/" + id.value() + "/report");
  EXPECT_EQ(client.status, 200);
  EXPECT_EQ(report.at("verdict").as_string(), "unverifiable");
  EXPECT_EQ(report.at("findings").as_array().size(), 1U);
}

TEST_F(Api, AReleaseNeedsAReasonAndLandsInOutput) {
  const FileId id = arrive("bad.bin", bad_bytes());
  const string release = "/v1/files/" + id.value() + "/release";
  EXPECT_EQ(client.code("POST", release, "{}"), "invalid_argument");
  EXPECT_EQ(client.code("POST", release, "{\"note\":\"x\",\"if_revision\":1}"), "precondition_failed");
  EXPECT_EQ(client.status, 409);
  const auto accepted = client.json("POST", release, "{\"note\":\"the sender called\"}");
  EXPECT_EQ(client.status, 202);
  EXPECT_EQ(accepted.at("review").at("who").as_string(), "ann (uid 7)");
  EXPECT_EQ(client.code("POST", release, "{\"note\":\"again\"}"), "not_allowed_now");
  gate.run_until_idle();
  const auto file = client.get("/v1/files/" + id.value());
  EXPECT_EQ(file.at("status").as_string(), "released");
  EXPECT_EQ(file.at("target").at("bucket").as_string(), "output");
  EXPECT_EQ(client.code("POST", release, "{\"note\":\"x\"}"), "not_allowed_now");
}

TEST_F(Api, AnIntentCanBeTakenBackBeforeItIsClaimed) {
  const FileId id = arrive("bad.bin", bad_bytes());
  client.json("POST", "/v1/files/" + id.value() + "/reject", "{\"note\":\"no\"}");
  ASSERT_EQ(client.status, 202);
  client.json("DELETE", "/v1/files/" + id.value() + "/intent");
  EXPECT_EQ(client.status, 200);
  EXPECT_FALSE(gate.record(id)->review);
  EXPECT_EQ(client.code("DELETE", "/v1/files/" + id.value() + "/intent"), "precondition_failed");
}

TEST_F(Api, HealthFailsWithoutAContractSetAndComplainsOfABrokenOne) {
  const auto good = client.get("/v1/health");
  EXPECT_EQ(client.status, 200);
  EXPECT_EQ(good.at("status").as_string(), "ok");
  EXPECT_EQ(good.at("version").as_string(), "1.2.3");
  ASSERT_TRUE(gate.contract_source.publish(gate.context(), {"broken", {{"bad.yaml", "contract: ["}}}).ok());
  const auto worse = client.get("/v1/health");
  EXPECT_EQ(client.status, 200);
  EXPECT_EQ(worse.at("status").as_string(), "degraded");
  MemoryGate fresh;
  ASSERT_TRUE(fresh.contract_source.publish(fresh.context(), {"broken", {{"bad.yaml", "contract: ["}}}).ok());
  ApiClient other(fresh);
  EXPECT_EQ(other.get("/v1/health").at("status").as_string(), "failing");
  EXPECT_EQ(other.status, 503);
}

TEST_F(Api, PausesAndResumes) {
  EXPECT_TRUE(client.json("POST", "/v1/admin/pause", "{\"note\":\"disk swap\"}").at("paused").as_bool());
  EXPECT_TRUE(client.get("/v1/health").at("paused").as_bool());
  EXPECT_FALSE(client.json("POST", "/v1/admin/resume").at("paused").as_bool());
  EXPECT_FALSE(client.get("/v1/health").at("paused").as_bool());
}

TEST_F(Api, SweepsBackfillsAndAudits) {
  gate.upload("forgotten", "text");
  const auto dry = client.json("POST", "/v1/admin/backfill", "{\"prefix\":\"for\",\"dry_run\":true}");
  EXPECT_EQ(dry.at("taken").to_number<int>(), 1);
  EXPECT_EQ(client.json("POST", "/v1/admin/sweep").at("announced").to_number<int>(), 1);
  gate.run_until_idle();
  EXPECT_EQ(client.get("/v1/files?prefix=forgotten").at("files").as_array().size(), 1U);
  EXPECT_EQ(client.json("POST", "/v1/admin/audit", "{}").at("strays_total").to_number<int>(), 0);
  EXPECT_EQ(client.json("POST", "/v1/admin/redrive", "{\"limit\":5}").at("redriven").to_number<int>(), 0);
  EXPECT_EQ(client.code("POST", "/v1/admin/redrive", "{\"limit\":0}"), "invalid_argument");
}

TEST_F(Api, ProcessesByHand) {
  const ObjectEvent event = gate.upload("by/hand", "text");
  const auto answer = client.json("POST", "/v1/files/process", "{\"key\":\"by/hand\"}");
  EXPECT_EQ(client.status, 202);
  EXPECT_EQ(answer.at("id").as_string(), file_id(event.ref).value());
  gate.run_until_idle();
  EXPECT_EQ(gate.record(event)->status, FileStatus::kValid);
  EXPECT_EQ(client.code("POST", "/v1/files/process", "{\"key\":\"gone\"}"), "not_found");
  EXPECT_EQ(client.code("POST", "/v1/files/process", "{}"), "invalid_argument");
}

TEST_F(Api, CountsWhatHappened) {
  arrive("a", "text");
  arrive("b", bad_bytes());
  const auto stats = client.get("/v1/stats?window=7d");
  EXPECT_EQ(stats.at("files").at("valid").to_number<int>(), 1);
  EXPECT_EQ(stats.at("files").at("unverifiable").to_number<int>(), 1);
  EXPECT_EQ(stats.at("files").at("failed").to_number<int>(), 0);
  EXPECT_EQ(stats.at("bytes").to_number<int>(), 7);
  EXPECT_EQ(stats.at("invalid_ratio").to_number<double>(), 0);
}

TEST_F(Api, CountsByBucketsThatBeginWhereClocksAreRound) {
  struct Case {
    const char* target;
    int seconds;
    std::size_t least;
  };
  for (const Case& wanted :
       {Case{"/v1/stats", 3600, 25}, Case{"/v1/stats?window=1h&buckets=60", 60, 61},
        Case{"/v1/stats?window=90s&buckets=2", 60, 2}, Case{"/v1/stats?window=30d&buckets=500", 7200, 361},
        Case{"/v1/stats?window=49h&buckets=500", 3600, 50}, Case{"/v1/stats?window=30d&buckets=1", 86400, 31}}) {
    gate.clock.advance(Millis{61001});
    const auto stats = client.get(wanted.target);
    EXPECT_EQ(stats.at("bucket_seconds").to_number<int>(), wanted.seconds) << wanted.target;
    const auto& buckets = stats.at("buckets").as_array();
    EXPECT_GE(buckets.size() + 1, wanted.least) << wanted.target;
    EXPECT_LE(buckets.size(), wanted.least + 1) << wanted.target;
    EXPECT_EQ(buckets[0].at("begin"), stats.at("since"));
    EXPECT_TRUE(stats.at("arrival_to_verdict_ms").is_null());
    EXPECT_TRUE(stats.at("invalid_ratio").is_null()) << "of nothing there is no share";
  }
  arrive("a", "text");
  int found = 0;
  const auto fine = client.get("/v1/stats?window=2h&buckets=120");
  for (const auto& bucket : fine.at("buckets").as_array()) {
    if (bucket.at("bytes").to_number<int>() == 0) continue;
    ++found;
    EXPECT_EQ(bucket.at("files").at("valid").to_number<int>(), 1);
    EXPECT_TRUE(bucket.at("arrival_to_verdict_ms").at("p99").is_number());
  }
  EXPECT_EQ(found, 1);
  EXPECT_EQ(client.code("GET", "/v1/stats?buckets=501"), "invalid_argument");
}

TEST_F(Api, RefusesABrokenContractSetAndKeepsTheOld) {
  const string broken = R"({"files":[{"path":"bad.yaml","text":"contract: ["}]})";
  EXPECT_FALSE(client.json("POST", "/v1/contracts/lint", broken).at("sound").as_bool());
  EXPECT_EQ(client.status, 200);
  const auto answer = client.json("POST", "/v1/contracts/publish", broken);
  EXPECT_EQ(client.status, 422);
  EXPECT_FALSE(answer.at("messages").as_array().empty());
  EXPECT_EQ(gate.contract_source.current_digest(gate.context()).value(), "empty");
  for (const char* nothing : {R"({"files":[]})", R"({"files":[{"path":"t.json","text":"{}"}]})"}) {
    EXPECT_TRUE(client.json("POST", "/v1/contracts/lint", nothing).at("sound").as_bool());
    client.json("POST", "/v1/contracts/publish", nothing);
    EXPECT_EQ(client.status, 422) << nothing;
    EXPECT_EQ(gate.contract_source.current_digest(gate.context()).value(), "empty");
  }
  client.json("POST", "/v1/contracts/publish", R"({"files":[{"path":"set.yaml","text":"unmatched: builtin"}]})");
  EXPECT_EQ(client.status, 200);
  EXPECT_NE(gate.contract_source.current_digest(gate.context()).value(), "empty");
  EXPECT_EQ(client.code("POST", "/v1/contracts/publish", R"({"files":[{"path":"x"}]})"), "invalid_argument");
}

TEST_F(Api, KeysThatAreNoUtf8StayFindable) {
  const FileId id = arrive("k\xff", "text");
  const auto file = client.get("/v1/files/" + id.value());
  EXPECT_EQ(file.at("key").as_string(), "k\\xFF");
  EXPECT_EQ(file.at("key_hex").as_string(), "6bff");
  EXPECT_EQ(client.get("/v1/files?prefix=k%FF").at("files").as_array().size(), 1U);
}

}  // namespace
}  // namespace scalper
