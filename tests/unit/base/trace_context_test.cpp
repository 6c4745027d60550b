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

TEST(TraceParent, IsWrittenAsItIsRead) {
  EXPECT_EQ(format_traceparent({kTrace, kParent, true}), kGood);
  EXPECT_EQ(parse_traceparent(format_traceparent({kTrace, kParent, false})), (TraceContext{kTrace, kParent, false}));
  EXPECT_EQ(trace_id_of(kGood), kTrace);
  EXPECT_EQ(trace_id_of(kTrace), "");
}

TEST(AmazonTrace, IsTheSameTraceInOtherWords) {
  const string root = "Root=1-5759e988-bd862e3fe1be46a994272793";
  const TraceContext same{"5759e988bd862e3fe1be46a994272793", "53995c3f42cd8ad8", true};
  EXPECT_EQ(parse_amazon_trace(root + ";Parent=53995c3f42cd8ad8;Sampled=1"), same);
  EXPECT_EQ(parse_amazon_trace("Self=1-x; Sampled=1; Parent=53995c3f42cd8ad8; " + root + ";Lineage=a:1"), same);
  EXPECT_FALSE(parse_amazon_trace(root + ";Parent=53995c3f42cd8ad8;Sampled=?")->sampled) << "not decided yet";
  for (const string& bad : {string(), root, string("Parent=53995c3f42cd8ad8"), root + ";Parent=53995C3F42CD8AD8",
                            root + "0;Parent=53995c3f42cd8ad8", "Root=2" + root.substr(6) + ";Parent=53995c3f42cd8ad8",
                            root + ";Parent=0000000000000000", root + ";Parent=53995c3f42cd8ad8;" + string(600, 'x'),
                            string("Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8"),
                            string("Root=1-5759e9880bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8")})
    EXPECT_FALSE(parse_amazon_trace(bad)) << bad;
}

}  // namespace
}  // namespace scalper
