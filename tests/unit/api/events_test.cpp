#include <gtest/gtest.h>

#include "support/api_client.h"

namespace scalper {
namespace {

using std::string;

struct Events : testing::Test {
  MemoryGate gate;
  ApiClient client{gate};

  api::Follow follow(const string& target) {
    auto reply = client.ask("GET", target);
    auto* const found = std::get_if<api::Follow>(&reply);
    EXPECT_NE(found, nullptr) << target;
    return found == nullptr ? api::Follow{} : std::move(*found);
  }
  // All that is there now.
  string read(api::Follow& follow) {
    string text;
    for (;;) {
      const auto piece = follow.next(gate.context());
      EXPECT_TRUE(piece.ok());
      if (!piece.ok()) return text;
      text += piece->text;
      if (!piece->more) return text;
    }
  }
  // The keys that the events of a text tell, one letter each, and "!" for a gap.
  static string keys_in(const string& text) {
    string keys;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      const string line = text.substr(at, end - at);
      if (line == "event: gap") keys += '!';
      if (line.starts_with("data: {\"")) keys += boost::json::parse(line.substr(6)).at("subject").as_string();
      at = end == string::npos ? text.size() : end + 1;
    }
    return keys;
  }
  void arrive_all(const string& keys) {
    for (const char key : keys) arrive(gate, string(1, key), "text");
  }
};

TEST_F(Events, ComeAsCloudEventsWithTheirNumbers) {
  const FileId id = arrive(gate, "a", bad_bytes());
  api::Follow begun = follow("/v1/events?after=0");
  EXPECT_EQ(begun.content_type, "text/event-stream");
  EXPECT_EQ(begun.at_most, Millis{600'000});
  const string text = read(begun);
  EXPECT_TRUE(text.starts_with("retry: 2000\nid: 0\n\nid: 1\ndata: {\"specversion\":\"1.0\",")) << text;
  EXPECT_TRUE(text.ends_with("}\n\n")) << text;
  EXPECT_EQ(std::ranges::count(text, '\n'), 6);
  const auto event = boost::json::parse(text.substr(text.find('{')));
  EXPECT_EQ(event.at("type").as_string(), "silentscalper.file.unverifiable");
  EXPECT_EQ(event.at("data").at("id").as_string(), id.value());
  EXPECT_EQ(read(begun), "") << "once";
}

TEST_F(Events, BeginWithWhatIsNewAndGoOn) {
  arrive_all("ab");
  api::Follow begun = follow("/v1/events");
  EXPECT_EQ(read(begun), "retry: 2000\nid: 2\n\n") << "a place to come again to";
  arrive_all("cd");
  EXPECT_EQ(keys_in(read(begun)), "cd");
}

TEST_F(Events, AreAllThereForWhoComesAgain) {
  string keys;
  for (char key = 'a'; key <= 'z'; ++key) keys += key;
  for (char key = 'A'; key <= 'Z'; ++key) keys += key;
  arrive_all(keys);  // more than a page
  api::Follow all = follow("/v1/events?after=0");
  EXPECT_EQ(keys_in(read(all)), keys);
  client.headers["last-event-id"] = "50";
  api::Follow rest = follow("/v1/events?after=0");
  EXPECT_EQ(keys_in(read(rest)), "YZ") << "the header goes before the parameter: browsers keep the address";
}

TEST_F(Events, TellOfAGap) {
  arrive_all("abcd");
  MemoryNoticeFeed feed(gate.notices);
  api::EventPages pages(feed, "p");
  client.service().events = &pages;
  feed.forget(2);
  api::Follow late = follow("/v1/events?after=1");
  const string text = read(late);
  EXPECT_EQ(keys_in(text), "!cd") << text;
  EXPECT_NE(text.find("event: gap\nid: 2\ndata: {}\n\n"), string::npos) << text;
  api::Follow foreign = follow("/v1/events?after=999");
  EXPECT_EQ(keys_in(read(foreign)), "!");
  arrive_all("e");
  EXPECT_EQ(keys_in(read(foreign)), "e") << "of another gate's numbers: goes on with ours";
}

// Counts how often somebody reads, and answers as the feed behind it.
class CountedFeed final : public NoticeFeed {
 public:
  explicit CountedFeed(MemoryNotices& notices) : feed_(notices) {}
  Result<std::uint64_t> newest(const CallContext& context) override { return feed_.newest(context); }
  Result<NoticePage> after(const CallContext& context, std::uint64_t number, std::size_t limit) override {
    ++reads;
    return feed_.after(context, number, limit);
  }
  int reads = 0;

 private:
  MemoryNoticeFeed feed_;
};

TEST_F(Events, AreReadOnceForAllWhoFollow) {
  CountedFeed feed(gate.notices);
  api::EventPages pages(feed, "p");
  client.service().events = &pages;
  arrive_all("ab");
  std::vector<api::Follow> readers;
  for (int i = 0; i < 5; ++i) readers.push_back(follow("/v1/events?after=0"));
  for (api::Follow& reader : readers) EXPECT_EQ(keys_in(read(reader)), "ab");
  EXPECT_EQ(feed.reads, 1);
  for (api::Follow& reader : readers) EXPECT_EQ(read(reader), "");
  EXPECT_EQ(feed.reads, 2) << "that there is nothing more is asked once as well";
  arrive_all("c");
  for (api::Follow& reader : readers) EXPECT_EQ(keys_in(read(reader)), "c") << "and is not believed for longer";
  EXPECT_EQ(feed.reads, 3);
}

TEST_F(Events, ComeInPiecesThatABoundedBufferHolds) {
  string keys;
  for (char key = 'a'; key <= 'z'; ++key) keys += key;
  arrive_all(keys);
  api::Follow begun = follow("/v1/events?after=0");
  string text;
  for (bool more = true; more;) {
    const auto piece = begun.next(gate.context());
    ASSERT_TRUE(piece.ok());
    EXPECT_LT(piece->text.size(), std::size_t{48} * 1024);
    text += piece->text;
    more = piece->more;
  }
  EXPECT_EQ(keys_in(text), keys);
}

TEST_F(Events, OnlyOfAPrefix) {
  for (const char* key : {"in/x", "out/y", "in/z"}) arrive(gate, key, "text");
  api::Follow some = follow("/v1/events?after=0&prefix=in%2F");
  EXPECT_EQ(keys_in(read(some)), "in/xin/z");
  // Whoever waits for something else is told how far he has come all the same.
  api::Follow none = follow("/v1/events?after=0&prefix=none%2F");
  EXPECT_TRUE(read(none).ends_with("id: 3\n\n"));
}

TEST_F(Events, RefuseWhatIsNoPlace) {
  for (const char* target : {"/v1/events?after=x", "/v1/events?after=-1", "/v1/events?after=1x", "/v1/events?wait=601",
                             "/v1/events?after=99999999999999999999"})
    EXPECT_EQ(client.code("GET", target), "invalid_argument") << target;
  client.role = api::Role::kUploader;
  EXPECT_EQ(client.code("GET", "/v1/events"), "not_open") << "they tell of the files of all";
}

TEST_F(Events, AHostWhoseAnswersEndSaysSo) {
  client.service().events = nullptr;
  EXPECT_EQ(client.code("GET", "/v1/events"), "no_such_path");
}

}  // namespace
}  // namespace scalper
