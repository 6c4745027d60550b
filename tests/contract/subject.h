#pragma once
// What the suites of all ports share.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/escape.h"
#include "base/result.h"

namespace scalper {

// The parameter of a suite: one adapter. make() builds it fresh for every test; what it needs (folder, clock, database)
// it owns, and it leaves nothing behind.
template <class Subject>
struct SubjectCase {
  std::string name;  // letters and digits
  std::function<std::unique_ptr<Subject>()> make;

  friend void PrintTo(const SubjectCase& subject, std::ostream* out) { *out << subject.name; }
};

template <class Subject>
std::string subject_name(const testing::TestParamInfo<SubjectCase<Subject>>& info) {
  return info.param.name;
}

// EXPECT_CODE(kNotFound, store.head(...)): the call must end with exactly this error.
template <class T>
testing::AssertionResult fails_with(ErrorCode code, const Result<T>& result) {
  if (result.failed_with(code)) return testing::AssertionSuccess();
  if (result.ok()) return testing::AssertionFailure() << "it succeeded, expected " << to_string(code);
  return testing::AssertionFailure() << "it ended with " << to_string(result.error().code()) << " ("
                                     << result.error().message() << "), expected " << to_string(code);
}
template <class T>
testing::AssertionResult succeeds(const Result<T>& result) {
  if (result.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << to_string(result.error().code()) << ": " << result.error().message();
}
#define EXPECT_CODE(code, call) EXPECT_TRUE(::scalper::fails_with(::scalper::ErrorCode::code, (call)))
#define EXPECT_DONE(call) EXPECT_TRUE(::scalper::succeeds((call)))
#define ASSERT_DONE(call) ASSERT_TRUE(::scalper::succeeds((call)))

// Runs work(0) ... work(n - 1) on threads that start together, and waits for them.
template <class Work>
void run_together(int n, Work work) {
  std::atomic<int> ready{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < n; ++i)
    threads.emplace_back([&, i] {
      for (++ready; ready < n;) std::this_thread::yield();
      work(i);
    });
  for (auto& thread : threads) thread.join();
}

// A cursor with each of a few characters changed, cut, lengthened, and plain nonsense: never the given one.
[[nodiscard]] inline std::vector<std::string> altered_cursors(const std::string& cursor) {
  std::vector<std::string> altered{cursor + "0",
                                   cursor.substr(0, cursor.size() - 1),
                                   "x",
                                   std::string(1, '\0'),
                                   "0",
                                   "../../etc/passwd",
                                   std::string(100000, 'a')};
  for (std::size_t i = 0; i < cursor.size(); i += 1 + cursor.size() / 16) {
    altered.push_back(cursor);
    altered.back()[i] = cursor[i] == '1' ? '2' : '1';
  }
  return altered;
}

}  // namespace scalper
