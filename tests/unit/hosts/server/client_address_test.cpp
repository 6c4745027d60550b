#include "hosts/server/client_address.h"

#include <gtest/gtest.h>

namespace scalper::server {
namespace {

using std::string;

TEST(ClientAddress, HasOneFormOfEachAddress) {
  EXPECT_EQ(parse_ip("192.0.2.1"), parse_ip("::ffff:192.0.2.1"));
  EXPECT_EQ(parse_ip("::ffff:192.0.2.1")->text(), "192.0.2.1");
  EXPECT_EQ(parse_ip("2001:DB8:0::1")->text(), "2001:db8::1");
  for (const char* text : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(parse_ip(text)->is_loopback());
  for (const char* text : {"128.0.0.1", "::2", "::", "0.0.0.0", "fe80::1"}) EXPECT_FALSE(parse_ip(text)->is_loopback());
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "localhost", "1.2.3.4 ", "0x7f.1", "[::1]", "::1%lo", "127.1"})
    EXPECT_FALSE(parse_ip(text)) << text;
  EXPECT_EQ(parse_ip("2001:db8::1")->of_one_client(), parse_ip("2001:db8::ffff")->of_one_client());
  EXPECT_NE(parse_ip("192.0.2.1")->of_one_client(), parse_ip("192.0.2.2")->of_one_client());
}

TEST(ClientAddress, RangesHoldWhatTheySay) {
  struct Case {
    const char* range;
    const char* inside;
    const char* outside;
  };
  for (const Case& c :
       {Case{"10.0.0.0/8", "10.255.1.2", "11.0.0.0"}, Case{"192.0.2.128/25", "192.0.2.255", "192.0.2.127"},
        Case{"192.0.2.7", "192.0.2.7", "192.0.2.6"}, Case{"0.0.0.0/0", "1.2.3.4", "2001:db8::1"},
        Case{"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"}, Case{"::/0", "::1", nullptr}}) {
    const auto range = parse_range(c.range);
    ASSERT_TRUE(range.ok()) << c.range;
    EXPECT_TRUE((*range).contains(*parse_ip(c.inside))) << c.range;
    if (c.outside != nullptr) {
      EXPECT_FALSE((*range).contains(*parse_ip(c.outside))) << c.range;
    }
  }
  for (const char* text :
       {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8 ", "::/129", "here", "10.0.0.0/8/8"})
    EXPECT_TRUE(parse_range(text).failed_with(ErrorCode::kInvalidArgument)) << text;
  EXPECT_EQ(parse_ranges("10.0.0.0/8, ::1").value().size(), 2U);
  EXPECT_TRUE(parse_ranges("").value().empty());
  EXPECT_FALSE(parse_ranges("10.0.0.0/8,,::1").ok());
}

// The client is whom the last trusted hop saw; what it says beyond is hearsay.
TEST(ClientAddress, TakesTheRightMostThatIsNotTrusted) {
  const auto trusted = parse_ranges("10.0.0.0/8,2001:db8:1::/48").value();
  const IpAddress peer = *parse_ip("10.0.0.1");
  struct Case {
    const char* header;
    const char* value;
    const char* client;  // nullptr: the peer
  };
  for (const Case& c : {
           Case{"x-forwarded-for", "192.0.2.1", "192.0.2.1"},
           Case{"x-forwarded-for", "127.0.0.1, 192.0.2.1", "192.0.2.1"},
           Case{"x-forwarded-for", "192.0.2.9,192.0.2.1, 10.2.3.4", "192.0.2.1"},
           Case{"x-forwarded-for", "192.0.2.1:4711", "192.0.2.1"},
           Case{"x-forwarded-for", "10.9.9.9", "10.9.9.9"},
           Case{"x-forwarded-for", "192.0.2.9, unknown", nullptr},
           Case{"x-forwarded-for", "", nullptr},
           Case{"x-forwarded-for", "192.0.2.9, <script>, 10.1.1.1", "10.1.1.1"},
           Case{"forwarded", "for=192.0.2.1", "192.0.2.1"},
           Case{"forwarded", R"(for=127.0.0.1;proto=https, proto=http;For="[2001:db8:2::1]:99";by=x)", "2001:db8:2::1"},
           Case{"forwarded", R"(for="192.0.2.1, for=127.0.0.1")", nullptr},
           Case{"forwarded", "for=192.0.2.1, for=_hidden", nullptr},
           Case{"forwarded", "by=192.0.2.1", nullptr},
       }) {
    const auto client = client_behind(peer, {{c.header, c.value}}, trusted);
    ASSERT_TRUE(client) << c.value;
    EXPECT_EQ(client->text(), c.client == nullptr ? "10.0.0.1" : c.client) << c.header << ": " << c.value;
  }
  EXPECT_EQ(client_behind(peer, {}, trusted), peer);
  EXPECT_EQ(client_behind(peer, {{"forwarded", "for=1.2.3.4"}, {"x-forwarded-for", "1.2.3.4"}}, trusted),
            parse_ip("1.2.3.4"));
  EXPECT_FALSE(client_behind(peer, {{"forwarded", "for=1.2.3.4"}, {"x-forwarded-for", "4.3.2.1"}}, trusted));
  string long_list = "127.0.0.1";
  for (int i = 0; i < 500; ++i) long_list += ", 10.0.0.2";
  EXPECT_EQ(client_behind(peer, {{"x-forwarded-for", long_list}}, trusted)->text(), "10.0.0.2")
      << "no further than 32 hops";
}

TEST(ClientAddress, SeesThatAProxyStandsBetween) {
  for (const char* name : {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})
    EXPECT_TRUE(came_through_proxy({{name, ""}})) << name;
  EXPECT_FALSE(came_through_proxy({{"x-forward", "a"}, {"host", "x"}}));
}

}  // namespace
}  // namespace scalper::server
