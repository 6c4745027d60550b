#include "contract/notice_feed_suite.h"

#include "support/records.h"

namespace scalper {
namespace {

using Ids = std::vector<std::string>;

Ids ids_of(const NoticePage& page) {
  Ids ids;
  for (const ToldNotice& told : page.notices) ids.push_back(told.notice.id);
  return ids;
}

}  // namespace

void NoticeFeedContract::tell(const std::string& id) {
  ASSERT_DONE(subject->notices().publish(
      context, {id, final_record("key " + id, "1", FileStatus::kInvalid, WallTime{Millis{1}})}));
}

TEST_P(NoticeFeedContract, IsEmptyBeforeTheFirst) {
  EXPECT_EQ(feed->newest(context).value(), 0U);
  const NoticePage page = feed->after(context, 0, 10).value();
  EXPECT_TRUE(page.notices.empty());
  EXPECT_EQ(page.read_to, 0U);
  EXPECT_FALSE(page.gap);
}

TEST_P(NoticeFeedContract, GoesOnWhereItWasReadTo) {
  for (const char* id : {"a.0", "b.0", "c.0", "c.1", "d.0"}) tell(id);
  const NoticePage first = feed->after(context, 0, 2).value();
  EXPECT_EQ(ids_of(first), (Ids{"a.0", "b.0"}));
  EXPECT_EQ(first.notices[1].notice.record.origin.key.value(), "key b.0");
  EXPECT_EQ(first.read_to, first.notices[1].number);
  const NoticePage second = feed->after(context, first.read_to, 100).value();
  EXPECT_EQ(ids_of(second), (Ids{"c.0", "c.1", "d.0"}));
  EXPECT_EQ(second.read_to, feed->newest(context).value());
  EXPECT_FALSE(first.gap || second.gap);
  const NoticePage end = feed->after(context, second.read_to, 100).value();
  EXPECT_TRUE(end.notices.empty() && !end.gap);
  EXPECT_EQ(end.read_to, second.read_to);
  tell("a.0");  // told again: it stays where it is
  tell("e.0");
  EXPECT_EQ(ids_of(feed->after(context, end.read_to, 100).value()), (Ids{"e.0"}));
}

TEST_P(NoticeFeedContract, SaysWhereSomeAreForgotten) {
  for (const char* id : {"a.0", "b.0", "c.0"}) tell(id);
  const std::uint64_t a = feed->after(context, 0, 1)->read_to;
  const std::uint64_t b = feed->after(context, a, 1)->read_to;
  subject->forget_oldest(2);
  const NoticePage from_a = feed->after(context, a, 10).value();
  EXPECT_TRUE(from_a.gap) << "b.0 is missing";
  EXPECT_EQ(ids_of(from_a), (Ids{"c.0"}));
  const NoticePage from_b = feed->after(context, b, 10).value();
  EXPECT_FALSE(from_b.gap) << "all after b.0 are there";
  subject->forget_oldest(1);
  const NoticePage nothing = feed->after(context, b, 10).value();
  EXPECT_TRUE(nothing.gap);
  EXPECT_EQ(nothing.read_to, feed->newest(context).value()) << "read on from there it is told once";
  EXPECT_FALSE(feed->after(context, nothing.read_to, 10)->gap);
}

TEST_P(NoticeFeedContract, ANumberThatWasNeverGivenOutIsAGap) {
  tell("a.0");
  const NoticePage page = feed->after(context, std::uint64_t{1} << 40U, 10).value();
  EXPECT_TRUE(page.gap && page.notices.empty());
  EXPECT_EQ(page.read_to, feed->newest(context).value());
}

TEST_P(NoticeFeedContract, PagesHaveALimit) {
  EXPECT_EQ(feed->after(context, 0, 0).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(feed->after(context, 0, kMaxNoticePage + 1).error().code(), ErrorCode::kInvalidArgument);
}

}  // namespace scalper
