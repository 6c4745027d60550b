// The structural pass in front of the JSON tokenizer, against the byte by byte way: the same findings, whatever the
// text.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>

#include "base/escape.h"
#include "support/check_layer.h"
#include "support/json_grower.h"
#include "validate/formats/json.h"
#include "validate/formats/json_marks.h"
#include "validate/formats/json_tokenizer.h"
#include "validate/formats/ndjson.h"

namespace scalper::tests {
namespace {

// Objects that look alike, as those of a feed, but for one in some places.
std::string record(std::mt19937& random, unsigned number) {
  const auto rarely = [&](const std::string& rare, const std::string& often) {
    return random() % 40 == 0 ? rare : often;
  };
  std::string out = "{\"id\":" + std::to_string(number) + rarely(" , ", ",") + rarely("\"id\"", "\"name\"") +
                    ":\"Zo\\u00eb " + rarely("\\ud800", "\xC3\xBC") + "\"," +
                    rarely("\"n\\u0061me\"", "\"a rather long name of a member\"");
  out += rarely("\n:", ":") + rarely("1e999", "12.5") + ",\"tags\":[\"a\"," + rarely("\"\\\\\"", "true") +
         ",{\"x\":" + rarely("\"\t\"", "null") + "}],\"" + rarely("it\\\\", "it") + "\":" + rarely("01", "-1.25e1") +
         "}";
  return out;
}

std::string document(unsigned seed) {
  std::mt19937 random(seed);
  JsonGrower grower(seed);
  std::string out = "[";
  while (out.size() < 3000) {
    for (unsigned i = random() % 8; i > 0; --i) out += record(random, i) + (random() % 9 == 0 ? " ,\n" : ",");
    out += grower.document() + ",";
  }
  return out + "0]";
}

std::string lines(unsigned seed) {
  std::mt19937 random(seed);
  JsonGrower grower(seed);
  std::string out;
  const std::string end = seed % 3 == 0 ? "\r\n" : "\n";
  while (out.size() < 3000) {
    for (unsigned i = random() % 8; i > 0; --i) out += record(random, i) + (random() % 40 == 0 ? "\r\n" : end);
    if (random() % 4 == 0) out += grower.document() + "\n";
    if (random() % 8 == 0) out += random() % 2 == 0 ? "\n" : " \n";
  }
  return out;
}

Chunks cut_at_random(std::string_view text, std::mt19937& random) {
  Chunks chunks;
  while (!text.empty()) {
    const std::size_t size = std::min<std::size_t>(text.size(), 1 + random() % 1500);
    chunks.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return chunks;
}

Chunks pieces_of(std::string_view text, std::size_t size) {
  Chunks chunks;
  for (std::size_t at = 0; at < text.size(); at += size) chunks.push_back(text.substr(at, size));
  return chunks;
}

std::string said(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) out += brief(finding) + "; ";
  return out;
}

// Pieces of 50 bytes cannot go by blocks of 64.
bool same_findings(MakeChecker make, std::string_view text, std::mt19937& random) {
  ContractSettings strict;
  strict.json.depth = 4;
  strict.json.duplicate_keys = Strictness::kAllow;
  for (const ContractSettings& settings : {ContractSettings{}, strict}) {
    const std::vector<Finding> want = findings_of(make, pieces_of(text, 50), settings);
    for (int round = 0; round < 4; ++round) {
      const Chunks chunks = round == 0 ? Chunks{text} : cut_at_random(text, random);
      const std::vector<Finding> got = findings_of(make, chunks, settings);
      if (got == want) continue;
      ADD_FAILURE() << escape_text(text, 6000) << "\n" << said(got) << "\n" << said(want);
      return false;
    }
  }
  return true;
}

TEST(JsonIndex, SaysWhatTheOtherWaySaysOfDocuments) {
  std::mt19937 random(7);
  for (unsigned seed = 0; seed < 150; ++seed) {
    const std::string good = document(seed);
    ASSERT_TRUE(same_findings(make_json_checker, good, random)) << seed;
    for (unsigned i = 0; i < 3; ++i) {
      ASSERT_TRUE(same_findings(make_json_checker, JsonGrower(seed * 3 + i).damaged(good), random)) << seed;
    }
  }
}

TEST(JsonIndex, SaysWhatTheOtherWaySaysOfLines) {
  std::mt19937 random(8);
  for (unsigned seed = 0; seed < 150; ++seed) {
    const std::string good = lines(seed);
    ASSERT_TRUE(same_findings(make_ndjson_checker, good, random)) << seed;
    for (unsigned i = 0; i < 3; ++i) {
      ASSERT_TRUE(same_findings(make_ndjson_checker, JsonGrower(seed * 3 + i).damaged(good), random)) << seed;
    }
  }
}

// What the marks are by definition, one byte after the other; a backslash takes the quote behind it outside of strings
// too. Nothing where a string takes a second look.
std::optional<std::vector<std::uint32_t>> plain_marks(std::string_view text, bool lines) {
  std::vector<std::uint32_t> places;
  bool inside = false;
  bool scalar = false;
  bool escaped = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool quote = c == '"' && !escaped;
    escaped = c == '\\' && !escaped;
    if (inside) {
      if (static_cast<unsigned char>(c) < 0x20) return std::nullopt;
      inside = !quote;
      scalar = false;
      continue;
    }
    const bool blank = std::string_view(" \t\r\n").find(c) != std::string_view::npos;
    const bool mark = std::string_view("{}[]:,").find(c) != std::string_view::npos;
    if (mark || (!blank && !scalar) || (lines && c == '\n')) places.push_back(static_cast<std::uint32_t>(i));
    inside = quote;
    scalar = !blank && !mark && !quote;
  }
  return places;
}

TEST(JsonIndex, MarksWhatMeansSomething) {
  const JsonLook look = json_look();
  if (look == nullptr) GTEST_SKIP() << "this processor has no such instructions";
  std::mt19937 random(3);
  const std::vector<std::string> parts = {"{",
                                          "}",
                                          "[",
                                          "]",
                                          ":",
                                          ",",
                                          " ",
                                          "\n",
                                          "\t",
                                          "12",
                                          "true",
                                          "\"\"",
                                          "\"",
                                          "a",
                                          "\"\\\\\"",
                                          "\"\\\"",
                                          "\"\\n\"",
                                          "\"\xC3\xBC\"",
                                          "\"text that is not so short\""};
  int compared = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    while (text.size() < 4 * kJsonBlock) text += parts[random() % parts.size()];
    text.resize(4 * kJsonBlock);
    for (const bool lines : {false, true}) {
      JsonMarks marks;
      marks.begin = text.data();
      marks.end = text.data() + text.size();
      marks.lines = lines;
      std::vector<std::uint32_t> places(5 * kJsonBlock);
      std::size_t blocks = 4;
      places.resize(static_cast<std::size_t>(look(marks, text.data(), blocks, places.data()) - places.data()));
      const auto want = plain_marks(text.substr(0, blocks * kJsonBlock), lines);
      ASSERT_TRUE(want.has_value()) << escape_text(text, 1000);
      ASSERT_EQ(places, *want) << escape_text(text, 1000);
      compared += blocks > 0 ? 1 : 0;
      // What ended the blocks is there.
      if (blocks == 4) continue;
      const std::string_view to_block = std::string_view(text).substr(0, (blocks + 1) * kJsonBlock);
      ASSERT_TRUE(!plain_marks(to_block, lines).has_value() || to_block.find('\\') != std::string_view::npos ||
                  to_block.find('\xC3') != std::string_view::npos)
          << escape_text(text, 1000);
    }
  }
  EXPECT_GT(compared, 1000);
}

TEST(JsonIndex, TakesLinesWhereTheProcessorCan) {
  class Silent final : public JsonSink {
    void on_event(JsonKind, std::uint64_t, std::string_view, bool) override {}
  };
  std::string text;
  for (int i = 0; i < 100; ++i) text += "{\"a\":[1,\"x\"]}\n";
  for (const bool portable : {false, true}) {
    Silent sink;
    JsonTokenizer tokenizer(sink, {.wants = JsonWants::kStructure, .one_line = true, .portable = portable});
    tokenizer.restart(0, 1);
    const JsonTokenizer::Taken taken = tokenizer.feed_lines(text, JsonLineEnd::kFeed);
    const bool can = json_look() != nullptr && !portable;
    EXPECT_EQ(taken.lines > 90, can);
    EXPECT_EQ(taken.bytes > text.size() - 128, can);
    EXPECT_EQ(tokenizer.text_byte(), taken.lines * 14);
  }
}

}  // namespace
}  // namespace scalper::tests
