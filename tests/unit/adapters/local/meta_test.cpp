#include "adapters/local/meta.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "adapters/local/journal.h"
#include "support/posix_decorators.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

PublishedVersion version_named(const std::string& generation) {
  PublishedVersion version;
  version.generation = generation;
  version.from = "in/" + generation;
  version.path = std::string("a b/100%/\xff\n", 12);
  version.file = {12, -5};
  version.size = UINT64_MAX;
  version.mtime_ns = -1;
  version.time = WallTime{Millis{1'700'000'000'123}};
  version.displaced_name = "stranger-1-2-3";
  version.metadata = {{"", ""}, {"scalper-id", "x y"}, {"z", std::string("\0\x7f", 2)}};
  return version;
}

KeyVersions two_versions() {
  KeyVersions known;
  known.key = ObjectKey{std::string("k\0\n %25", 7)};
  known.versions.push_back(version_named("01890a5d-ac96-774b-bcce-b302099a8057"));
  known.versions.push_back(version_named("01890a5d-ac96-774b-bcce-b302099a8058"));
  known.versions.back().crc64nvme = 7;
  known.versions.back().content_type = "text/csv";
  return known;
}

TEST(Meta, ComesBackAsItWasWritten) {
  for (const KeyVersions& known : {two_versions(), KeyVersions{ObjectKey{"k"}, {}}}) {
    const auto back = parse_meta(format_meta(known));
    ASSERT_TRUE(back.ok()) << back.error().message();
    EXPECT_EQ(*back, known);
  }
}

TEST(Meta, IsKnownAsDamagedByAnyByteAndAnyCut) {
  const std::string text = format_meta(two_versions());
  for (std::size_t at = 0; at < text.size(); ++at) {
    EXPECT_TRUE(parse_meta(text.substr(0, at)).failed_with(ErrorCode::kCorrupt)) << "cut at " << at;
    for (const char flip : {'\x01', '\x20'}) {
      std::string other = text;
      other[at] = static_cast<char>(other[at] ^ flip);
      EXPECT_TRUE(parse_meta(other).failed_with(ErrorCode::kCorrupt)) << "byte " << at;
    }
  }
  EXPECT_TRUE(parse_meta(text + text).failed_with(ErrorCode::kCorrupt));
}

TEST(Meta, OfANewerProgramIsNotTakenForDamage) {
  EXPECT_TRUE(parse_meta(line_of({"scalper-meta", "2", "k"})).failed_with(ErrorCode::kUnsupported));
}

TEST(Fields, ComeBackWhateverIsInThem) {
  const Fields fields{"", " ", "%", "%41", "a b", std::string("\0\n\x80", 3), "plain"};
  const std::string line = line_of(fields);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(fields_of(std::string_view(line).substr(0, line.size() - 1)), fields);
  EXPECT_EQ(fields_of("0123456789abcdef x"), std::nullopt);
  EXPECT_EQ(fields_of(""), std::nullopt);
}

class JournalTest : public testing::Test {
 protected:
  void open_folder() {
    folder.reset();
    auto opened = DataFolder::open(posix, dir.path().string());
    ASSERT_TRUE(opened.ok());
    folder = *std::move(opened);
  }
  // What the next run reads.
  std::vector<Fields> read_again(Journal::Replayed* replayed = nullptr) {
    std::vector<Fields> lines;
    Journal next(*folder);
    const auto answer = next.replay([&](const Fields& fields) { lines.push_back(fields); });
    EXPECT_TRUE(answer.ok());
    if (answer.ok() && replayed != nullptr) *replayed = *answer;
    std::erase_if(lines,
                  [](const Fields& fields) { return fields[0] == "scalper-journal" || fields[0] == "complete"; });
    return lines;
  }

  TempDir dir{memory_folder()};
  FaultyPosix posix{system_posix()};
  std::unique_ptr<DataFolder> folder;
};

TEST_F(JournalTest, KeepsWhatWasAppended) {
  open_folder();
  Journal journal(*folder);
  ASSERT_TRUE(journal.replay([](const Fields&) {}).ok());
  ASSERT_TRUE(journal.begin([] { return line_of({"snapshot"}); }).ok());
  journal.append_lazily(line_of({"lazy"}));
  ASSERT_TRUE(journal.append(line_of({"one"}) + line_of({"two"})).ok());
  EXPECT_EQ(read_again(), (std::vector<Fields>{{"snapshot"}, {"lazy"}, {"one"}, {"two"}}));
}

// A failed write may have left half a line: what comes next is in a segment of its own, and nothing is read twice.
TEST_F(JournalTest, GoesOnInANewSegmentAfterAFailure) {
  for (std::uint64_t n = 1; n <= 2; ++n) {
    open_folder();
    std::string state;
    Journal journal(*folder);
    ASSERT_TRUE(journal.replay([](const Fields&) {}).ok());
    ASSERT_TRUE(journal.begin([&] { return state; }).ok());
    ASSERT_TRUE(journal.append(line_of({"kept"})).ok());
    state = line_of({"kept"});
    posix.fail_at(n, -ENOSPC);
    EXPECT_FALSE(journal.append(line_of({"refused"})).ok());
    posix.disarm();
    ASSERT_TRUE(journal.append(line_of({"later"})).ok());
    EXPECT_EQ(read_again(), (std::vector<Fields>{{"kept"}, {"later"}}));
  }
}

// A power cut while a segment is begun may keep its last page and lose one before it. The segment before is whole, and
// goes only once the new one is on the disk.
TEST_F(JournalTest, ASegmentThatAPowerCutLeftWithAHoleIsNone) {
  open_folder();
  {
    Journal journal(*folder);
    ASSERT_TRUE(journal.replay([](const Fields&) {}).ok());
    ASSERT_TRUE(journal.begin([] { return line_of({"snapshot"}); }).ok());
    ASSERT_TRUE(journal.append(line_of({"kept"})).ok());
  }
  const auto segments = dir.path() / ".scalper" / "journal";
  std::ofstream(segments / "2", std::ios::binary)
      << line_of({"scalper-journal", "1"}) << std::string(4095, '\0') << "\n"
      << line_of({"complete"});
  Journal::Replayed replayed;
  EXPECT_EQ(read_again(&replayed), (std::vector<Fields>{{"snapshot"}, {"kept"}}));
  EXPECT_EQ(replayed.damaged, 0U);
  // Where there is no other, what can be read of it is better than nothing, and it is told.
  std::filesystem::remove(segments / "1");
  EXPECT_TRUE(read_again(&replayed).empty());
  EXPECT_EQ(replayed.damaged, 1U);
}

TEST_F(JournalTest, WhereNoSegmentIsWholeItIsToldUnlessTheFirstStartWasCutOff) {
  open_folder();
  const auto segments = dir.path() / ".scalper" / "journal";
  const auto damaged = [&](const char* name, const std::string& text) {
    std::filesystem::remove_all(segments);
    std::filesystem::create_directory(segments);
    std::ofstream(segments / name, std::ios::binary) << text;
    open_folder();
    Journal::Replayed replayed;
    EXPECT_TRUE(read_again(&replayed).empty());
    return replayed.damaged;
  };
  const std::string header = line_of({"scalper-journal", "1"});
  EXPECT_EQ(damaged("1", ""), 0U);
  EXPECT_EQ(damaged("1", header.substr(0, 9)), 0U);
  EXPECT_EQ(damaged("1", header + "half a li"), 0U);
  EXPECT_EQ(damaged("1", header + "rubbish\nrubbish\n" + header), 2U);
  EXPECT_EQ(damaged("7", ""), 1U) << "the six before were whole once";
  EXPECT_EQ(damaged("7", header), 1U);
}

// The kernel tells a lost write once: whoever asks again is answered that all is well, though nothing was mended. What
// such a sync was to make durable is in the segment before, which the next run reads.
TEST_F(JournalTest, ASyncOfTheDiskThatFailedIsNotTriedAgain) {
  open_folder();
  Journal journal(*folder);
  ASSERT_TRUE(journal.replay([](const Fields&) {}).ok());
  ASSERT_TRUE(journal.begin([] { return std::string(); }).ok());  // nothing is needed: it is in files of .scalper/meta
  ASSERT_TRUE(journal.append(line_of({"in a file that was not synced"})).ok());
  ASSERT_TRUE(journal.append(line_of({"long", std::string(9U << 20U, 'x')})).ok());
  EXPECT_FALSE(journal.is_broken());
  posix.fail_at(1, -EIO);
  EXPECT_FALSE(journal.append(line_of({"refused"})).ok());
  ASSERT_EQ(posix.refused(), "sync_all");
  posix.disarm();
  EXPECT_TRUE(journal.is_broken());
  for (int i = 0; i < 2; ++i) {
    const auto again = journal.append(line_of({"refused"}));
    ASSERT_TRUE(again.failed_with(ErrorCode::kUnavailable));
    EXPECT_NE(again.error().message().find("start the gate again"), std::string::npos) << again.error().message();
  }
  const auto lines = read_again();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], Fields{"in a file that was not synced"});
}

TEST_F(JournalTest, ReadsUpToATornEndAndCountsDamage) {
  open_folder();
  Journal::Replayed replayed;
  {
    Journal journal(*folder);
    ASSERT_TRUE(journal.replay([](const Fields&) {}).ok());
    ASSERT_TRUE(journal.begin([] { return std::string(); }).ok());
    ASSERT_TRUE(journal.append(line_of({"one"}) + "damaged in the middle\n" + line_of({"two"}) + "torn").ok());
  }
  EXPECT_EQ(read_again(&replayed), (std::vector<Fields>{{"one"}, {"two"}}));
  EXPECT_EQ(replayed.damaged, 1U);
}

// A segment whose beginning was not finished is void: the one before holds.
TEST_F(JournalTest, HoldsToTheLastSegmentThatWasBegunWhole) {
  open_folder();
  {
    Journal journal(*folder);
    ASSERT_TRUE(journal.replay([](const Fields&) {}).ok());
    ASSERT_TRUE(journal.begin([] { return line_of({"old"}); }).ok());
  }
  const Fd half(posix.open(folder->journal.get(), "99", OpenFor::kCreate));
  const std::string text = line_of({"scalper-journal", "1"}) + line_of({"new"});
  ASSERT_GT(posix.write(half.get(), as_bytes(text)), 0);
  EXPECT_EQ(read_again(), (std::vector<Fields>{{"old"}}));
}

TEST_F(JournalTest, RefusesANewerOne) {
  open_folder();
  const Fd newer(posix.open(folder->journal.get(), "1", OpenFor::kCreate));
  const std::string text = line_of({"scalper-journal", "2"}) + line_of({"complete"});
  ASSERT_GT(posix.write(newer.get(), as_bytes(text)), 0);
  Journal journal(*folder);
  EXPECT_TRUE(journal.replay([](const Fields&) {}).failed_with(ErrorCode::kUnsupported));
}

}  // namespace
}  // namespace scalper
