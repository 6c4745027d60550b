// ObjectStore: the fenced replacement.

#include "contract/object_store_suite.h"

namespace scalper {

TEST_P(ObjectStoreContract, ReplacementPublishesOnlyWithComplete) {
  const CopyAnswer old = stand("t", "old");
  const Sight before = sight(output, "t");
  const CopyRequest replacement = request(arrive("a", "new", {{"sender", "s"}}), "t", {{kMetaId, "id"}});
  const auto upload = store->begin_replace(context, replacement);
  ASSERT_DONE(upload);
  EXPECT_FALSE(upload->empty());
  EXPECT_EQ(sight(output, "t"), before);
  EXPECT_EQ(all(output).size(), 1U) << "an open upload is in no listing";
  EXPECT_EQ(read(replacement.source), "new") << "nothing is consumed yet";
  const auto answer = store->complete_replace(context, replacement, *upload, old.etag);
  ASSERT_DONE(answer);
  const Sight after = sight(output, "t");
  EXPECT_EQ(after.bytes, "new");
  EXPECT_EQ(after.version, answer->version);
  EXPECT_NE(after.version, old.version);
  EXPECT_EQ(after.metadata, (Metadata{{"sender", "s"}, {kMetaId, "id"}}));
  EXPECT_EQ(answer->size, 3U);
  const auto info = store->head(context, {output, ObjectKey{"t"}, answer->version});
  ASSERT_DONE(info);
  EXPECT_EQ(info->etag, answer->etag);
  EXPECT_EQ(info->latest, subject->tells_latest_by_version());
  EXPECT_TRUE(answer->crc64nvme || info->crc64nvme || !subject->states_checksums());
  EXPECT_EQ(is_there(replacement.source), !consumes());
}

TEST_P(ObjectStoreContract, ReplacementWantsTheExpectedVersion) {
  stand("t", "old");
  const Sight before = sight(output, "t");
  const CopyRequest replacement = request(arrive("a", "new"), "t");
  const auto upload = store->begin_replace(context, replacement);
  ASSERT_DONE(upload);
  EXPECT_CODE(kPreconditionFailed, store->complete_replace(context, replacement, *upload, ETag{"another"}));
  EXPECT_CODE(kPreconditionFailed, store->complete_replace(context, replacement, *upload, ETag{}));
  EXPECT_EQ(sight(output, "t"), before);
  EXPECT_EQ(read(replacement.source), "new");
  EXPECT_DONE(store->abort_replace(context, output, replacement.key, *upload));
}

TEST_P(ObjectStoreContract, ReplacementOfNothingWantsNothingThere) {
  const CopyRequest replacement = request(arrive("a", "new"), "t");
  const auto upload = store->begin_replace(context, replacement);
  ASSERT_DONE(upload);
  EXPECT_CODE(kPreconditionFailed, store->complete_replace(context, replacement, *upload, ETag{"something"}));
  EXPECT_EQ(sight(output, "t"), Sight{});
  EXPECT_DONE(store->complete_replace(context, replacement, *upload, ETag{}))
      << "a refused complete may be tried again";
  EXPECT_EQ(sight(output, "t").bytes, "new");
}

TEST_P(ObjectStoreContract, ReplacementOfNothingGoesWhereAConsumerTook) {
  stand("t", "old");
  subject->take(ObjectKey{"t"});
  const CopyRequest replacement = request(arrive("a", "new"), "t");
  const auto upload = store->begin_replace(context, replacement);
  ASSERT_DONE(upload);
  EXPECT_DONE(store->complete_replace(context, replacement, *upload, ETag{}));
  EXPECT_EQ(sight(output, "t").bytes, "new");
}

TEST_P(ObjectStoreContract, AnAbortedReplacementNeverPublishes) {
  const CopyAnswer old = stand("t", "old");
  const Sight before = sight(output, "t");
  const CopyRequest replacement = request(arrive("a", "new"), "t");
  const auto upload = store->begin_replace(context, replacement);
  ASSERT_DONE(upload);
  ASSERT_DONE(store->abort_replace(context, output, replacement.key, *upload));
  EXPECT_CODE(kNotFound, store->complete_replace(context, replacement, *upload, old.etag));
  EXPECT_EQ(sight(output, "t"), before);
  EXPECT_EQ(read(replacement.source), "new");
  EXPECT_DONE(store->abort_replace(context, output, replacement.key, *upload)) << "again";
  EXPECT_DONE(store->abort_replace(context, output, replacement.key, UploadId{"never-was"}));
  EXPECT_DONE(store->abort_replace(context, output, replacement.key, UploadId{"../../t"}));
  EXPECT_EQ(sight(output, "t"), before);
}

TEST_P(ObjectStoreContract, AReplacementCompletesOnce) {
  const CopyAnswer old = stand("t", "old");
  const CopyRequest replacement = request(arrive("a", "new"), "t");
  const auto upload = store->begin_replace(context, replacement);
  ASSERT_DONE(upload);
  const auto answer = store->complete_replace(context, replacement, *upload, old.etag);
  ASSERT_DONE(answer);
  const Sight after = sight(output, "t");
  for (const ETag& match : {old.etag, answer->etag, ETag{}}) {
    const auto again = store->complete_replace(context, replacement, *upload, match);
    if (!subject->repeats_completions()) {
      EXPECT_CODE(kNotFound, again);
    } else if (again.ok()) {
      EXPECT_EQ(again->version, answer->version);
    } else {
      EXPECT_TRUE(again.failed_with(ErrorCode::kNotFound) || again.failed_with(ErrorCode::kPreconditionFailed));
    }
  }
  EXPECT_EQ(sight(output, "t"), after);
  EXPECT_DONE(store->abort_replace(context, output, replacement.key, *upload)) << "too late, and harmless";
  EXPECT_EQ(sight(output, "t"), after);
}

// Contents A, B, A of one key: the etag of the first A fits again, the fence is the upload id.
TEST_P(ObjectStoreContract, AnAbortHoldsThoughTheETagFitsAgain) {
  const CopyAnswer a = stand("t", "A");
  const CopyRequest hanging = request(arrive("hanging", "late"), "t");
  const auto late = store->begin_replace(context, hanging);
  ASSERT_DONE(late);
  const CopyRequest to_b = request(arrive("b", "B"), "t");
  const auto b = store->begin_replace(context, to_b);
  ASSERT_DONE(b);
  const auto at_b = store->complete_replace(context, to_b, *b, a.etag);
  ASSERT_DONE(at_b);
  ASSERT_DONE(store->abort_replace(context, output, ObjectKey{"t"}, *late));
  ASSERT_DONE(store->remove_version(context, {output, ObjectKey{"t"}, at_b->version}, Seal{}));
  if (sight(output, "t").there) {
    ASSERT_DONE(store->remove_version(context, {output, ObjectKey{"t"}, a.version}, Seal{}));
  }
  const CopyAnswer again = stand("t", "A");
  EXPECT_CODE(kNotFound, store->complete_replace(context, hanging, *late, again.etag));
  EXPECT_CODE(kNotFound, store->complete_replace(context, hanging, *late, a.etag));
  EXPECT_EQ(sight(output, "t").bytes, "A");
}

TEST_P(ObjectStoreContract, UploadsOfOneKeyAreApart) {
  const CopyAnswer old = stand("t", "old");
  const CopyRequest one = request(arrive("a", "one"), "t");
  const CopyRequest two = request(arrive("b", "two"), "t");
  const auto first = store->begin_replace(context, one);
  const auto second = store->begin_replace(context, two);
  ASSERT_DONE(first);
  ASSERT_DONE(second);
  EXPECT_NE(*first, *second);
  ASSERT_DONE(store->abort_replace(context, output, ObjectKey{"t"}, *first));
  ASSERT_DONE(store->complete_replace(context, two, *second, old.etag));
  EXPECT_EQ(sight(output, "t").bytes, "two");
}

TEST_P(ObjectStoreContract, AnUploadBelongsToItsKey) {
  const CopyRequest own = request(arrive("a", "new"), "t");
  const auto upload = store->begin_replace(context, own);
  ASSERT_DONE(upload);
  CopyRequest other = own;
  other.key = ObjectKey{"u"};
  EXPECT_CODE(kNotFound, store->complete_replace(context, other, *upload, ETag{}));
  EXPECT_DONE(store->abort_replace(context, output, ObjectKey{"u"}, *upload));
  EXPECT_EQ(sight(output, "u"), Sight{});
  EXPECT_DONE(store->complete_replace(context, own, *upload, ETag{})) << "another key's abort is not its own";
}

TEST_P(ObjectStoreContract, ThreadsReplaceOneVersionAndOneWins) {
  constexpr int kThreads = 4;
  for (int round = 0; round < 15; ++round) {
    const std::string key = "t" + std::to_string(round);
    const CopyAnswer old = stand(key, "old");
    std::vector<CopyRequest> requests;
    std::vector<UploadId> uploads;
    for (int i = 0; i < kThreads; ++i) {
      requests.push_back(request(arrive("in/" + key + "." + std::to_string(i), "new " + std::to_string(i)), key));
      const auto upload = store->begin_replace(context, requests.back());
      ASSERT_DONE(upload);
      uploads.push_back(*upload);
    }
    std::atomic<int> won{0};
    std::atomic<int> refused{0};
    std::atomic<int> winner{-1};
    run_together(kThreads, [&](int i) {
      const auto n = static_cast<std::size_t>(i);
      const auto answer = store->complete_replace(context, requests[n], uploads[n], old.etag);
      if (answer.ok()) {
        ++won;
        winner = i;
      }
      refused += answer.failed_with(ErrorCode::kPreconditionFailed) ? 1 : 0;
    });
    EXPECT_EQ(won + refused, kThreads);
    EXPECT_GE(won, 1);
    if (!subject->replaces_atomically()) continue;
    EXPECT_EQ(won, 1);
    EXPECT_EQ(sight(output, key).bytes, "new " + std::to_string(winner));
  }
}

TEST_P(ObjectStoreContract, ThreadsAbortAndCompleteAndTheAbortIsFinal) {
  for (int round = 0; round < 40; ++round) {
    const std::string key = "t" + std::to_string(round);
    const CopyAnswer old = stand(key, "old");
    const CopyRequest replacement = request(arrive("in/" + key, "new"), key);
    const auto upload = store->begin_replace(context, replacement);
    ASSERT_DONE(upload);
    Sight after_abort;
    bool completed = false;
    run_together(2, [&](int i) {
      if (i == 0) {
        completed = store->complete_replace(context, replacement, *upload, old.etag).ok();
        return;
      }
      EXPECT_DONE(store->abort_replace(context, output, replacement.key, *upload));
      after_abort = sight(output, key);
    });
    EXPECT_EQ(sight(output, key), after_abort) << "it took effect after the abort had answered";
    EXPECT_EQ(after_abort.bytes, completed ? "new" : "old");
  }
}

}  // namespace scalper
