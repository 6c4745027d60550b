#include "hosts/server/listen_address.h"

#include <gtest/gtest.h>

namespace scalper::server {
namespace {

TEST(ListenAddress, TakesNumericAddresses) {
  struct Case {
    const char* text;
    const char* host;
    int port;
  };
  for (const Case& c : {Case{"127.0.0.1:8080", "127.0.0.1", 8080}, Case{"localhost:0", "127.0.0.1", 0},
                        Case{"LOCALHOST:1", "127.0.0.1", 1}, Case{":80", "127.0.0.1", 80},
                        Case{"[::1]:65535", "::1", 65535}, Case{"127.9.9.9:1", "127.9.9.9", 1}}) {
    const auto address = parse_listen_address(c.text);
    ASSERT_TRUE(address.ok()) << c.text;
    EXPECT_EQ((*address).host, c.host);
    EXPECT_EQ((*address).port, c.port);
    EXPECT_FALSE(is_reached_by_others(*address));
  }
  for (const char* text :
       {"0.0.0.0:80", "192.168.0.1:80", "[::]:80", "[2001:db8::1]:80", "126.255.255.255:1", "128.0.0.1:1"})
    EXPECT_TRUE(is_reached_by_others(parse_listen_address(text).value())) << text;
  for (const char* text : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:80x",
                           "::1:80", "[::1]80", "[::1", "example.org:80", "127.1:80", "a b:80"})
    EXPECT_TRUE(parse_listen_address(text).failed_with(ErrorCode::kInvalidArgument)) << text;
}

TEST(ListenAddress, KnowsItsOwnNames) {
  for (const char* host :
       {"localhost:8080", "localhost", "LocalHost:8080", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "127.1.2.3:8080"})
    EXPECT_TRUE(is_own_host(host, 8080)) << host;
  for (const char* host :
       {"", ":8080", "localhost:80", "example.org:8080", "127.0.0.1.example.org:8080", "localhost.example.org",
        "localhost.:8080", "10.0.0.1:8080", "127.0.0.1:8080:8080", "127.0.0.1:8080@x", "[::1", "0.0.0.0:8080"})
    EXPECT_FALSE(is_own_host(host, 8080)) << host;
}

}  // namespace
}  // namespace scalper::server
