#include "adapters/webhook/webhook_signature.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "digest/hmac_sha256.h"

namespace scalper {
namespace {

// RFC 4231, test cases 1, 2 and 6.
TEST(HmacSha256, OfTheRfc) {
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes(std::string(20, '\x0b')), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      to_hex(hmac_sha256(as_bytes(std::string(131, '\xaa')), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// The example of the specification and of its libraries' tests.
TEST(WebhookSignature, OfTheSpecification) {
  const auto headers = webhook_headers({"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                       1614265330, R"({"test": 2432232314})");
  const WebhookHeaders expected{{"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
                                {"webhook-timestamp", "1614265330"},
                                {"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}};
  EXPECT_EQ(headers, expected);
}

TEST(WebhookSignature, OneForEachSecret) {
  const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const auto both = webhook_headers({new_webhook_secret().value(), secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                                    R"({"test": 2432232314})");
  EXPECT_EQ(both.back().second.substr(48), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSecret, IsNewEachTimeAndOfTheRightForm) {
  const std::string one = new_webhook_secret().value();
  EXPECT_TRUE(is_webhook_secret(one));
  EXPECT_NE(one, new_webhook_secret().value());
  EXPECT_EQ(from_base64(one.substr(6))->size(), 32U);
  for (const char* const bad :
       {"", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa", "whsec_AAAA",
        "whsec_!!!!9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
    EXPECT_FALSE(is_webhook_secret(bad)) << bad;
}

}  // namespace
}  // namespace scalper
