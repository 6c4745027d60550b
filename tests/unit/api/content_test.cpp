#include "api/content.h"

#include <gtest/gtest.h>

#include "support/api_client.h"

namespace scalper {
namespace {

using api::RangeAnswer;
using std::string;

TEST(Attachment, NoNameEndsTheFieldOrNamesAFolder) {
  struct Case {
    string key;
    string field;
  };
  const std::vector<Case> cases = {
      {"orders/a.csv", R"(attachment; filename="a.csv")"},
      {"a b.csv", R"(attachment; filename="a_b.csv"; filename*=UTF-8''a%20b.csv)"},
      {"x/caf\u00e9.txt", R"(attachment; filename="caf_.txt"; filename*=UTF-8''caf%C3%A9.txt)"},
      {"a\"; evil=\"1.txt", R"(attachment; filename="a___evil__1.txt"; filename*=UTF-8''a%22%3B%20evil%3D%221.txt)"},
      {"a\r\nSet-Cookie: x", R"(attachment; filename="aSet-Cookie__x"; filename*=UTF-8''aSet-Cookie%3A%20x)"},
      {"..", R"(attachment; filename="file")"},
      {"a/", R"(attachment; filename="a")"},
      {"/", R"(attachment; filename="file")"},
      {"..\\..\\cmd.exe", R"(attachment; filename="....cmd.exe")"},
      {"k\xff", R"(attachment; filename="kxFF")"},
  };
  for (const Case& c : cases) EXPECT_EQ(api::attachment(c.key), c.field) << c.key;
  const string lengthy = api::attachment(string(1000, 'x') + "\u00e9");
  EXPECT_LE(lengthy.size(), 300U);
}

TEST(Range, ReadsOneRangeAndPassesOverWhatIsNone) {
  using Kind = RangeAnswer::Kind;
  struct Case {
    string header;
    Kind kind;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
  };
  const std::vector<Case> cases = {
      {"bytes=0-0", Kind::kPart, 0, 0},
      {"bytes=0-", Kind::kPart, 0, 99},
      {"bytes=10-19", Kind::kPart, 10, 19},
      {"bytes=90-1000", Kind::kPart, 90, 99},
      {"bytes=-1", Kind::kPart, 99, 99},
      {"bytes=-1000", Kind::kPart, 0, 99},
      {"bytes=0-99999999999999999999999", Kind::kPart, 0, 99},
      {"bytes=100-", Kind::kUnsatisfiable},
      {"bytes=99999999999999999999999-", Kind::kUnsatisfiable},
      {"bytes=-0", Kind::kUnsatisfiable},
      {"", Kind::kWhole},
      {"bytes=", Kind::kWhole},
      {"bytes=-", Kind::kWhole},
      {"bytes=5", Kind::kWhole},
      {"bytes=5-4", Kind::kWhole},
      {"bytes=0-1,3-4", Kind::kWhole},
      {"bytes=+1-2", Kind::kWhole},
      {"bytes= 1-2", Kind::kWhole},
      {"bytes=1-2x", Kind::kWhole},
      {"bytes=--1", Kind::kWhole},
      {"lines=1-2", Kind::kWhole},
  };
  for (const Case& c : cases) {
    const RangeAnswer answer = api::range_of(c.header, 100);
    EXPECT_EQ(answer.kind, c.kind) << c.header;
    EXPECT_EQ(answer.first, c.first) << c.header;
    EXPECT_EQ(answer.last, c.last) << c.header;
  }
  EXPECT_EQ(api::range_of("bytes=0-", 0).kind, Kind::kUnsatisfiable);
  EXPECT_EQ(api::range_of("bytes=-5", 0).kind, Kind::kUnsatisfiable);
}

struct Content : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};
  std::map<string, string> headers;
  int status = 0;

  string take(const FileId& id) {
    auto reply = client.ask("GET", "/v1/files/" + id.value() + "/content");
    headers.clear();
    if (auto* complete = std::get_if<api::Complete>(&reply)) {
      status = complete->status;
      headers.insert(complete->headers.begin(), complete->headers.end());
      return complete->body;
    }
    if (auto* redirect = std::get_if<api::Redirect>(&reply)) {
      status = 302;
      return redirect->location;
    }
    auto& stream = std::get<api::Stream>(reply);
    status = stream.status;
    headers.insert(stream.headers.begin(), stream.headers.end());
    EXPECT_EQ(stream.content_type, "application/octet-stream");
    const auto bytes = drain({}, *stream.body);
    EXPECT_TRUE(bytes.ok());
    EXPECT_EQ(bytes->size(), stream.size);
    return *bytes;
  }
};

TEST_F(Content, ComesFromWhereTheBytesAre) {
  const FileId good = arrive(gate, "a/good.txt", "the text");
  const FileId bad = arrive(gate, "a/bad.html", bad_bytes());
  EXPECT_EQ(take(good), "the text");
  EXPECT_EQ(status, 200);
  EXPECT_EQ(take(bad), bad_bytes());
  EXPECT_EQ(headers["Content-Disposition"], R"(attachment; filename="bad.html")");
  EXPECT_EQ(headers["Content-Security-Policy"], "sandbox; default-src 'none'");
  EXPECT_EQ(headers["X-Content-Type-Options"], "nosniff");
  client.json("POST", "/v1/files/" + bad.value() + "/release", R"({"note":"x"})");
  EXPECT_EQ(take(bad), bad_bytes()) << "still in quarantine";
  gate.run_until_idle();
  client.role = api::Role::kViewer;
  EXPECT_EQ(take(bad), bad_bytes()) << "in output now";
}

TEST_F(Content, OnlyOperatorsTakeWhatWasNotLetPass) {
  const FileId good = arrive(gate, "a/good.txt", "the text");
  const FileId bad = arrive(gate, "a/bad", bad_bytes());
  for (const api::Role role : {api::Role::kViewer, api::Role::kUploader}) {
    client.role = role;
    EXPECT_EQ(take(good), "the text");
    EXPECT_NE(take(bad).find("not_open"), string::npos);
    EXPECT_EQ(status, 403);
  }
}

TEST_F(Content, SendsRangesOfTheBytesThatTheCallerHas) {
  const FileId id = arrive(gate, "a/good.txt", "0123456789");
  take(id);
  const string etag = headers["ETag"];
  EXPECT_TRUE(etag.starts_with("\"sha256-"));
  client.headers["range"] = "bytes=3-5";
  EXPECT_EQ(take(id), "345");
  EXPECT_EQ(status, 206);
  EXPECT_EQ(headers["Content-Range"], "bytes 3-5/10");
  client.headers["if-range"] = etag;
  EXPECT_EQ(take(id), "345");
  client.headers["if-range"] = "\"another\"";
  EXPECT_EQ(take(id), "0123456789");
  client.headers.erase("if-range");
  client.headers["range"] = "bytes=10-";
  take(id);
  EXPECT_EQ(status, 416);
  EXPECT_EQ(headers["Content-Range"], "bytes */10");
  client.headers.clear();
  client.headers["if-none-match"] = etag;
  take(id);
  EXPECT_EQ(status, 304);
}

TEST_F(Content, AHostThatKnowsAUrlSendsThereInstead) {
  const FileId id = arrive(gate, "a/good.txt", "text");
  ObjectRef asked;
  string said;
  client.service().content_url = [&](const CallContext&, const ObjectRef& ref, const string& disposition) {
    asked = ref;
    said = disposition;
    return Result<string>("https://example/signed");
  };
  EXPECT_EQ(take(id), "https://example/signed");
  EXPECT_EQ(asked.bucket.value(), "output");
  EXPECT_FALSE(asked.version.empty()) << "of that very version";
  EXPECT_EQ(said, R"(attachment; filename="good.txt")");
  const FileId bad = arrive(gate, "a/bad", bad_bytes());
  client.role = api::Role::kViewer;
  EXPECT_NE(take(bad).find("not_open"), string::npos) << "no URL for whom the bytes are not";
}

TEST_F(Content, WhatIsNotThereIsNotFound) {
  take(FileId{string(26, 'a')});
  EXPECT_EQ(status, 404);
  const FileId folder = arrive(gate, "folder/", "");
  take(folder);
  EXPECT_EQ(status, 404);
}

}  // namespace
}  // namespace scalper
