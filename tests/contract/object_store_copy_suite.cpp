// ObjectStore: the create-only copy.

#include "contract/object_store_suite.h"
#include "digest/crc64nvme.h"
#include "ports/metadata.h"

namespace scalper {

TEST_P(ObjectStoreContract, CopyAnswersUnsupportedWhereItIsLacking) {
  const CopyRequest copy = request(arrive("a", "bytes"), "t");
  const auto answer = store->copy(context, copy);
  if (store->capabilities().create_only_copy) {
    EXPECT_DONE(answer);
    return;
  }
  EXPECT_CODE(kUnsupported, answer);
  EXPECT_TRUE(all(output).empty());
  EXPECT_EQ(read(copy.source), "bytes");
}

TEST_P(ObjectStoreContract, CopyPublishesBytesMetadataAndType) {
  const ObjectInfo source = arrive("a", "some bytes", {{"sender", "s"}, {"both", "theirs"}});
  const auto answer = publish(request(source, "t/u", {{"both", "ours"}, {kMetaId, "id"}}));
  ASSERT_DONE(answer);
  const ObjectRef target{output, ObjectKey{"t/u"}, answer->version};
  const auto info = store->head(context, target);
  ASSERT_DONE(info);
  EXPECT_EQ(info->latest, subject->tells_latest_by_version());
  EXPECT_EQ(info->etag, answer->etag);
  EXPECT_EQ(info->size, 10U);
  EXPECT_EQ(answer->size, 10U);
  EXPECT_EQ(info->metadata, (Metadata{{"sender", "s"}, {"both", "ours"}, {kMetaId, "id"}}));
  EXPECT_EQ(info->content_type, "text/plain");
  // Absent from the answer means: ask head(), which must then know, or say nothing that is wrong.
  const auto crc = answer->crc64nvme ? answer->crc64nvme : info->crc64nvme;
  EXPECT_TRUE(crc || !subject->states_checksums());
  if (crc) {
    EXPECT_EQ(*crc, crc64nvme(as_bytes("some bytes")));
  }
  EXPECT_EQ(read(target), "some bytes");
}

TEST_P(ObjectStoreContract, CopyLeavesOrConsumesItsSourceAsDeclared) {
  const ObjectInfo source = arrive("a", "bytes");
  const ObjectInfo other = arrive("b", "bytes");
  ASSERT_DONE(publish(request(source, "t")));
  if (consumes()) {
    EXPECT_CODE(kNotFound, store->head(context, source.ref));
    EXPECT_CODE(kNotFound, store->open(context, source.ref, source.etag, {}));
  } else {
    EXPECT_EQ(read(source.ref), "bytes");
  }
  EXPECT_EQ(read(other.ref), "bytes");
  EXPECT_DONE(store->remove_version(context, source.ref, Seal{})) << "step 8 follows in both forms";
  EXPECT_EQ(sight(output, "t").bytes, "bytes");
}

TEST_P(ObjectStoreContract, CopyRefusesAKeyThatIsTaken) {
  stand("t", "standing");
  const Sight before = sight(output, "t");
  const CopyRequest copy = request(arrive("a", "bytes"), "t");
  const auto answer = publish(copy);
  EXPECT_TRUE(fails_with(store->capabilities().create_only_copy ? ErrorCode::kAlreadyExists  //
                                                                : ErrorCode::kPreconditionFailed,
                         answer));
  EXPECT_EQ(sight(output, "t"), before);
  EXPECT_EQ(read(copy.source), "bytes") << "a refused copy consumes nothing";
}

TEST_P(ObjectStoreContract, CopyRefusesAChangedSource) {
  CopyRequest copy = request(arrive("a", "bytes"), "t");
  for (const ETag& wrong : {ETag{"another"}, ETag{}}) {
    copy.source_etag = wrong;
    EXPECT_CODE(kPreconditionFailed, publish(copy));
    EXPECT_CODE(kPreconditionFailed, store->begin_replace(context, copy));
  }
  EXPECT_TRUE(all(output).empty());
  EXPECT_EQ(read(copy.source), "bytes");
}

TEST_P(ObjectStoreContract, CopyNeedsASource) {
  CopyRequest copy = request(arrive("a", "bytes"), "t");
  const ObjectRef there = copy.source;
  for (const ObjectRef& missing :
       {ObjectRef{input, ObjectKey{"a"}, VersionId{"no-such-version"}}, ObjectRef{input, ObjectKey{"b"}, there.version},
        ObjectRef{output, ObjectKey{"a"}, there.version}}) {
    copy.source = missing;
    EXPECT_CODE(kNotFound, publish(copy));
    EXPECT_CODE(kNotFound, store->begin_replace(context, copy));
  }
  copy.source = {input, ObjectKey{"a"}, VersionId{}};  // "the current one" may be another by now
  EXPECT_CODE(kInvalidArgument, publish(copy));
  EXPECT_TRUE(all(output).empty());
  EXPECT_EQ(read(there), "bytes");
}

TEST_P(ObjectStoreContract, CopyTakesTheNamedVersionAndNoNewer) {
  const ObjectInfo first = arrive("a", "one");
  const ObjectInfo second = arrive("a", "two");
  ASSERT_DONE(publish(request(first, "t")));
  EXPECT_EQ(sight(output, "t").bytes, "one");
  EXPECT_EQ(read(second.ref), "two");
}

TEST_P(ObjectStoreContract, CopyTwiceIsRefusedOrFindsNoSource) {
  const CopyRequest copy = request(arrive("a", "bytes"), "t");
  ASSERT_DONE(publish(copy));
  const Sight before = sight(output, "t");
  const auto again = publish(copy);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.failed_with(ErrorCode::kNotFound), consumes());
  EXPECT_EQ(sight(output, "t"), before);
}

TEST_P(ObjectStoreContract, CopyGoesWhereAnObjectWasTakenAway) {
  const CopyAnswer first = stand("t", "one");
  ASSERT_DONE(store->remove_version(context, {output, ObjectKey{"t"}, first.version}, Seal{}));
  EXPECT_EQ(sight(output, "t"), Sight{});
  stand("t", "two");
  EXPECT_EQ(sight(output, "t").bytes, "two");
  subject->take(ObjectKey{"t"});
  EXPECT_EQ(sight(output, "t"), Sight{});
  stand("t", "three");
  EXPECT_EQ(sight(output, "t").bytes, "three");
}

TEST_P(ObjectStoreContract, CopyOfAPublishedObjectGoesOn) {  // a review: quarantine to output
  const CopyAnswer standing = stand("q", "bytes");
  const auto info = store->head(context, {output, ObjectKey{"q"}, standing.version});
  ASSERT_DONE(info);
  ASSERT_DONE(publish(request(*info, "released")));
  EXPECT_EQ(sight(output, "released").bytes, "bytes");
  EXPECT_EQ(sight(output, "q").there, !consumes());
}

TEST_P(ObjectStoreContract, CopyWithoutASealGoesBeforeADecision) {  // failed files: never parsed, so never sealed
  const ObjectInfo source = arrive("a", "bytes");
  CopyRequest copy;
  copy.source = source.ref;
  copy.source_etag = source.etag;
  copy.bucket = output;
  copy.key = ObjectKey{"t"};
  ASSERT_DONE(publish(copy));
  EXPECT_EQ(sight(output, "t").bytes, "bytes");
}

TEST_P(ObjectStoreContract, CopyCutsTheSendersMetadataAndNeverOurs) {
  const Metadata theirs{{"a", std::string(900, 'x')}, {"b", std::string(900, 'y')}};
  const Metadata ours{{kMetaId, std::string(500, 'i')}};
  const ObjectInfo source = arrive("a", "bytes", theirs);
  ASSERT_DONE(publish(request(source, "t", ours)));
  EXPECT_EQ(sight(output, "t").metadata, merge_metadata(theirs, ours));
  EXPECT_EQ(sight(output, "t").metadata.count("b"), 0U);
  const CopyRequest copy = request(arrive("b", "bytes"), "u", {{kMetaId, std::string(2048, 'i')}});
  EXPECT_CODE(kInvalidArgument, publish(copy));
  EXPECT_EQ(sight(output, "u"), Sight{});
  EXPECT_TRUE(is_there(copy.source));
}

TEST_P(ObjectStoreContract, ThreadsCopyToOneKeyAndOneWins) {
  constexpr int kThreads = 4;
  for (int round = 0; round < 20; ++round) {
    const std::string key = "t" + std::to_string(round);
    std::vector<CopyRequest> copies;
    for (int i = 0; i < kThreads; ++i)
      copies.push_back(request(arrive("in/" + key + "." + std::to_string(i), "bytes of " + std::to_string(i)), key));
    std::vector<ErrorCode> refusals(kThreads, ErrorCode::kInternal);
    std::atomic<int> won{0};
    std::atomic<int> winner{-1};
    run_together(kThreads, [&](int i) {
      const auto answer = publish(copies[static_cast<std::size_t>(i)]);
      if (answer.ok()) {
        ++won;
        winner = i;
      } else {
        refusals[static_cast<std::size_t>(i)] = answer.error().code();
      }
    });
    ASSERT_EQ(won, 1);
    EXPECT_EQ(sight(output, key).bytes, "bytes of " + std::to_string(winner));
    for (int i = 0; i < kThreads; ++i) {
      const auto n = static_cast<std::size_t>(i);
      if (i == winner) continue;
      EXPECT_EQ(refusals[n], store->capabilities().create_only_copy ? ErrorCode::kAlreadyExists  //
                                                                    : ErrorCode::kPreconditionFailed);
      EXPECT_EQ(read(copies[n].source), "bytes of " + std::to_string(i));
    }
  }
}

TEST_P(ObjectStoreContract, ThreadsCopyOneSourceAndItIsPublishedOnceAKey) {
  for (int round = 0; round < 20; ++round) {
    const CopyRequest copy = request(arrive("a" + std::to_string(round), "bytes"), "t" + std::to_string(round));
    std::atomic<int> won{0};
    run_together(4, [&](int) { won += publish(copy).ok() ? 1 : 0; });
    EXPECT_EQ(won, 1);
    EXPECT_EQ(sight(output, copy.key.value()).bytes, "bytes");
  }
}

}  // namespace scalper
