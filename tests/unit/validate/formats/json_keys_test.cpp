#include <gtest/gtest.h>

#include <set>
#include <string>

#include "support/cuts.h"
#include "validate/formats/json_key_hash.h"
#include "validate/formats/json_key_sets.h"
#include "validate/formats/json_pointer.h"
#include "validate/formats/json_shape.h"

namespace scalper::tests {
namespace {

KeyHash hash_of(std::string_view key) {
  KeyHasher hasher;
  hasher.add(key);
  return hasher.finish();
}

TEST(KeyHasher, DoesNotDependOnPiecesAndStartsAgain) {
  const std::string key = "a key of more than one block, of which there are fifteen bytes each";
  for (std::size_t size = 0; size <= key.size(); ++size) {
    const KeyHash want = hash_of(std::string_view(key).substr(0, size));
    KeyHasher hasher;
    for_each_cut(std::string_view(key).substr(0, size), [&](const Chunks& chunks) {
      for (const std::string_view chunk : chunks) hasher.add(chunk);
      ASSERT_EQ(hasher.finish(), want);
    });
  }
}

TEST(KeyHasher, TellsKeysApart) {
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  std::size_t count = 0;
  const auto add = [&](const std::string& key) {
    const KeyHash hash = hash_of(key);
    seen.emplace(hash.high, hash.low);
    ++count;
  };
  for (int i = 0; i < 20000; ++i) add("key" + std::to_string(i));
  for (std::size_t n = 0; n < 64; ++n) add(std::string(n, '\0'));
  for (std::size_t n = 1; n < 64; ++n) add(std::string(n, 'a'));
  EXPECT_EQ(seen.size(), count);
}

TEST(JsonKeySets, FindDuplicatesInTheInnermostObjectOnly) {
  using Answer = JsonKeySets::Answer;
  JsonKeySets sets;
  sets.open();
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(sets.add(hash_of(std::to_string(i))), round == 0 ? Answer::kNew : Answer::kDuplicate) << i;
      sets.open();
      for (int inner = 0; inner < 20; ++inner) ASSERT_EQ(sets.add(hash_of(std::to_string(inner))), Answer::kNew);
      ASSERT_EQ(sets.add(hash_of("7")), Answer::kDuplicate);
      sets.close();
    }
  }
}

TEST(JsonKeySets, AreBounded) {
  JsonKeySets sets;
  sets.open();
  for (std::uint64_t i = 0; i < JsonKeySets::kMostKeys; ++i)
    ASSERT_EQ(sets.add({1, i * 0x10001}), JsonKeySets::Answer::kNew);
  EXPECT_EQ(sets.add({2, 0}), JsonKeySets::Answer::kFull);
  EXPECT_EQ(sets.add({1, 0}), JsonKeySets::Answer::kDuplicate);
  sets.close();
  sets.open();
  EXPECT_EQ(sets.add({2, 0}), JsonKeySets::Answer::kNew);
}

TEST(JsonShape, MeetsNamesInTheirOrderAndLeavesOthersToTheSets) {
  JsonKeySets sets;
  JsonShape shape;
  const auto object = [&](const std::vector<std::string>& names) {
    int duplicates = 0;
    sets.open();
    shape.begin_object();
    for (const std::string& name : names) {
      if (shape.matching() && shape.meet(name).data() != nullptr) continue;
      if (shape.matching()) shape.leave(sets);
      const KeyHash hash = hash_of(name);
      if (sets.add(hash) == JsonKeySets::Answer::kDuplicate) {
        ++duplicates;
      } else {
        shape.append(name, hash);
      }
    }
    sets.close();
    return std::pair(duplicates, shape.matching());
  };
  EXPECT_EQ(object({"a", "bb", "", "d"}), std::pair(0, false));
  EXPECT_EQ(object({"a", "bb", "", "d"}), std::pair(0, true));
  EXPECT_EQ(object({"a", "d"}), std::pair(0, true));
  EXPECT_EQ(object({"bb", "d", "bb"}), std::pair(1, false));
  EXPECT_EQ(object({"bb", "d"}), std::pair(0, true));
  EXPECT_EQ(object({"d", "bb", "d", "x", "x"}), std::pair(2, false));
  EXPECT_EQ(object({"", "", "a"}), std::pair(1, false));
  EXPECT_EQ(object({}), std::pair(0, true));
  EXPECT_EQ(object({"", "a"}), std::pair(0, true));
}

// Duplicates of random objects, against a set of strings.
TEST(JsonShape, AgreesWithAPlainSet) {
  unsigned state = 1;
  const auto below = [&](unsigned bound) { return (state = state * 1103515245U + 12345U) / 65536U % bound; };
  JsonKeySets sets;
  JsonShape shape;
  for (int round = 0; round < 20000; ++round) {
    std::set<std::string> seen;
    sets.open();
    shape.begin_object();
    const unsigned size = below(8) == 0 ? below(150) : below(12);
    for (unsigned i = 0; i < size; ++i) {
      const std::string name = below(4) == 0 ? std::to_string(below(20)) : std::to_string(i);
      const bool fresh = seen.insert(name).second;
      if (shape.matching() && shape.meet(name).data() != nullptr) {
        ASSERT_TRUE(fresh) << round;
        continue;
      }
      if (shape.matching()) shape.leave(sets);
      const KeyHash hash = hash_of(name);
      const bool added = sets.add(hash) == JsonKeySets::Answer::kNew;
      ASSERT_EQ(added, fresh) << round;
      if (added) shape.append(name, hash);
    }
    sets.close();
  }
}

// Writes the pointer at each number.
class Pointers final : public JsonSink {
 public:
  void on_event(JsonKind kind, std::uint64_t /*byte*/, std::string_view text, bool more) override {
    switch (kind) {
      case JsonKind::kBeginObject:
      case JsonKind::kBeginArray: pointer.open(); break;
      case JsonKind::kEndObject:
      case JsonKind::kEndArray: pointer.close(); break;
      case JsonKind::kKey: pointer.name(text); break;
      default: break;
    }
    ASSERT_FALSE(more);
    if (kind == JsonKind::kNumber) found.push_back(pointer.text(tokenizer).value_or("none"));
  }
  JsonTokenizer tokenizer{*this, {}};
  JsonPointer pointer;
  std::vector<std::string> found;
};

TEST(JsonPointer, NamesMembersAndElements) {
  for_each_cut(R"({"a":[1,{"b/c~":2,"":[[],3]},4],"d\u0065":{"x":{}},"f":5})", [](const Chunks& chunks) {
    Pointers pointers;
    feed_copies(chunks, [&](std::string_view chunk) { pointers.tokenizer.feed(chunk); });
    const std::vector<std::string> want = {"/a/0", "/a/1/b~1c~0", "/a/1//1", "/a/2", "/f"};
    ASSERT_EQ(pointers.found, want);
  });
}

TEST(JsonPointer, IsAbsentWhereItWouldBeTooLong) {
  Pointers pointers;
  pointers.tokenizer.feed("{\"" + std::string(2000, 'k') + "\":[1],\"k\":[2]}");
  const std::vector<std::string> want = {"none", "/k/0"};
  EXPECT_EQ(pointers.found, want);
}

}  // namespace
}  // namespace scalper::tests
