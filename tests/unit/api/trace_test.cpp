// The trace of a request, from the upload to the verdict: W3C Trace Context in, and out again wherever somebody looks.

#include <gtest/gtest.h>

#include "base/trace_context.h"
#include "model/file_id.h"
#include "model/notice_event.h"
#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

const string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const string kSpan = "00f067aa0ba902b7";
const string kGood = "00-" + kTrace + "-" + kSpan + "-01";
const string kReview = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

struct Trace : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  // The answer's own place in the trace.
  TraceContext answered(const string& target, const string& header) {
    client.headers["traceparent"] = header;
    return traceresponse(client.ask("GET", target));
  }
  static TraceContext traceresponse(const api::Reply& reply) {
    std::vector<std::pair<string, string>> headers;
    std::visit(
        [&](const auto& answer) {
          if constexpr (requires { answer.headers; }) headers = answer.headers;
        },
        reply);
    for (const auto& [name, value] : headers)
      if (name == "traceresponse") return parse_traceparent(value).value_or(TraceContext{});
    return {};
  }
  FileRecord sent(const string& key, const string& header) {
    client.headers["traceparent"] = header;
    client.role = api::Role::kOperator;
    const auto told = client.json("PUT", "/v1/files/" + key, "text");
    return gate.record(FileId{string(told.at("id").as_string())}).value();
  }
  string noticed(const FileId& id) {
    for (const Notice& notice : gate.notices.told())
      if (notice.record.id == id) return notice_event(notice.id, "p", notice.record).text;
    return {};
  }
  static string trace_in(const LogEvent& line) {
    for (const auto& [name, value] : line.fields)
      if (name == "trace_id") return std::get<string>(value);
    return {};
  }
  // Of the last line of that event about the file.
  string logged(const string& event, const FileId& id) {
    string trace;
    for (const LogEvent& line : gate.telemetry.events())
      if (line.event == event && line.fields.front().second == LogValue(id.value())) trace = trace_in(line);
    return trace;
  }
};

TEST_F(Trace, IsGoneOnWithOrBegun) {
  const TraceContext ours = answered("/v1/health", kGood);
  EXPECT_EQ(ours.trace_id, kTrace);
  EXPECT_NE(ours.parent_id, kSpan) << "the request is a span of its own";
  EXPECT_TRUE(ours.sampled);
  EXPECT_EQ(answered("/v1/nothing", kGood).trace_id, kTrace) << "of a refusal too";
  std::set<string> begun;
  for (const string& bad : {string(), string("garbage"), kGood + "x", "ff" + kGood.substr(2),
                            "00-" + string(32, '0') + "-" + kSpan + "-01", kGood + "," + kGood}) {
    const TraceContext fresh = answered("/v1/health", bad);
    EXPECT_EQ(fresh.trace_id.size(), 32U) << bad;
    EXPECT_TRUE(begun.insert(fresh.trace_id).second) << "a new one each time";
    EXPECT_FALSE(fresh.sampled) << "nobody asked for it to be kept";
  }
  EXPECT_FALSE(begun.contains(kTrace));
}

TEST_F(Trace, IsToldWithEveryKindOfAnswer) {
  const FileId id = arrive(gate, "a.txt", "text");
  const string content = "/v1/files/" + id.value() + "/content";
  client.headers["traceparent"] = kGood;
  const auto streamed = client.ask("GET", content);
  EXPECT_TRUE(std::holds_alternative<api::Stream>(streamed));
  EXPECT_EQ(traceresponse(streamed).trace_id, kTrace);
  const auto followed = client.ask("GET", "/v1/events");
  EXPECT_TRUE(std::holds_alternative<api::Follow>(followed));
  EXPECT_EQ(traceresponse(followed).trace_id, kTrace);
  client.service().content_url = [](const CallContext&, const ObjectRef&, const string&) {
    return Result<string>("https://store.example/");
  };
  const auto elsewhere = client.ask("GET", content);
  EXPECT_TRUE(std::holds_alternative<api::Redirect>(elsewhere));
  EXPECT_EQ(traceresponse(elsewhere).trace_id, kTrace);
}

TEST_F(Trace, GoesWithAnUploadToItsVerdict) {
  const FileRecord record = sent("a.txt", kGood);
  EXPECT_EQ(trace_id_of(record.traceparent), kTrace);
  EXPECT_EQ(logged("file_final", record.id), kTrace);
  const auto event = boost::json::parse(noticed(record.id));
  EXPECT_EQ(event.at("traceparent").as_string(), record.traceparent) << "CloudEvents, Distributed Tracing";
  EXPECT_EQ(event.at("data").at("traceparent").as_string(), record.traceparent);
  const FileRecord other = sent("b.txt", "nonsense\r\n");
  EXPECT_TRUE(parse_traceparent(other.traceparent)) << "ignored, and a new one begun";
  EXPECT_NE(trace_id_of(other.traceparent), kTrace);
  EXPECT_EQ(logged("file_final", other.id), string(trace_id_of(other.traceparent)));
}

TEST_F(Trace, GoesWithAFileThatIsProcessedByHand) {
  const ObjectEvent event = gate.upload("hand.txt", "text");  // nobody announced it
  client.headers["traceparent"] = kGood;
  client.json("POST", "/v1/files/process", R"({"key": "hand.txt"})");
  EXPECT_EQ(client.status, 202);
  gate.run_until_idle();
  EXPECT_EQ(trace_id_of(gate.record(event)->traceparent), kTrace);
}

TEST_F(Trace, OfAReviewIsThatOfWhoReviewed) {
  client.headers["traceparent"] = kGood;
  const FileId id = arrive(gate, "bad.txt", bad_bytes());
  EXPECT_EQ(gate.record(id)->traceparent, "") << "no request sent it";
  client.headers["traceparent"] = kReview;
  client.json("POST", "/v1/files/" + id.value() + "/release", R"({"note": "known"})");
  ASSERT_EQ(client.status, 202);
  gate.run_until_idle();
  EXPECT_EQ(gate.record(id)->status, FileStatus::kReleased);
  EXPECT_EQ(logged("file_final", id), kReview.substr(3, 32));
}

TEST_F(Trace, OfASenderComesWithTheFilesMetadata) {
  const auto arrive_with = [&](const string& key, const string& said) {
    const ObjectEvent event = gate.upload(key, "text", {{"traceparent", said}});
    gate.announce(event);
    gate.run_until_idle();
    return gate.record(event)->traceparent;
  };
  EXPECT_EQ(arrive_with("a", kGood), kGood);
  EXPECT_EQ(arrive_with("b", "00-" + kTrace + "-short-01"), "") << "what is no traceparent is not kept";
}

TEST_F(Trace, StandsInTheLineOfEachRequest) {
  std::vector<LogEvent> lines;
  client.service().on_request = [&](const api::RequestSeen& seen) { lines.push_back(api::log_event_of(seen)); };
  client.headers["traceparent"] = kGood;
  client.ask("GET", "/v1/health");
  client.headers.erase("traceparent");
  client.ask("GET", "/v1/health");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(trace_in(lines[0]), kTrace);
  EXPECT_EQ(trace_in(lines[1]).size(), 32U);
  EXPECT_NE(trace_in(lines[1]), kTrace);
}

}  // namespace
}  // namespace scalper
