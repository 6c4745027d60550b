#include "adapters/webhook/webhook_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace scalper {
namespace {

std::string why_not(const std::string& text, bool secure, bool allow_http = false) {
  sockaddr_storage storage{};
  if (text.find(':') == std::string::npos) {
    sockaddr_in plain{};
    plain.sin_family = AF_INET;
    EXPECT_EQ(::inet_pton(AF_INET, text.c_str(), &plain.sin_addr), 1) << text;
    std::memcpy(&storage, &plain, sizeof plain);
  } else {
    sockaddr_in6 plain{};
    plain.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &plain.sin6_addr), 1) << text;
    std::memcpy(&storage, &plain, sizeof plain);
  }
  return why_not_address(reinterpret_cast<const sockaddr&>(storage), secure, allow_http);
}

TEST(WebhookAddress, NeverLeadsToLinkLocalMetadataOrNobody) {
  for (const char* const address : {"169.254.169.254",
                                    "169.254.0.1",
                                    "0.0.0.0",
                                    "0.1.2.3",
                                    "224.0.0.1",
                                    "239.255.255.250",
                                    "255.255.255.255",
                                    "240.0.0.1",
                                    "100.100.100.200",
                                    "192.0.0.192",
                                    "fe80::1",
                                    "febf::1",
                                    "fec0::1",
                                    "ff02::1",
                                    "::",
                                    "fd00:ec2::254",
                                    "::ffff:169.254.169.254",
                                    "::ffff:0.0.0.0",
                                    "::169.254.169.254",
                                    "64:ff9b::a9fe:a9fe",
                                    "64:ff9b:1::a9fe:a9fe",
                                    "64:ff9b:1:a9fe:a9:fe00::",
                                    "64:ff9b:1:a9:fe:a9fe::",
                                    "64:ff9b:1:1:a9:fea9:fe00:0",
                                    "64:ff9b:1:2:3:4:a9fe:a9fe",
                                    "2002:a9fe:a9fe::1"})
    EXPECT_NE(why_not(address, true, true), "") << address;
}

TEST(WebhookAddress, LeadsAnywhereElseWithTls) {
  for (const char* const address :
       {"127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "8.8.8.8", "169.253.255.255", "223.255.255.255", "::1",
        "fd00::1", "2001:db8::1", "::ffff:10.0.0.1", "64:ff9b:1::a00:1", "64:ff9b:1:2::808:808"})
    EXPECT_EQ(why_not(address, true), "") << address;
}

TEST(WebhookAddress, LeadsToThisMachineAloneWithoutTlsUnlessItIsMeant) {
  for (const char* const address : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"})
    EXPECT_EQ(why_not(address, false), "") << address;
  for (const char* const address : {"10.0.0.1", "8.8.8.8", "fd00::1", "128.0.0.1", "::ffff:10.0.0.1"}) {
    EXPECT_NE(why_not(address, false), "") << address;
    EXPECT_EQ(why_not(address, false, true), "") << address;
  }
}

TEST(WebhookAddress, IsLookedAtInAUrlBeforeAnybodyAsksForIt) {
  for (const char* const host : {"169.254.169.254", "[fe80::1]", "[::ffff:169.254.0.1]", "0.0.0.0", "[::]"})
    EXPECT_NE(why_not_host(host, true, true), "") << host;
  for (const char* const host : {"10.0.0.1", "[fd00::1]", "receiver.example", "[nonsense]", "[]", "", "169.254.1"})
    EXPECT_EQ(why_not_host(host, true, false), "") << host;
  EXPECT_NE(why_not_host("10.0.0.1", false, false), "");
}

TEST(WebhookAddress, RefusesOtherFamilies) {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  EXPECT_NE(why_not_address(address, true, true), "");
}

}  // namespace
}  // namespace scalper
