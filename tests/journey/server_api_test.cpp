// What only shows on the wire: conditional answers, exports, ranges and repeated requests through the real server.

#include <gtest/gtest.h>

#include "api/handle.h"
#include "model/file_id.h"
#include "support/raw_http.h"
#include "support/served_gate.h"

namespace scalper::server {
namespace {

using std::string;

string status_of(const string& answer) { return answer.size() < 12 ? "closed" : answer.substr(9, 3); }
string body_of(const string& answer) { return answer.substr(std::min(answer.size(), answer.find("\r\n\r\n") + 4)); }

string header_of(const string& answer, const string& name) {
  const std::size_t at = answer.find("\r\n" + name + ": ");
  if (at == string::npos || at > answer.find("\r\n\r\n")) return {};
  const std::size_t begin = at + name.size() + 4;
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

struct ServedApi : testing::Test {
  ServedGate served;

  FileId arrive(const string& key, const string& bytes) {
    const ObjectEvent event = served.memory.upload(key, bytes);
    served.memory.announce(event);
    served.memory.run_until_idle();
    return file_id(event.ref);
  }
  string as_operator(const string& head, const string& body = {}) const {
    RawConnection connection(served.path);
    connection.send(head + "Host: gate\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return connection.answer();
  }
};

TEST_F(ServedApi, AnUnchangedFileIsAnsweredWithoutABodyAndTheConnectionGoesOn) {
  const FileId id = arrive("a.txt", "text");
  RawConnection connection(served.server->port());
  connection.send(served.get("/v1/files/" + id.value()));
  const string etag = header_of(connection.answer(), "ETag");
  ASSERT_FALSE(etag.empty());
  // Behind it another request: bytes of a body would be taken for the next answer.
  connection.send(served.get("/v1/files/" + id.value(), "If-None-Match: " + etag + "\r\n") +
                  served.get("/v1/health", "Connection: close\r\n"));
  const string both = connection.rest();
  ASSERT_EQ(status_of(both), "304");
  const string first = both.substr(0, both.find("\r\n\r\n") + 4);
  EXPECT_EQ(header_of(first, "ETag"), etag);
  EXPECT_EQ(header_of(first, "Content-Length"), "");
  EXPECT_EQ(header_of(first, "Content-Type"), "");
  EXPECT_EQ(status_of(both.substr(first.size())), "200");
}

TEST_F(ServedApi, AnExportEndsWithItsLastLine) {
  for (int i = 0; i < 300; ++i) arrive("k" + std::to_string(i), "text");
  RawConnection connection(served.server->port());
  connection.send(served.get("/v1/files?format=csv", "Connection: close\r\n"));
  const string answer = connection.rest();
  EXPECT_EQ(status_of(answer), "200");
  EXPECT_EQ(header_of(answer, "Transfer-Encoding"), "chunked");
  EXPECT_NE(answer.find("\r\n#end,"), string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n0\r\n\r\n")) << "whole";
  std::size_t rows = 0;
  for (std::size_t at = answer.find(",valid,"); at != string::npos; at = answer.find(",valid,", at + 1)) ++rows;
  EXPECT_EQ(rows, 300U);
}

TEST_F(ServedApi, BytesAreDownloadsWhollyOrInPart) {
  const FileId id = arrive("a/page.txt", "<script>alert(1)</script>");
  const string path = "/v1/files/" + id.value() + "/content";
  const string whole = served.once(served.get(path));
  EXPECT_EQ(status_of(whole), "200");
  EXPECT_EQ(body_of(whole), "<script>alert(1)</script>");
  EXPECT_EQ(header_of(whole, "Content-Type"), "application/octet-stream");
  EXPECT_EQ(header_of(whole, "Content-Disposition"), R"(attachment; filename="page.txt")");
  EXPECT_EQ(header_of(whole, "Content-Security-Policy"), "sandbox; default-src 'none'");
  EXPECT_EQ(header_of(whole, "Cache-Control"), "no-store");
  EXPECT_EQ(header_of(whole, "X-Content-Type-Options"), "nosniff");
  const string part = served.once(served.get(path, "Range: bytes=1-6\r\n"));
  EXPECT_EQ(status_of(part), "206");
  EXPECT_EQ(body_of(part), "script");
  EXPECT_EQ(header_of(part, "Content-Range"), "bytes 1-6/25");
  EXPECT_EQ(header_of(part, "Content-Length"), "6");
  EXPECT_EQ(status_of(served.once(served.get(path, "Range: bytes=25-\r\n"))), "416");
  const FileId bad = arrive("bad.bin", string("\x00\xff\xfe", 3));
  const string viewer = ServedGate::bearer(served.token(Role::kViewer));
  EXPECT_EQ(status_of(served.once(served.get("/v1/files/" + bad.value() + "/content", viewer))), "403");
  EXPECT_EQ(body_of(as_operator("GET /v1/files/" + bad.value() + "/content HTTP/1.1\r\n")), string("\x00\xff\xfe", 3));
}

TEST_F(ServedApi, ARepeatedRequestIsDoneOnceAndOfTwoOperatorsOneWins) {
  const FileId id = arrive("bad.bin", string("\x00\xff\xfe", 3));
  const string etag = header_of(served.once(served.get("/v1/files/" + id.value())), "ETag");
  const string release = "POST /v1/files/" + id.value() + "/release HTTP/1.1\r\n";
  const string key = "Idempotency-Key: \"k1\"\r\nIf-Match: " + etag + "\r\n";
  const string first = as_operator(release + key, R"({"note":"agreed"})");
  EXPECT_EQ(status_of(first), "202");
  const string again = as_operator(release + key, R"({"note":"agreed"})");
  EXPECT_EQ(status_of(again), "202");
  EXPECT_EQ(header_of(again, "Idempotency-Replayed"), "true");
  EXPECT_EQ(body_of(again), body_of(first));
  const string late = as_operator("POST /v1/files/" + id.value() + "/reject HTTP/1.1\r\nIf-Match: " + etag + "\r\n",
                                  R"({"note":"no"})");
  EXPECT_EQ(status_of(late), "412");
  EXPECT_NE(late.find("changed_meanwhile"), string::npos);
  const string trail = as_operator("GET /v1/audit HTTP/1.1\r\n");
  std::size_t released = 0;
  for (std::size_t at = trail.find("file.release"); at != string::npos; at = trail.find("file.release", at + 1))
    ++released;
  EXPECT_EQ(released, 2U) << "begun and done, once: " << trail;
  EXPECT_NE(trail.find("(uid "), string::npos) << "who: the user at the socket";
}

}  // namespace
}  // namespace scalper::server
