// Files sent to the server in one request: checked while they arrive, refused before or in the middle of them.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "digest/sha256.h"
#include "model/file_id.h"
#include "support/raw_http.h"
#include "support/served_gate.h"

namespace scalper::server {
namespace {

using std::string;
using namespace std::chrono_literals;

string status_of(const string& answer) { return answer.size() < 12 ? "closed" : answer.substr(9, 3); }
string body_of(const string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }
string code_of(const string& answer) {
  return string(boost::json::parse(body_of(answer)).at("code").as_string().c_str());
}

string head_of(const string& key, const string& more) {
  return "PUT /v1/files/" + key + " HTTP/1.1\r\nHost: gate\r\n" + more + "\r\n";
}
string put(const string& key, const string& bytes, const string& more = {}) {
  return head_of(key, "Content-Length: " + std::to_string(bytes.size()) + "\r\n" + more) + bytes;
}

// Chunked, in pieces of a size that nothing is aligned to.
string chunked(const string& bytes) {
  string out;
  for (std::size_t at = 0; at < bytes.size(); at += 7001) {
    const string piece = bytes.substr(at, 7001);
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    out += size + piece + "\r\n";
  }
  return out + "0\r\n\r\n";
}

string json_of(std::size_t numbers) {
  string text = "[0";
  for (std::size_t i = 1; i < numbers; ++i) text += "," + std::to_string(i);
  return text + "]";
}

struct Sending : ServedGate {
  using ServedGate::ServedGate;
  [[nodiscard]] string send(const string& bytes) const {
    RawConnection connection(path);
    connection.send(bytes);
    return connection.answer();
  }
  [[nodiscard]] bool has_nothing() {
    return memory.versions(memory.settings.input).empty() && memory.versions(memory.settings.output).empty() &&
           memory.versions(memory.settings.quarantine).empty();
  }
};

TEST(Upload, IsJudgedWhenItsAnswerComes) {
  Sending served;
  const string good = json_of(100000);  // many pieces
  const string answer = served.send(put("in/a.json", good));
  EXPECT_EQ(status_of(answer), "201");
  const auto record = boost::json::parse(body_of(answer));
  EXPECT_EQ(record.at("status").as_string(), "valid");
  EXPECT_EQ(record.at("verdict").at("digests").at("sha256").as_string(), to_hex(sha256(as_bytes(good))));
  EXPECT_NE(answer.find("Location: /v1/files/" + string(record.at("id").as_string())), string::npos);
  EXPECT_EQ(served.memory.bytes(served.memory.settings.output, "in/a.json"), good);
  const string bad = served.send(put("in/b.json", "{\"a\": 1,}"));
  EXPECT_EQ(status_of(bad), "201");
  EXPECT_EQ(boost::json::parse(body_of(bad)).at("status").as_string(), "invalid");
  EXPECT_TRUE(served.memory.versions(served.memory.settings.input).empty());
}

TEST(Upload, TakesChunksAndKeepsTheConnection) {
  Sending served;
  RawConnection connection(served.path);
  const string text = json_of(50000);
  for (int i = 0; i < 3; ++i) {
    connection.send(head_of("c/" + std::to_string(i) + ".json", "Transfer-Encoding: chunked\r\n") + chunked(text));
    EXPECT_EQ(status_of(connection.answer()), "201");
  }
  EXPECT_EQ(served.memory.bytes(served.memory.settings.output, "c/2.json"), text);
}

TEST(Upload, DecodesKeys) {
  Sending served;
  EXPECT_EQ(status_of(served.send(put("d%2Fe%20f/g%C3%A4.json", "1"))), "201");
  EXPECT_TRUE(served.memory.bytes(served.memory.settings.output, "d/e f/g\xC3\xA4.json"));
}

// Before a byte of the body: nobody sends it in vain.
TEST(Upload, IsRefusedBeforeItsBody) {
  Sending served;
  const string expect = "Content-Length: 10\r\nExpect: 100-continue\r\n";
  const auto answer_to = [&](const string& head) {
    RawConnection connection(served.path);
    connection.send(head);
    return connection.rest();
  };
  const std::vector<std::pair<string, string>> cases = {
      {head_of("..%2F..%2Fetc%2Fpasswd", expect), "invalid_argument"},
      {head_of("a/%2e%2e/b", expect), "invalid_argument"},
      {head_of("a%2F%2Fb", expect), "invalid_argument"},
      {head_of("a%00b", expect), "invalid_argument"},
      {head_of("a%FFb", expect), "invalid_argument"},
      {head_of(string(1025, 'k'), expect), "invalid_argument"},
      {head_of("a", expect + "Content-Encoding: gzip\r\n"), "encoded_body"},
      {head_of("a", expect + "Content-Range: bytes 0-9/20\r\n"), "content_range"},
      {head_of("a", expect + "If-Match: \"1\"\r\n"), "bad_condition"},
      {head_of("a", expect + "Content-Digest: sha-512=:AAAA:\r\n"), "invalid_argument"},
      {head_of("a", expect + "Content-Digest: sha-256=:AAAA:\r\n"), "invalid_argument"},
      {head_of("a", expect + "Upload-Length: 11\r\n"), "invalid_argument"},
      {head_of("a", "Content-Length: 99999999999999\r\nExpect: 100-continue\r\n"), "body_too_large"},
  };
  for (const auto& [head, code] : cases) {
    const string answer = answer_to(head);
    EXPECT_EQ(code_of(answer), code) << head;
    EXPECT_NE(answer.find("Connection: close"), string::npos) << head;
  }
  EXPECT_TRUE(served.has_nothing());
}

TEST(Upload, IsAskedForOnceItIsWelcome) {
  Sending served;
  RawConnection connection(served.path);
  connection.send(head_of("a.json", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(connection.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  connection.send("[]");
  EXPECT_EQ(status_of(connection.answer()), "201");
}

TEST(Upload, IsOnlyForThoseWhoMaySend) {
  Sending served;
  RawConnection connection(served.server->port());
  connection.send("PUT /v1/files/a HTTP/1.1\r\n" + served.host() + ServedGate::bearer(served.token(Role::kViewer)) +
                  "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_of(connection.rest()), "403");
  EXPECT_TRUE(served.has_nothing());
}

// What its sender said of it does not hold: nothing is accepted.
TEST(Upload, ThatIsNotWhatWasStatedLeavesNothing) {
  Sending served;
  const string right = "Content-Digest: sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:\r\n";  // of "[]"
  EXPECT_EQ(status_of(served.send(put("right.json", "[]", right))), "201");
  EXPECT_EQ(code_of(served.send(put("wrong.json", "{}", right))), "digest_mismatch");
  EXPECT_EQ(code_of(served.send(head_of("long.json", "Transfer-Encoding: chunked\r\nUpload-Length: 1\r\n") +
                                "2\r\n[]\r\n0\r\n\r\n")),
            "size_mismatch");
  EXPECT_EQ(code_of(served.send(head_of("short.json", "Transfer-Encoding: chunked\r\nUpload-Length: 3\r\n") +
                                "2\r\n[]\r\n0\r\n\r\n")),
            "size_mismatch");
  EXPECT_EQ(status_of(served.send(head_of("chunk.json", "Transfer-Encoding: chunked\r\n") + "zz\r\n[]\r\n0\r\n\r\n")),
            "400");
  {
    RawConnection gone(served.path);
    gone.send(head_of("gone.json", "Content-Length: 1000\r\n") + "[1,2");
  }
  EXPECT_EQ(status_of(served.send(put("last.json", "[]"))), "201");
  EXPECT_EQ(served.memory.versions(served.memory.settings.output).size(), 2U);
  EXPECT_TRUE(served.memory.versions(served.memory.settings.input).empty());
}

TEST(Upload, MayDemandToBeTheFirst) {
  Sending served;
  const string first = "If-None-Match: *\r\n";
  EXPECT_EQ(status_of(served.send(put("one.json", "[]", first))), "201");
  EXPECT_EQ(code_of(served.send(put("one.json", "[1]", first))), "exists");
  EXPECT_EQ(served.memory.bytes(served.memory.settings.output, "one.json"), "[]");
}

// Nothing was there when its bytes began to come, and another was published before they were all there.
TEST(Upload, IsNotTheFirstWhereAnotherCameWhileItsBytesDid) {
  Sending served;
  RawConnection slow(served.path);
  slow.send(head_of("one.json", "If-None-Match: *\r\nContent-Length: 3\r\nExpect: 100-continue\r\n"));
  ASSERT_EQ(status_of(slow.answer()), "100");
  EXPECT_EQ(status_of(served.send(put("one.json", "[]", "If-None-Match: *\r\n"))), "201");
  slow.send("[1]");
  EXPECT_EQ(code_of(slow.answer()), "exists");
  EXPECT_EQ(served.memory.versions(served.memory.settings.output).size(), 1U);
  EXPECT_EQ(served.memory.bytes(served.memory.settings.output, "one.json"), "[]");
  EXPECT_TRUE(served.memory.versions(served.memory.settings.input).empty());
}

// A pause stops claiming, never accepting; a file that waits for its checksum file is accepted as well.
TEST(Upload, IsAcceptedThoughItCannotBeJudgedNow) {
  Sending served;
  const CallContext context;
  ASSERT_TRUE(served.memory.pause.set(served.gate, context, true, "ann", "").ok());
  const string answer = served.send(put("later.json", "[]"));
  EXPECT_EQ(status_of(answer), "202");
  EXPECT_EQ(boost::json::parse(body_of(answer)).at("status").as_string(), "received");
  ASSERT_TRUE(served.memory.pause.set(served.gate, context, false, "ann", "").ok());
  served.memory.run_until_idle();
  EXPECT_TRUE(served.memory.bytes(served.memory.settings.output, "later.json"));
}

TEST(UploadThreads, ThatIsSlowIsEndedAndKeepsNobodyWaiting) {
  ServerLimits limits;
  limits.stream_start = 300ms;
  limits.stream_pause = 300ms;
  Sending served(limits);
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 10; ++i) {
    slow.push_back(std::make_unique<RawConnection>(served.path));
    slow.back()->send(head_of("slow/" + std::to_string(i), "Content-Length: 1000\r\n") + "[");
  }
  EXPECT_EQ(status_of(served.once(served.get("/v1/health"))), "200");
  EXPECT_EQ(status_of(served.send(put("quick.json", "[]"))), "201");
  for (const auto& connection : slow) EXPECT_EQ(status_of(connection->rest()), "408");
  EXPECT_EQ(served.memory.versions(served.memory.settings.output).size(), 1U);
  EXPECT_TRUE(served.memory.versions(served.memory.settings.input).empty());
}

TEST(UploadThreads, AreSoManyAtOnceAndNoMore) {
  ServerLimits limits;
  limits.streams = 4;  // two of one caller
  Sending served(limits);
  std::vector<std::unique_ptr<RawConnection>> open;
  for (int i = 0; i < 2; ++i) {
    open.push_back(std::make_unique<RawConnection>(served.path));
    open.back()->send(head_of("open/" + std::to_string(i) + ".json", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(status_of(open.back()->answer()), "100");
  }
  EXPECT_EQ(code_of(served.send(put("more.json", "[]"))), "too_many_uploads");
  for (const auto& connection : open) {
    connection->send("[]");
    EXPECT_EQ(status_of(connection->answer()), "201");
  }
  EXPECT_EQ(status_of(served.send(put("more.json", "[]"))), "201");
}

TEST(UploadThreads, EndsWithTheServer) {
  RawConnection* connection = nullptr;
  {
    Sending served;
    connection = new RawConnection(served.path);
    connection->send(head_of("a.json", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
    EXPECT_EQ(status_of(connection->answer()), "100");
  }
  EXPECT_EQ(status_of(connection->rest()), "503");
  delete connection;
}

}  // namespace
}  // namespace scalper::server
