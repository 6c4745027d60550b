#include "api/audit_trail.h"

#include <gtest/gtest.h>

#include <set>

#include "adapters/memory/memory_tokens.h"
#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

// A trail that fails from the n-th entry on.
class FailingLog final : public AuditLog {
 public:
  Result<void> append(const CallContext& /*context*/, const AuditEntry& entry) override {
    if (left == 0) return Error(ErrorCode::kNoSpace, "the disk is full");
    --left;
    entries.push_back(entry);
    return {};
  }
  Result<AuditPage> list(const CallContext& /*context*/, std::size_t /*limit*/, const string& /*cursor*/) override {
    return AuditPage{};
  }
  int left = 0;
  std::vector<AuditEntry> entries;
};

struct AuditTrail : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  // "action subject outcome" of all entries, oldest first.
  std::vector<string> trail() {
    std::vector<string> lines;
    string cursor;
    do {
      const auto page = client.get("/v1/audit?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor));
      EXPECT_EQ(client.status, 200) << page;
      for (const auto& entry : page.at("entries").as_array()) {
        string line(entry.at("action").as_string());
        for (const char* part : {"subject", "outcome"})
          if (const auto& text = entry.at(part).as_string(); !text.empty()) line += " " + string(text);
        lines.insert(lines.begin(), line);
      }
      const auto* next = page.as_object().if_contains("next_cursor");
      cursor = next == nullptr ? string() : string(next->as_string());
    } while (!cursor.empty());
    return lines;
  }
};

TEST_F(AuditTrail, SaysWhoDidWhatAndWhy) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  client.json("POST", "/v1/files/" + id.value() + "/release", R"({"note":"the sender called"})");
  ASSERT_EQ(client.status, 202);
  const auto page = client.get("/v1/audit");
  const auto& entries = page.at("entries").as_array();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].at("outcome").as_string(), "done");
  const auto& begun = entries[1];
  EXPECT_EQ(begun.at("outcome").as_string(), "begun");
  EXPECT_EQ(begun.at("action").as_string(), "file.release");
  EXPECT_EQ(begun.at("caller").as_string(), "ann (uid 7)");
  EXPECT_EQ(begun.at("subject").as_string(), id.value());
  EXPECT_EQ(begun.at("note").as_string(), "the sender called");
  EXPECT_EQ(begun.at("at").as_string(), format_rfc3339(gate.clock.wall_now()));
}

// Whatever changes something stands in the trail: a route that forgets it fails here.
TEST_F(AuditTrail, HasEverythingThatOperatorsChange) {
  const string id = arrive(gate, "bad.bin", bad_bytes()).value();
  gate.upload("by/hand", "text");
  const string set = R"({"files":[{"path":"set.yaml","text":"unmatched: builtin"}]})";
  const std::vector<std::tuple<string, string, string>> deeds = {
      {"POST", "/v1/files/" + id + "/rerun", ""},
      {"DELETE", "/v1/files/" + id + "/intent", ""},
      {"POST", "/v1/files/" + id + "/reject", R"({"note":"no"})"},
      {"DELETE", "/v1/files/" + id + "/intent", ""},
      {"POST", "/v1/review", R"({"ids":[")" + id + R"("],"action":"release","note":"yes"})"},
      {"POST", "/v1/files/process", R"({"key":"by/hand"})"},
      {"POST", "/v1/admin/sweep", ""},
      {"POST", "/v1/admin/backfill", R"({"prefix":"by/"})"},
      {"POST", "/v1/admin/audit", R"({"rebuild":true})"},
      {"POST", "/v1/admin/redrive", ""},
      {"POST", "/v1/admin/pause", R"({"note":"disk swap"})"},
      {"POST", "/v1/admin/resume", ""},
      {"POST", "/v1/contracts/publish", set},
      {"POST", "/v1/admin/tokens", R"({"role":"viewer","name":"page"})"},
  };
  MemoryTokens tokens(gate.clock);
  client.service().tokens = &tokens;
  std::size_t entries = 0;
  for (const auto& [method, path, body] : deeds) {
    client.json(method, path, body);
    ASSERT_LT(client.status, 300) << method << " " << path;
    const auto lines = trail();
    EXPECT_EQ(lines.size(), entries + 2) << method << " " << path;
    entries = lines.size();
  }
  std::set<string> actions;
  for (const string& line : trail()) actions.insert(line.substr(0, line.find(' ')));
  EXPECT_EQ(actions, (std::set<string>{"contracts.publish", "file.process", "file.reject", "file.release", "file.rerun",
                                       "file.withdraw", "gate.backfill", "gate.pause", "gate.rebuild", "gate.resume",
                                       "gate.sweep", "queue.redrive", "token.add"}));
  const string hash = tokens.list({})->front().hash;
  client.json("DELETE", "/v1/admin/tokens/" + hash);
  EXPECT_EQ(trail().back(), "token.revoke " + hash.substr(0, kTokenIdLength) + " done") << "and not the whole hash";
}

TEST_F(AuditTrail, HasNothingOfWhatOnlyLooksOrWasRefusedAtOnce) {
  const string id = arrive(gate, "bad.bin", bad_bytes()).value();
  client.get("/v1/files/" + id);
  client.json("POST", "/v1/files/" + id + "/release", "{}");
  EXPECT_EQ(client.status, 400);
  client.json("POST", "/v1/admin/backfill", R"({"prefix":"x","dry_run":true})");
  client.json("POST", "/v1/admin/audit", "{}");
  client.json("POST", "/v1/contracts/lint", R"({"files":[]})");
  client.json("POST", "/v1/review", R"({"ids":[")" + id + R"("],"action":"rerun","dry_run":true})");
  EXPECT_TRUE(trail().empty());
}

TEST_F(AuditTrail, WhatIsRefusedAfterItWasBegunIsSaidToBe) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  EXPECT_EQ(client.code("DELETE", "/v1/files/" + id.value() + "/intent"), "precondition_failed");
  const auto entries = client.get("/v1/audit").at("entries").as_array();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].at("outcome").as_string(), "refused");
  EXPECT_EQ(entries[0].at("reason").as_string(), "precondition_failed");
}

TEST_F(AuditTrail, WhatCannotBeWrittenDownIsNotDone) {
  const FileId id = arrive(gate, "bad.bin", bad_bytes());
  FailingLog log;
  client.service().audit_log = &log;
  EXPECT_EQ(client.code("POST", "/v1/admin/pause", "{}"), "no_space");
  EXPECT_EQ(client.status, 507);
  EXPECT_FALSE(client.get("/v1/health").at("paused").as_bool());
  EXPECT_EQ(client.code("POST", "/v1/files/" + id.value() + "/reject", R"({"note":"no"})"), "no_space");
  EXPECT_FALSE(gate.record(id)->review);
  client.service().audit_log = nullptr;
  EXPECT_EQ(client.code("POST", "/v1/admin/pause", "{}"), "unsupported");
  EXPECT_FALSE(client.get("/v1/health").at("paused").as_bool());
}

TEST_F(AuditTrail, AnEndThatCannotBeWrittenUndoesNothingAndIsLogged) {
  FailingLog log;
  log.left = 1;
  client.service().audit_log = &log;
  client.json("POST", "/v1/admin/pause", "{}");
  EXPECT_EQ(client.status, 200) << "it is done, and the trail says that it was begun";
  EXPECT_TRUE(client.get("/v1/health").at("paused").as_bool());
  ASSERT_EQ(log.entries.size(), 1U);
  EXPECT_EQ(log.entries[0].outcome, "begun");
  const auto logged = gate.telemetry.events();
  EXPECT_TRUE(std::ranges::any_of(logged, [](const auto& event) { return event.event == "audit_end_not_written"; }));
}

TEST_F(AuditTrail, IsForOperatorsAndChecksItsParameters) {
  EXPECT_EQ(client.code("GET", "/v1/audit?limit=101"), "invalid_argument");
  EXPECT_EQ(client.code("GET", "/v1/audit?cursor=x"), "invalid_argument");
  client.role = api::Role::kViewer;
  EXPECT_EQ(client.code("GET", "/v1/audit"), "not_open");
}

}  // namespace
}  // namespace scalper
