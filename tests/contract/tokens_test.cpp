// The contract of access tokens in memory, in SQLite and on the stand-in of DynamoDB; on its emulator in tests/aws.

#include "adapters/aws/dynamodb_tokens.h"
#include "adapters/local/sqlite_tokens.h"
#include "adapters/memory/memory_tokens.h"
#include "contract/tokens_suite.h"
#include "support/dynamodb_stand_in.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace scalper {
namespace {

class MemorySubject final : public TokensSubject {
 public:
  Tokens& tokens() override { return tokens_; }
  Clock& clock() override { return clock_; }

 private:
  FakeClock clock_;
  MemoryTokens tokens_{clock_};
};

class SqliteSubject final : public TokensSubject {
 public:
  Tokens& tokens() override { return tokens_; }
  Clock& clock() override { return clock_; }

 private:
  TempDir folder_;
  FakeClock clock_;
  std::unique_ptr<SqliteDatabase> database_ = SqliteDatabase::open(folder_.path() / "gate.db", clock_).value();
  SqliteTokens tokens_{*database_};
};

class DynamoDbSubject final : public TokensSubject {
 public:
  Tokens& tokens() override { return tokens_; }
  Clock& clock() override { return clock_; }

 private:
  FakeClock clock_;
  dynamo_check::DynamoDbStandIn service_{dynamo_check::records_table_definition()};
  aws::DynamoDbTokens tokens_{service_, clock_, service_.table()};
};

template <class Subject>
TokensCase of(const char* name) {
  return {name, [] { return std::make_unique<Subject>(); }};
}

INSTANTIATE_TEST_SUITE_P(All, TokensContract,
                         testing::Values(of<MemorySubject>("Memory"), of<SqliteSubject>("Sqlite"),
                                         of<DynamoDbSubject>("DynamoDbStandIn")),
                         subject_name<TokensSubject>);

// Stores that count: a list that is full, until one ended long enough ago.
template <class Subject>
void fills_and_forgets() {
  Subject subject;
  auto& clock = dynamic_cast<FakeClock&>(subject.clock());
  AccessToken token;
  token.name = "one of many";
  token.created = clock.wall_now();
  constexpr int kAtOnce = 20;  // they share commits
  run_together(kAtOnce, [&](int first) {
    for (std::size_t n = static_cast<std::size_t>(first); n < kMostTokens; n += kAtOnce) {
      AccessToken one = token;
      one.hash = token_hash(std::to_string(n));
      if (n == 0) one.expires = token.created;
      EXPECT_DONE(subject.tokens().add({}, one));
    }
  });
  token.hash = token_hash("one more");
  EXPECT_CODE(kNoSpace, subject.tokens().add({}, token));
  clock.advance(kTokenMemory);
  EXPECT_DONE(subject.tokens().add({}, token));
  EXPECT_CODE(kNoSpace, subject.tokens().add({}, {.hash = token_hash("two more"), .name = "n"}));
}

TEST(TokensAreCounted, InMemory) { fills_and_forgets<MemorySubject>(); }
TEST(TokensAreCounted, InSqlite) { fills_and_forgets<SqliteSubject>(); }

}  // namespace
}  // namespace scalper
