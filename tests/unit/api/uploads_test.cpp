// Who may send which file, and how much of it there is room for.

#include <gtest/gtest.h>

#include "api/content_digest.h"
#include "api/tus_fields.h"
#include "api/upload_key.h"
#include "ports/memory_source.h"
#include "ports/upload_room.h"
#include "support/api_client.h"

namespace scalper::api {
namespace {

using std::string;

struct Sender {
  MemoryGate memory;
  ApiClient client{memory};
  Role role = Role::kUploader;
  std::vector<string> prefixes = {"mine/", "ours/in"};

  string code(const string& target, const string& bytes, const Headers& more = {}) {
    RequestHead head{"PUT", target, role, "ann", true, prefixes, more};
    head.headers.emplace("content-length", std::to_string(bytes.size()));
    MemorySource body(as_bytes(bytes));
    const Reply reply = handle(client.service(), head, body, memory.context());
    const auto& complete = std::get<Complete>(reply);
    if (complete.status < 300) return std::to_string(complete.status);
    return string(boost::json::parse(complete.body).at("code").as_string());
  }
};

TEST(Uploads, AreTakenBelowThePrefixesOfTheirSender) {
  Sender sender;
  EXPECT_EQ(sender.code("/v1/files/mine/a.json", "[]"), "201");
  EXPECT_EQ(sender.code("/v1/files/ours%2Fin-b.json", "[]"), "201");
  for (const char* key : {"theirs/a.json", "min", "mine", "Mine/a", "ours/", "mine/../theirs/a"})
    EXPECT_NE(sender.code("/v1/files/" + string(key), "[]"), "201") << key;
  EXPECT_EQ(sender.code("/v1/files/theirs/a.json", "[]"), "foreign_key");
  sender.prefixes.clear();
  EXPECT_EQ(sender.code("/v1/files/theirs/a.json", "[]"), "201") << "no prefixes: any key";
  sender.role = Role::kViewer;
  EXPECT_EQ(sender.code("/v1/files/mine/b.json", "[]"), "not_open");
  sender.role = Role::kNone;
  EXPECT_EQ(sender.code("/v1/files/mine/b.json", "[]"), "not_known");
}

// A room of so many bytes, written or not.
class SmallRoom final : public UploadRoom {
 public:
  Result<void> take(std::uint64_t bytes) override {
    if (taken + written + bytes > 100) return Error(ErrorCode::kNoSpace, "full");
    taken += bytes;
    return {};
  }
  void wrote(std::uint64_t bytes) override {
    taken -= bytes;
    written += bytes;
    most_written = std::max(most_written, written);
  }
  void give_back(std::uint64_t promised, std::uint64_t of_written) override {
    taken -= promised;
    written -= of_written;
  }
  std::uint64_t taken = 0;
  std::uint64_t written = 0;
  std::uint64_t most_written = 0;
};

TEST(Uploads, EndBeforeTheRoomDoesAndGiveItBack) {
  Sender sender;
  SmallRoom room;
  sender.client.service().upload_room = &room;
  EXPECT_EQ(sender.code("/v1/files/mine/a.txt", string(101, 'x')), "no_space");
  EXPECT_EQ(sender.code("/v1/files/mine/b.txt", string(100, 'x')), "201");
  EXPECT_EQ(sender.code("/v1/files/mine/c.txt", string(100, 'x')), "201") << "what was promised is given back";
  EXPECT_EQ(sender.code("/v1/files/mine/d.txt", "short", {{"upload-length", "6"}}), "invalid_argument");
  EXPECT_EQ(room.taken, 0U);
  EXPECT_EQ(room.written, 0U);
  EXPECT_EQ(room.most_written, 100U) << "what is written is held until the upload is over";
  sender.client.service().largest_upload = 50;
  EXPECT_EQ(sender.code("/v1/files/mine/e.txt", string(51, 'x')), "body_too_large");
}

TEST(UploadKeys, HaveRules) {
  for (const char* good : {"a", "a/b", ".a", "a..b/c.", "\xC3\xA4/%2e%2e", "...", "a b"})
    EXPECT_TRUE(check_upload_key(good).ok()) << good;
  for (const string& bad :
       {string(), string("/a"), string("a/"), string("a//b"), string("."), string(".."), string("a/./b"),
        string("a/.."), string("a\nb"), string("a\0b", 3), string("\xFF"), string("a\x7F"), string(1025, 'a')})
    EXPECT_TRUE(check_upload_key(bad).failed_with(ErrorCode::kInvalidArgument)) << bad;
}

TEST(ContentDigests, AreReadStrictly) {
  const string hex = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";
  const string good = "sha-256=:T1PNoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:";
  const auto stated = [](const Headers& headers) {
    RequestHead head;
    head.headers = headers;
    return stated_sha256(head);
  };
  EXPECT_EQ(stated({}).value(), std::nullopt);
  EXPECT_EQ(stated({{"content-digest", good}}).value(), hex);
  EXPECT_EQ(stated({{"repr-digest", "md5=:AAAA:, " + good}}).value(), hex);
  EXPECT_EQ(stated({{"repr-digest", good}, {"content-digest", good}}).value(), hex);
  for (const string& bad : {string("sha-256"), string("sha-256=abc"), string("sha-256=:abc:"), string("sha-512=:AAAA:"),
                            good + ", sha-256=:AAAAoYwrqgwDVLtfmj7L5e0Sq02OEbqHPC8RFhICuUU=:"})
    EXPECT_TRUE(stated({{"content-digest", bad}}).failed_with(ErrorCode::kInvalidArgument)) << bad;
}

TEST(TusFields, AreReadStrictly) {
  const auto metadata = parse_tus_metadata("key aW4vYQ==,empty, type dGV4dA==");
  ASSERT_TRUE(metadata.ok());
  EXPECT_EQ(metadata->at("key"), "in/a");
  EXPECT_EQ(metadata->at("empty"), "");
  EXPECT_EQ(metadata->at("type"), "text");
  for (const string& bad : {string("key !"), string("key aQ==,key aQ=="), string(" ,"), string(5000, 'a')})
    EXPECT_FALSE(parse_tus_metadata(bad).ok()) << bad.substr(0, 20);
  EXPECT_EQ(parse_tus_checksum("").value(), std::nullopt);
  EXPECT_TRUE(parse_tus_checksum("crc32 AAAA").failed_with(ErrorCode::kUnsupported));
  EXPECT_TRUE(parse_tus_checksum("sha1 AAAA").failed_with(ErrorCode::kInvalidArgument));
  EXPECT_EQ(http_date(WallTime{Millis{784'111'777'000}}), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace scalper::api
