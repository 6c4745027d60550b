#include "base/trace_context.h"

#include <gtest/gtest.h>

#include <string>

namespace scalper {
namespace {

using std::string;

const string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const string kParent = "00f067aa0ba902b7";
const string kGood = "00-" + kTrace + "-" + kParent + "-01";

TEST(TraceParent, IsReadAsTheStandardSays) {
  EXPECT_EQ(parse_traceparent(kGood), (TraceContext{kTrace, kParent, true}));
  EXPECT_FALSE(parse_traceparent("00-" + kTrace + "-" + kParent + "-00")->sampled);
  EXPECT_FALSE(parse_traceparent("00-" + kTrace + "-" + kParent + "-fe")->sampled);
  EXPECT_TRUE(parse_traceparent("00-" + kTrace + "-" + kParent + "-ff")->sampled) << "other flags are no error";
  for (const char* later : {"cc-", "01-", "fe-"}) {
    const string other = later + kGood.substr(3);
    EXPECT_TRUE(parse_traceparent(other)) << "a later version: " << other;
    EXPECT_TRUE(parse_traceparent(other + "-what-the-future-will-be-like"));
    EXPECT_FALSE(parse_traceparent(other + ".what")) << other;
  }
}

TEST(TraceParent, IsIgnoredWhereItIsNone) {
  const string zeros32(32, '0');
  for (const string& bad :
       {string(), string("00"), kGood + "-", kGood + "-extra", kGood + " ", " " + kGood, "ff" + kGood.substr(2),
        "0G" + kGood.substr(2), "00-" + zeros32 + "-" + kParent + "-01", "00-" + kTrace + "-0000000000000000-01",
        "00-" + string("4BF92F3577B34DA6A3CE929D0E0E4736") + "-" + kParent + "-01", "00_" + kGood.substr(3),
        "00-" + kTrace + "-" + kParent + "_01", "00-" + kTrace + "-" + kParent + "-0X",
        "00-" + kTrace + "-" + kParent + "-1", "00-" + kTrace + kParent + "--01", string(55, '-'), string(55, '\0'),
        kGood + ", " + kGood})
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
}

TEST(TraceState, IsHeldToItsGrammar) {
  for (const string& good :
       {string("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"), string("a=b"), string("1a@b=c , x=y z"), string("a=b,,c=d"),
        string("a_-*/=~"), string(256, 'a') + "=b", string("a=") + string(256, 'b')})
    EXPECT_TRUE(is_tracestate(good)) << good;
  string many;
  for (int i = 0; i < 33; ++i) many += (i == 0 ? "k" : ",k") + std::to_string(i) + "=v";
  for (const string& bad : {string(),
                            string(","),
                            string("a"),
                            string("=b"),
                            string("a="),
                            string("A=b"),
                            string("1a=b"),
                            string("a=b=c"),
                            string("a=b,a=c"),
                            string("a@=b"),
                            string("@b=c"),
                            string("a@b@c=d"),
                            string("a@1b=c"),
                            string("a=b\n"),
                            string("a=\x7f"),
                            string("a=\xc3\xa9"),
                            many,
                            string(257, 'a') + "=b",
                            string("a=") + string(257, 'b'),
                            string("a=b,") + string(600, ' '),
                            string(242, 'a') + "@b=c",
                            string("a@") + string(15, 'b') + "=c"})
    EXPECT_FALSE(is_tracestate(bad)) << bad;
  EXPECT_TRUE(is_tracestate(many.substr(0, many.rfind(','))));
}

}  // namespace
}  // namespace scalper
