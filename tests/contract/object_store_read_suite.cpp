// ObjectStore: put, head, open, seal, confirm, remove_version.

#include "contract/object_store_suite.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"

namespace scalper {
namespace {

std::string sha256_hex(const std::string& text) { return to_hex(sha256(as_bytes(text))); }

// Bytes that no two positions of share a neighbourhood.
std::string patterned(std::size_t size) {
  std::string text;
  for (std::uint32_t word = 1; text.size() < size; word = word * 1664525U + 1013904223U)
    for (int shift = 0; shift < 32; shift += 8) text += static_cast<char>(word >> shift);
  text.resize(size);
  return text;
}

}  // namespace

TEST_P(ObjectStoreContract, ChecksThatBucketsAreThere) {
  EXPECT_DONE(store->check_bucket(context, input));
  EXPECT_DONE(store->check_bucket(context, output));
  EXPECT_CODE(kInvalidArgument, store->check_bucket(context, BucketName{"no-such-bucket"}));
  EXPECT_CODE(kInvalidArgument, store->check_bucket(context, BucketName{""}));
  EXPECT_CODE(kInvalidArgument, store->check_bucket(context, BucketName{"../output"}));
  EXPECT_CODE(kNotFound, store->head(context, {BucketName{"no-such-bucket"}, ObjectKey{"a"}, VersionId{}}));
}

TEST_P(ObjectStoreContract, GivesBackEveryAwkwardKey) {
  for (const std::string& key : keys()) {
    SCOPED_TRACE(escape_text(key));
    const std::string bytes = "bytes of " + key;
    const ObjectInfo made = arrive(key, bytes, {{"origin", "test"}});
    EXPECT_EQ(made.ref.bucket, input);
    EXPECT_EQ(made.ref.key.value(), key);
    EXPECT_FALSE(made.ref.version.empty());
    EXPECT_EQ(made.size, bytes.size());
    EXPECT_FALSE(made.etag.empty());
    for (const ObjectRef& ref : {made.ref, ObjectRef{input, ObjectKey{key}, VersionId{}}}) {
      const auto info = store->head(context, ref);
      ASSERT_DONE(info);
      EXPECT_EQ(info->ref, made.ref);
      EXPECT_EQ(info->size, bytes.size());
      EXPECT_EQ(info->etag, made.etag);
      EXPECT_EQ(info->last_modified, made.last_modified);
      EXPECT_EQ(info->latest, ref.version.empty() || subject->tells_latest_by_version());
      EXPECT_FALSE(info->delete_marker);
      EXPECT_EQ(info->metadata, (Metadata{{"origin", "test"}}));
      EXPECT_EQ(info->content_type, "text/plain");
      if (info->crc64nvme) {
        EXPECT_EQ(*info->crc64nvme, crc64nvme(as_bytes(bytes)));
      }
      EXPECT_EQ(read(ref), bytes);
    }
  }
}

TEST_P(ObjectStoreContract, PublishesUnderEveryAwkwardKey) {
  for (const std::string& key : keys()) {
    SCOPED_TRACE(escape_text(key));
    const CopyAnswer answer = stand(key, "bytes of " + key);
    EXPECT_EQ(read({output, ObjectKey{key}, answer.version}), "bytes of " + key);
  }
  for (const std::string& key : keys())  // none was taken for another
    EXPECT_EQ(sight(output, key).bytes, "bytes of " + key) << escape_text(key);
}

TEST_P(ObjectStoreContract, RefusesKeysOfImpossibleLength) {
  for (const std::string& key : {std::string(), std::string(1025, 'k')}) {
    TextSource body("bytes");
    EXPECT_CODE(kInvalidArgument, store->put(context, input, ObjectKey{key}, body, {}, "", false));
  }
  const CopyRequest wrong = request(arrive("in", "bytes"), std::string(1025, 'k'));
  EXPECT_CODE(kInvalidArgument, publish(wrong));
  EXPECT_TRUE(is_there(wrong.source));
  EXPECT_EQ(all(input).size(), 1U);
  EXPECT_TRUE(all(output).empty());
}

TEST_P(ObjectStoreContract, OpensRanges) {
  const std::string bytes = "0123456789";
  const ObjectInfo made = arrive("digits", bytes);
  struct Case {
    ByteRange range;
    std::string expected;
  };
  for (const Case& c : {Case{{}, bytes}, Case{{0, 4}, "0123"}, Case{{3, 4}, "3456"}, Case{{9, 1}, "9"},
                        Case{{9, 100}, "9"}, Case{{4, UINT64_MAX}, "456789"}, Case{{10, 5}, ""}, Case{{0, 0}, ""}}) {
    EXPECT_EQ(read(made.ref, c.range), c.expected) << c.range.first << "+" << c.range.length;
    const auto opened = store->open(context, made.ref, made.etag, c.range);
    ASSERT_DONE(opened);
    EXPECT_EQ(opened->info.size, bytes.size()) << "of the object, not of the range";
    EXPECT_EQ(opened->info.ref, made.ref);
  }
  EXPECT_CODE(kInvalidArgument, store->open(context, made.ref, ETag{}, {11, 1}));
  EXPECT_CODE(kInvalidArgument, store->open(context, made.ref, ETag{}, {UINT64_MAX, UINT64_MAX}));
}

TEST_P(ObjectStoreContract, OpenTellsAllThatHeadTells) {
  const ObjectInfo made = arrive("a", "bytes", {{"sender", "s"}});
  const auto head = store->head(context, made.ref);
  const auto opened = store->open(context, made.ref, made.etag, {});
  ASSERT_DONE(head);
  ASSERT_DONE(opened);
  EXPECT_EQ(opened->info.ref, head->ref);
  EXPECT_EQ(opened->info.size, head->size);
  EXPECT_EQ(opened->info.etag, head->etag);
  EXPECT_EQ(opened->info.last_modified, head->last_modified);
  EXPECT_EQ(opened->info.latest, head->latest);
  EXPECT_EQ(opened->info.crc64nvme, head->crc64nvme);
  EXPECT_EQ(opened->info.content_type, head->content_type);
  EXPECT_EQ(opened->info.metadata, head->metadata);
}

TEST_P(ObjectStoreContract, OpensOnlyTheExpectedETag) {
  const ObjectInfo made = arrive("a", "bytes");
  EXPECT_DONE(store->open(context, made.ref, made.etag, {}));
  EXPECT_CODE(kPreconditionFailed, store->open(context, made.ref, ETag{"another"}, {}));
  EXPECT_CODE(kNotFound, store->open(context, {input, ObjectKey{"b"}, VersionId{}}, ETag{}, {}));
  EXPECT_CODE(kNotFound, store->open(context, {input, ObjectKey{"a"}, VersionId{"no-such-version"}}, ETag{}, {}));
  EXPECT_CODE(kNotFound, store->head(context, {input, ObjectKey{"a"}, VersionId{"../../etc/passwd"}}));
}

TEST_P(ObjectStoreContract, KeepsEmptyAndLargeObjectsWhole) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{65536}, std::size_t{3 * 1024 * 1024 + 1}}) {
    const std::string bytes = patterned(size);
    const ObjectInfo made = arrive("size" + std::to_string(size), bytes);
    EXPECT_EQ(made.size, size);
    for (const std::size_t piece : {std::size_t{1000}, std::size_t{65536}, std::size_t{1} << 23U}) {
      auto opened = store->open(context, made.ref, made.etag, {});
      ASSERT_DONE(opened);
      const auto text = drain(context, *opened->body, piece);
      ASSERT_DONE(text);
      EXPECT_TRUE(*text == bytes) << size << " bytes in pieces of " << piece;
    }
  }
}

TEST_P(ObjectStoreContract, StoresWhatComesInSmallPieces) {
  const std::string bytes = patterned(10000);
  TextSource body(bytes, 7);
  const auto made = store->put(context, input, ObjectKey{"a"}, body, {}, "text/csv", true);
  ASSERT_DONE(made);
  EXPECT_EQ(read(made->ref), bytes);
}

TEST_P(ObjectStoreContract, StoresNothingOfAnUploadThatBreaks) {
  for (const ErrorCode code : {ErrorCode::kCorrupt, ErrorCode::kCancelled, ErrorCode::kUnavailable}) {
    TextSource body(patterned(200000), 65536, Error{code, "the sender went away"});
    const auto made = store->put(context, input, ObjectKey{"a"}, body, {}, "", false);
    EXPECT_TRUE(fails_with(code, made));
  }
  EXPECT_TRUE(all(input).empty());
  EXPECT_CODE(kNotFound, store->head(context, {input, ObjectKey{"a"}, VersionId{}}));
}

TEST_P(ObjectStoreContract, KeepsTheVersionsOfAnInputKeyApart) {
  const ObjectInfo first = arrive("a", "one");
  subject->pass(Millis{10});
  const ObjectInfo second = arrive("a", "two");
  EXPECT_NE(first.ref.version, second.ref.version);
  EXPECT_NE(first.etag, second.etag);
  EXPECT_EQ(read(first.ref), "one");
  EXPECT_EQ(read(second.ref), "two");
  EXPECT_EQ(sight(input, "a").version, second.ref.version);
  const auto old = store->head(context, first.ref);
  ASSERT_DONE(old);
  EXPECT_FALSE(old->latest);
  EXPECT_EQ(old->last_modified, first.last_modified);
}

TEST_P(ObjectStoreContract, PutsCreateOnly) {
  TextSource first("one");
  ASSERT_DONE(store->put(context, output, ObjectKey{"a"}, first, {}, "", true));
  const Sight before = sight(output, "a");
  TextSource second("two");
  EXPECT_CODE(kAlreadyExists, store->put(context, output, ObjectKey{"a"}, second, {}, "", true));
  EXPECT_EQ(sight(output, "a"), before);
  TextSource third("three");
  ASSERT_DONE(store->put(context, output, ObjectKey{"a"}, third, {}, "", false));
  EXPECT_EQ(sight(output, "a").bytes, "three");
}

TEST_P(ObjectStoreContract, RefusesTooMuchMetadata) {
  TextSource body("bytes");
  EXPECT_CODE(kInvalidArgument,
              store->put(context, input, ObjectKey{"a"}, body, {{"n", std::string(2048, 'v')}}, "", true));
  EXPECT_TRUE(all(input).empty());
  const ObjectInfo made = arrive("b", "bytes", {{"n", std::string(2047, 'v')}});
  EXPECT_EQ(sight(input, "b").metadata.at("n").size(), 2047U);
  EXPECT_TRUE(is_there(made.ref));
}

TEST_P(ObjectStoreContract, RemovesOneVersion) {
  const ObjectInfo first = arrive("a", "one");
  const ObjectInfo second = arrive("a", "two");
  const ObjectInfo other = arrive("b", "three");
  ASSERT_DONE(store->remove_version(context, first.ref, Seal{}));
  EXPECT_CODE(kNotFound, store->head(context, first.ref));
  EXPECT_EQ(read(second.ref), "two");
  EXPECT_EQ(read(other.ref), "three");
  EXPECT_DONE(store->remove_version(context, first.ref, Seal{}));  // again
  EXPECT_DONE(store->remove_version(context, {input, ObjectKey{"never"}, VersionId{"was"}}, Seal{}));
  EXPECT_DONE(store->remove_version(context, {input, ObjectKey{"b"}, second.ref.version}, Seal{}));  // of another key
  EXPECT_EQ(read(other.ref), "three");
  EXPECT_EQ(all(input).size(), 2U);
  ASSERT_DONE(store->remove_version(context, second.ref, Seal{}));
  EXPECT_EQ(sight(input, "a"), Sight{});
}

TEST_P(ObjectStoreContract, AnOlderInputVersionIsCurrentAgain) {
  const ObjectInfo first = arrive("a", "one");
  const ObjectInfo second = arrive("a", "two");
  ASSERT_DONE(store->remove_version(context, second.ref, Seal{}));
  EXPECT_EQ(sight(input, "a").version, first.ref.version);
  EXPECT_EQ(sight(input, "a").bytes, "one");
}

// Without a version it would mean "whatever is there now", and take a file that came meanwhile.
TEST_P(ObjectStoreContract, NeverRemovesWithoutAVersion) {
  const ObjectInfo made = arrive("a", "one");
  EXPECT_CODE(kInvalidArgument, store->remove_version(context, {input, ObjectKey{"a"}, VersionId{}}, Seal{}));
  EXPECT_EQ(sight(input, "a").version, made.ref.version);
}

TEST_P(ObjectStoreContract, NeverTakesAnotherVersionForTheNullVersion) {
  const ObjectInfo made = arrive("a", "one");
  EXPECT_DONE(
      store->remove_version(context, {input, ObjectKey{"a"}, VersionId{"null:" + made.etag.value() + ":0"}}, Seal{}));
  EXPECT_TRUE(is_there(made.ref));
}

TEST_P(ObjectStoreContract, ConfirmsSealedBytes) {
  const ObjectInfo made = arrive("a", "bytes");
  read(made.ref);
  const auto seal = store->seal(context, made.ref);
  ASSERT_DONE(seal);
  EXPECT_DONE(store->confirm(context, made.ref, *seal, sha256_hex("bytes")));
  const auto other = store->confirm(context, made.ref, *seal, sha256_hex("other bytes"));
  if (store->capabilities().immutable_versions) {
    EXPECT_DONE(other);
  } else {
    EXPECT_CODE(kPreconditionFailed, other);
  }
  EXPECT_EQ(read(made.ref), "bytes");
}

TEST_P(ObjectStoreContract, ConfirmsNothingThatIsGone) {
  const ObjectInfo made = arrive("a", "bytes");
  read(made.ref);
  const auto seal = store->seal(context, made.ref);
  ASSERT_DONE(seal);
  ASSERT_DONE(store->remove_version(context, made.ref, *seal));
  if (store->capabilities().immutable_versions) return;  // answers "yes" without looking
  EXPECT_CODE(kNotFound, store->confirm(context, made.ref, *seal, sha256_hex("bytes")));
  EXPECT_CODE(kNotFound, store->seal(context, made.ref));
}

// A call that begins too late does nothing, whichever it is.
TEST_P(ObjectStoreContract, BeginsNothingWhenStoppedOrTooLate) {
  const ObjectInfo source = arrive("a", "bytes");
  const CopyRequest copy = request(source, "target");
  const CopyRequest replacement = request(arrive("r", "new"), "replaced");
  const auto upload = store->begin_replace(context, replacement);
  ASSERT_DONE(upload);
  std::stop_source stop;
  stop.request_stop();
  CallContext stopped;
  stopped.stop = stop.get_token();
  CallContext late;
  late.deadline = subject->clock().mono_now() - Millis{1};
  for (const auto& [c, code] : {std::pair{stopped, ErrorCode::kCancelled}, std::pair{late, ErrorCode::kTimeout}}) {
    TextSource body("bytes");
    const BucketName target = output;
    EXPECT_TRUE(fails_with(code, store->check_bucket(c, input)));
    EXPECT_TRUE(fails_with(code, store->head(c, source.ref)));
    EXPECT_TRUE(fails_with(code, store->open(c, source.ref, ETag{}, {})));
    EXPECT_TRUE(fails_with(code, store->seal(c, source.ref)));
    EXPECT_TRUE(fails_with(code, store->confirm(c, source.ref, copy.seal, sha256_hex("bytes"))));
    EXPECT_TRUE(fails_with(code, store->copy(c, copy)));
    EXPECT_TRUE(fails_with(code, store->begin_replace(c, copy)));
    EXPECT_TRUE(fails_with(code, store->complete_replace(c, replacement, *upload, ETag{})));
    EXPECT_TRUE(fails_with(code, store->abort_replace(c, target, replacement.key, *upload)));
    EXPECT_TRUE(fails_with(code, store->remove_version(c, source.ref, Seal{})));
    EXPECT_TRUE(fails_with(code, store->list_versions(c, input, "", 10, "")));
    EXPECT_TRUE(fails_with(code, store->list_key_versions(c, input, source.ref.key, {}, 10, "")));
    EXPECT_TRUE(fails_with(code, store->put(c, output, ObjectKey{"p"}, body, {}, "", false)));
  }
  EXPECT_TRUE(all(output).empty());
  EXPECT_EQ(read(source.ref), "bytes");
  EXPECT_DONE(store->complete_replace(context, replacement, *upload, ETag{})) << "the late abort had no effect";
}

TEST_P(ObjectStoreContract, ThreadsPutCreateOnlyAndOneWins) {
  for (int round = 0; round < 20; ++round) {
    const ObjectKey key{"contested" + std::to_string(round)};
    std::atomic<int> won{0};
    std::atomic<int> refused{0};
    std::atomic<int> winner{-1};
    run_together(4, [&](int i) {
      TextSource body("bytes of " + std::to_string(i));
      const auto made = store->put(context, output, key, body, {}, "", true);
      if (made.ok()) winner = i;
      (made.ok() ? won : refused) += made.ok() || made.failed_with(ErrorCode::kAlreadyExists) ? 1 : 100;
    });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(refused, 3);
    EXPECT_EQ(sight(output, key.value()).bytes, "bytes of " + std::to_string(winner));
  }
}

}  // namespace scalper
