// ObjectStore: listings by page.

#include <algorithm>
#include <set>

#include "contract/object_store_suite.h"

namespace scalper {
namespace {

std::vector<ObjectRef> refs(const std::vector<ObjectInfo>& versions) {
  std::vector<ObjectRef> refs;
  for (const ObjectInfo& version : versions) refs.push_back(version.ref);
  return refs;
}

std::vector<std::size_t> page_sizes(const ObjectStoreSubject& subject) {
  if (!subject.pages_in_order()) return {1000};
  return {1, 2, 7, 1000};
}

}  // namespace

TEST_P(ObjectStoreContract, ListsByKeyThenNewestFirst) {
  std::vector<ObjectRef> expected;
  for (const std::string& key : keys()) expected.push_back(arrive(key, "one").ref);
  std::sort(expected.begin(), expected.end());  // StrongString compares bytewise
  const ObjectRef second = arrive("a/b/c.txt", "two").ref;
  const ObjectRef third = arrive("a/b/c.txt", "three").ref;
  const auto at = std::find_if(expected.begin(), expected.end(), [&](auto& ref) { return ref.key == second.key; });
  expected.insert(expected.insert(at, second), third);
  for (const std::size_t limit : page_sizes(*subject)) EXPECT_EQ(refs(all(input, "", limit)), expected) << limit;
}

TEST_P(ObjectStoreContract, ListingTellsWhatHeadTells) {
  const ObjectInfo first = arrive("a", "one", {{"n", "v"}});
  const ObjectInfo second = arrive("a", "two");
  const auto listed = all(input);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_TRUE(listed[0].latest);
  EXPECT_FALSE(listed[1].latest);
  for (const ObjectInfo& entry : listed) {
    const auto info = store->head(context, entry.ref);
    ASSERT_DONE(info);
    EXPECT_FALSE(entry.delete_marker);
    EXPECT_EQ(entry.size, info->size);
    EXPECT_EQ(entry.etag, info->etag);
    EXPECT_EQ(entry.last_modified, info->last_modified);
    if (!entry.metadata.empty()) {
      EXPECT_EQ(entry.metadata, info->metadata);
    }
    if (entry.crc64nvme) {
      EXPECT_EQ(entry.crc64nvme, info->crc64nvme);
    }
  }
  EXPECT_EQ(listed[1].ref, first.ref);
  EXPECT_EQ(listed[0].ref, second.ref);
}

TEST_P(ObjectStoreContract, ListsBelowAPrefix) {
  for (const char* key : {"a", "a/", "a/b", "a/c", "ab", "b", "%", "%2F"}) arrive(key, key);
  struct Case {
    std::string prefix;
    std::vector<std::string> keys;
  };
  for (const Case& c :
       {Case{"a/", {"a/", "a/b", "a/c"}}, Case{"a", {"a", "a/", "a/b", "a/c", "ab"}}, Case{"a/b", {"a/b"}},
        Case{"%", {"%", "%2F"}}, Case{"c", {}}, Case{"a/b/", {}}, Case{std::string(1024, 'z'), {}}})
    for (const std::size_t limit : page_sizes(*subject)) {
      std::vector<std::string> keys;
      for (const ObjectInfo& version : all(input, c.prefix, limit)) keys.push_back(version.ref.key.value());
      EXPECT_EQ(keys, c.keys) << c.prefix << " by " << limit;
    }
}

TEST_P(ObjectStoreContract, ListsPagesOfOneTo1000) {
  arrive("a", "one");
  for (const std::size_t limit : {0UL, 1001UL, SIZE_MAX}) {
    EXPECT_CODE(kInvalidArgument, store->list_versions(context, input, "", limit, ""));
    EXPECT_CODE(kInvalidArgument, store->list_key_versions(context, input, ObjectKey{"a"}, {}, limit, ""));
  }
  EXPECT_EQ(all(input, "", 1).size(), 1U);
  EXPECT_TRUE(all(output).empty());
}

TEST_P(ObjectStoreContract, RefusesCursorsThatItDidNotGive) {
  for (const char* key : {"a/1", "a/2", "a/3"}) arrive(key, key);
  for (int i = 0; i < 3; ++i) arrive("k", "k" + std::to_string(i));
  const auto page = store->list_versions(context, input, "a/", 1, "");
  ASSERT_DONE(page);
  ASSERT_FALSE(page->next_cursor.empty());
  for (const std::string& altered : altered_cursors(page->next_cursor))
    EXPECT_CODE(kInvalidArgument, store->list_versions(context, input, "a/", 1, altered)) << escape_text(altered);
  EXPECT_CODE(kInvalidArgument, store->list_versions(context, input, "", 1, page->next_cursor)) << "another prefix";
  EXPECT_CODE(kInvalidArgument, store->list_versions(context, output, "a/", 1, page->next_cursor)) << "another bucket";
  EXPECT_DONE(store->list_versions(context, input, "a/", 2, page->next_cursor)) << "the limit may change";
  const auto of_key = store->list_key_versions(context, input, ObjectKey{"k"}, {}, 1, "");
  ASSERT_DONE(of_key);
  ASSERT_FALSE(of_key->next_cursor.empty());
  for (const std::string& altered : altered_cursors(of_key->next_cursor))
    EXPECT_CODE(kInvalidArgument, store->list_key_versions(context, input, ObjectKey{"k"}, {}, 1, altered));
  EXPECT_CODE(kInvalidArgument, store->list_key_versions(context, input, ObjectKey{"k"}, {}, 1, page->next_cursor));
  EXPECT_CODE(kInvalidArgument, store->list_key_versions(context, input, ObjectKey{"j"}, {}, 1, of_key->next_cursor));
}

TEST_P(ObjectStoreContract, PagesHoldWhileVersionsComeAndGo) {
  std::vector<ObjectInfo> stay;
  for (int i = 0; i < 10; ++i) stay.push_back(arrive("k" + std::to_string(i), "stays"));
  const ObjectInfo removed = arrive("k3", "goes");
  std::vector<ObjectRef> seen;
  std::string cursor;
  for (int n = 0; n < 100; ++n) {
    auto page = store->list_versions(context, input, "", 3, cursor);
    ASSERT_DONE(page);
    for (const ObjectInfo& version : page->versions) seen.push_back(version.ref);
    cursor = page->next_cursor;
    if (cursor.empty()) break;
    // What was listed last goes away, and a new key comes before the position.
    if (n == 0) {
      ASSERT_DONE(store->remove_version(context, removed.ref, Seal{}));
    }
    arrive("a" + std::to_string(n), "comes");
  }
  for (const ObjectInfo& info : stay)
    EXPECT_EQ(std::count(seen.begin(), seen.end(), info.ref), 1) << info.ref.key.value();
}

TEST_P(ObjectStoreContract, ListsTheVersionsOfOneKey) {
  std::vector<ObjectInfo> made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(arrive("k", "bytes " + std::to_string(i)));
    subject->pass(Millis{1000});
  }
  for (const char* other : {"k/", "k/k", "kk", "K", "k "}) arrive(other, "other");
  std::vector<ObjectRef> newest_first;
  for (auto i = made.rbegin(); i != made.rend(); ++i) newest_first.push_back(i->ref);
  for (const std::size_t limit : {1U, 2U, 1000U}) EXPECT_EQ(refs(all_of_key(input, "k", {}, limit)), newest_first);
  const std::vector<ObjectRef> newest_two(newest_first.begin(), newest_first.begin() + 2);
  EXPECT_EQ(refs(all_of_key(input, "k", made[3].last_modified)), newest_two) << "`since` is inclusive";
  EXPECT_EQ(refs(all_of_key(input, "k", made[3].last_modified, 1)), newest_two);
  EXPECT_TRUE(all_of_key(input, "k", made[4].last_modified + Millis{1}).empty());
  EXPECT_TRUE(all_of_key(input, "never").empty());
}

TEST_P(ObjectStoreContract, FindsWhatItPublishedAmongTheVersionsOfItsKey) {
  const CopyAnswer answer = stand("t", "bytes");
  const auto listed = all_of_key(output, "t");
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].ref.version, answer.version);
  EXPECT_EQ(listed[0].etag, answer.etag);
  const auto info = store->head(context, listed[0].ref);
  ASSERT_DONE(info);
}

TEST_P(ObjectStoreContract, LooksBehindWhatAConsumerTook) {
  const CopyAnswer answer = stand("t", "bytes");
  subject->take(ObjectKey{"t"});
  const ObjectRef ref{output, ObjectKey{"t"}, answer.version};
  EXPECT_CODE(kNotFound, store->head(context, {output, ObjectKey{"t"}, VersionId{}}));
  const auto listed = all_of_key(output, "t");
  if (subject->has_delete_markers()) {
    ASSERT_EQ(listed.size(), 1U) << "the version is behind the marker, the marker itself is left out";
    EXPECT_EQ(listed[0].ref, ref);
    EXPECT_FALSE(listed[0].latest);
    EXPECT_EQ(read(ref), "bytes");
  } else {  // it may be remembered; then by its own version id
    EXPECT_CODE(kNotFound, store->head(context, ref));
    for (const ObjectInfo& version : listed) EXPECT_EQ(version.ref, ref);
  }
}

TEST_P(ObjectStoreContract, ShowsAndLiftsDeleteMarkers) {
  const CopyAnswer answer = stand("t", "bytes");
  subject->take(ObjectKey{"t"});
  const auto listed = all(output);
  if (!subject->has_delete_markers()) {
    for (const ObjectInfo& version : listed) EXPECT_FALSE(version.delete_marker);
    return;
  }
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_TRUE(listed[0].delete_marker);
  EXPECT_TRUE(listed[0].latest);
  EXPECT_FALSE(listed[1].delete_marker);
  EXPECT_FALSE(listed[1].latest);
  EXPECT_CODE(kNotFound, store->head(context, listed[0].ref)) << "a marker asked for by version";
  EXPECT_CODE(kNotFound, store->open(context, listed[0].ref, ETag{}, {}));
  ASSERT_DONE(store->remove_version(context, listed[0].ref, Seal{}));
  EXPECT_EQ(sight(output, "t").version, answer.version);
}

}  // namespace scalper
