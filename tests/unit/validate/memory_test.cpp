// Every allocation of a validation fails, alone or with all that follow: the answer is then an Error, and otherwise the
// right verdict. The whole test program allocates through here.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "support/packers.h"
#include "support/whole_checks.h"

namespace {

// How many allocations of this thread still succeed; negative: all of them.
thread_local long left = -1;         // NOLINT(google-runtime-int)
thread_local bool only_one = false;  // the next ones succeed again

void* take(std::size_t size) {
  if (left == 0) {
    if (only_one) left = -1;
    throw std::bad_alloc();
  }
  if (left > 0) --left;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return take(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return take(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace scalper::tests {
namespace {

// While `allowed` allocations succeed; restored at the end.
Result<Verdict> validate_with(long allowed, const std::string& name, std::string_view text,  // NOLINT
                              const std::shared_ptr<const CompiledContract>& contract) {
  FileFacts facts;
  facts.name = name;
  facts.size = text.size();
  facts.declared = {{DigestKind::kSha1, "00", "metadata"}};
  struct Restore {
    ~Restore() { left = -1; }
  } restore;
  left = allowed;
  auto validator = Validator::begin(contract, std::move(facts), {});
  if (!validator.ok()) return validator.error();
  validator->feed(as_bytes(text.substr(0, text.size() / 2)));
  validator->feed(as_bytes(text.substr(text.size() / 2)));
  return validator->finish();
}

TEST(ValidatorMemory, EachAllocationMayFail) {
  std::string rows = "a,b\n";
  for (int i = 0; i < 2000; ++i) rows += "1,=x" + std::to_string(i) + (i % 100 == 0 ? ",3\n" : "\n");
  const std::string few = rows.substr(0, 400);
  std::string object = "{";
  for (int i = 0; i < 2000; ++i) object += "\"name number " + std::to_string(i % 1900) + "\": [1e999],";
  object += "\"z\": {\"a\": {\"a\": [{}]}}}";
  for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{{"a.csv", rows},
                                                                                   {"a.csv.gz", gzip_of(rows)},
                                                                                   {"a.csv.bz2", bzip2_of(few)},
                                                                                   {"a.csv.xz", xz_of(few)},
                                                                                   {"a.csv.zst", zstd_of(few)},
                                                                                   {"a.csv.lz4", lz4_of(few)},
                                                                                   {"a.json", object},
                                                                                   {"a.ndjson", object + "\n" + object},
                                                                                   {"a.txt", "text\x01\xFF"},
                                                                                   {"a.png", "none"}}) {
    SCOPED_TRACE(name);
    const auto want = validate_with(-1, name, text, builtin_contract());
    ASSERT_TRUE(want.ok());
    for (const bool alone : {false, true}) {
      only_one = alone;
      int failed = 0;
      for (long allowed = 0; allowed < 100'000; ++allowed) {  // NOLINT(google-runtime-int)
        const auto got = validate_with(allowed, name, text, builtin_contract());
        if (got.ok()) {
          ASSERT_EQ(*got, *want) << "a failure was swallowed after " << allowed;
          break;
        }
        ASSERT_EQ(got.error().code(), ErrorCode::kInternal);
        ++failed;
      }
      EXPECT_GT(failed, 10);
      EXPECT_LT(failed, 100'000);
    }
  }
}

}  // namespace
}  // namespace scalper::tests
