#pragma once
// The contract of the Tokens port, for every adapter. How an adapter joins is said in object_store_suite.h.

#include "contract/subject.h"
#include "ports/clock.h"
#include "ports/tokens.h"

namespace scalper {

class TokensSubject {
 public:
  virtual ~TokensSubject() = default;
  [[nodiscard]] virtual Tokens& tokens() = 0;
  [[nodiscard]] virtual Clock& clock() = 0;
};

using TokensCase = SubjectCase<TokensSubject>;

class TokensContract : public testing::TestWithParam<TokensCase> {
 protected:
  void SetUp() override {
    subject = GetParam().make();
    tokens = &subject->tokens();
  }

  // One that differs from all others by `n`.
  [[nodiscard]] AccessToken token(int n) {
    AccessToken made;
    made.hash = token_hash("token " + std::to_string(n));
    made.name = "holder " + std::to_string(n);
    made.created = start + Millis{n};
    return made;
  }
  [[nodiscard]] std::vector<std::string> listed() {
    const auto all = tokens->list(context);
    EXPECT_DONE(all);
    std::vector<std::string> names;
    if (all.ok())
      for (const AccessToken& one : *all) names.push_back(one.name);
    return names;
  }

  std::unique_ptr<TokensSubject> subject;
  Tokens* tokens = nullptr;
  CallContext context;
  const WallTime start{Millis{1'800'000'000'000}};
};

}  // namespace scalper
