#include "validate/validator.h"

#include <gtest/gtest.h>

#include "support/whole_checks.h"
#include "validate/digest_pass.h"

namespace scalper::tests {
namespace {

using std::chrono::milliseconds;

ContractSettings settings_with(const std::function<void(ContractSettings&)>& change) {
  ContractSettings settings;
  change(settings);
  return settings;
}

struct Judged {
  std::string what;
  std::string name;
  std::string text;
  std::function<void(ContractSettings&)> contract;
  std::string verdict;
  std::string codes;
};

TEST(Validator, DoesWhatTheContractSays) {
  const std::string rar = "Rar!\x1A\x07\x01";
  for (const Judged& one : std::vector<Judged>{
           {"min met", "a.txt", "1234", [](auto& c) { c.size.min = 4; }, "valid", "-"},
           {"below min", "a.txt", "123", [](auto& c) { c.size.min = 4; }, "invalid", "size.too_small"},
           {"max met", "a.txt", "1234", [](auto& c) { c.size.max = 4; }, "valid", "-"},
           {"above max", "a.txt", "12345", [](auto& c) { c.size.max = 4; }, "invalid", "size.too_large"},
           {"empty below min", "a.txt", "", [](auto& c) { c.size.min = 1; }, "invalid", "size.empty,size.too_small"},
           {"unbuilt", "a.txt", "x", [](auto& c) { c.unbuilt = {"json.schema"}; }, "unverifiable",
            "contract.no_checker"},
           {"hooks, and nobody to run them", "a.txt", "x", [](auto& c) { c.hooks = {"mine"}; }, "unverifiable",
            "contract.no_checker"},
           {"a scan, and nobody to do it", "a.txt", "x", [](auto& c) { c.malware_scan = true; }, "unverifiable",
            "contract.no_checker"},
           {"unbuilt and broken", "a.json", "{", [](auto& c) { c.unbuilt = {"json.schema"}; }, "invalid",
            "contract.no_checker,json.truncated"},
           {"type only", "a.rar", rar, [](auto& c) { c.checks = Checks::kTypeOnly; }, "valid", "-"},
           {"type only, unknown", "a", "\1\2\3", [](auto& c) { c.checks = Checks::kTypeOnly; }, "unverifiable",
            "type.unknown"},
           {"type only still checks", "a.json", "{", [](auto& c) { c.checks = Checks::kTypeOnly; }, "invalid",
            "json.truncated"},
           {"allowed", "a.csv", "a\n", [](auto& c) { c.types = {"text/csv"}; }, "valid", "-"},
           {"allowed by alias", "a.csv", "a\n", [](auto& c) { c.types = {"Text/X-CSV"}; }, "valid", "-"},
           {"not allowed", "a.json", "{}", [](auto& c) { c.types = {"text/csv"}; }, "invalid", "type.not_allowed"},
           {"taken for the allowed", "a", "a,b\n1\n", [](auto& c) { c.types = {"text/csv"}; }, "invalid",
            "csv.row_width"},
           {"script warned of", "a.sh", "#!/bin/sh\n",
            [](auto& c) {
              c.safety.executable = Strictness::kWarn;
              c.checks = Checks::kTypeOnly;
            },
            "valid", "safety.executable"},
           {"script allowed", "a.sh", "#!/bin/sh\n",
            [](auto& c) {
              c.safety.executable = Strictness::kAllow;
              c.checks = Checks::kTypeOnly;
            },
            "valid", "-"},
           {"formula refused", "a.csv", "a\n=1+1\n", [](auto& c) { c.safety.csv_formula = Strictness::kError; },
            "invalid", "safety.csv_formula"},
           {"formula allowed", "a.csv", "a\n=1+1\n", [](auto& c) { c.safety.csv_formula = Strictness::kAllow; },
            "valid", "-"},
           {"mark refused", "a.csv",
            "\xEF\xBB\xBF"
            "a\n",
            [](auto& c) { c.text.bom = Strictness::kError; }, "invalid", "csv.bom"},
           {"duplicates refused", "a.json", "{\"a\":1,\"a\":2}",
            [](auto& c) { c.json.duplicate_keys = Strictness::kError; }, "invalid", "json.duplicate_key"},
           {"depth of the contract", "a.json", "[[[1]]]", [](auto& c) { c.json.depth = 2; }, "invalid", "json.depth"},
           {"tabs stay tabs", "a.tsv", "a;b\n1;2;3\n", [](auto&) {}, "valid", "-"},
       }) {
    const Verdict verdict = verdict_on(one.text, one.name, settings_with(one.contract));
    EXPECT_EQ(to_string(verdict.kind), one.verdict) << one.what;
    EXPECT_EQ(codes_of(verdict), one.codes) << one.what;
  }
}

struct Declared {
  DigestKind kind;
  std::string hex;
};

// Of "abc": FIPS 180-4, RFC 1321; the CRCs by their published algorithms.
const std::vector<Declared>& of_abc() {
  static const std::vector<Declared> all = {
      {DigestKind::kSha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {DigestKind::kCrc32, "352441c2"},
      {DigestKind::kCrc32c, "364b3fb7"},
      {DigestKind::kSha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {DigestKind::kMd5, "900150983cd24fb0d6963f7d28e17f72"},
  };
  return all;
}

Verdict verdict_declared(DigestKind kind, const std::string& hex, bool required = false) {
  FileFacts facts;
  facts.name = "a.txt";
  facts.declared = {{kind, hex, "sidecar a.txt.sum"}};
  facts.require_declared = required;
  ContractSettings settings;
  settings.integrity.require = DigestKind::kSha256;
  return verdict_on(Chunks{"a", "bc"}, facts, contract_of(settings));
}

TEST(Validator, ComparesDeclaredChecksums) {
  for (const Declared& one : of_abc()) {
    EXPECT_EQ(codes_of(verdict_declared(one.kind, one.hex)), "-") << name_of(one.kind);
    std::string wrong = one.hex;
    wrong.back() = wrong.back() == '0' ? '1' : '0';
    const Verdict verdict = verdict_declared(one.kind, wrong);
    EXPECT_EQ(codes_of(verdict), "checksum.mismatch") << name_of(one.kind);
    EXPECT_EQ(verdict.kind, VerdictKind::kInvalid);
    EXPECT_NE(verdict.findings.at(0).message.find(one.hex), std::string::npos);
    EXPECT_NE(verdict.findings.at(0).message.find("sidecar"), std::string::npos);
  }
}

TEST(Validator, RequiresTheKindThatTheContractNames) {
  EXPECT_EQ(codes_of(verdict_declared(DigestKind::kMd5, of_abc()[4].hex, true)), "checksum.missing");
  EXPECT_EQ(codes_of(verdict_declared(DigestKind::kSha256, of_abc()[0].hex, true)), "-");
  FileFacts none;
  none.name = "a.txt";
  none.require_declared = true;
  ContractSettings settings;
  settings.integrity.require = DigestKind::kSha256;
  const Verdict verdict = verdict_on(Chunks{"abc"}, none, contract_of(settings));
  EXPECT_EQ(codes_of(verdict), "checksum.missing");
  EXPECT_EQ(verdict.kind, VerdictKind::kUnverifiable);
}

TEST(Validator, MakesTheDigestsThatAreDeclaredAndNoOthers) {
  const Verdict plain = verdict_on("abc", "a.txt");
  EXPECT_EQ(plain.digests.sha256, of_abc()[0].hex);
  EXPECT_EQ(plain.digests.crc64nvme.size(), 16U);
  EXPECT_FALSE(plain.digests.crc32 || plain.digests.crc32c || plain.digests.sha1 || plain.digests.md5);
  EXPECT_EQ(verdict_declared(DigestKind::kMd5, "").digests.md5, of_abc()[4].hex);
}

TEST(Validator, DigestsRunToTheLastByteWhateverIsFound) {
  const std::string text = "{]" + std::string(100'000, 'x');
  auto validator = Validator::begin(builtin_contract(), {.name = "a.json"}, {});
  ASSERT_TRUE(validator.ok());
  EXPECT_EQ(validator->feed(as_bytes(std::string_view(text).substr(0, 50'000))), FeedAnswer::kEnough);
  EXPECT_EQ(validator->feed(as_bytes(std::string_view(text).substr(50'000))), FeedAnswer::kEnough);
  const auto verdict = validator->finish();
  ASSERT_TRUE(verdict.ok());
  EXPECT_EQ(verdict->digests.sha256, to_hex(sha256(as_bytes(text))));
  EXPECT_EQ(verdict->size, text.size());
}

TEST(Validator, CountsAllFindingsAndKeepsTheFirst) {
  std::string rows = "a,b\n";
  for (int i = 0; i < 500; ++i) rows += "1,2,3\n";
  const Verdict verdict = verdict_on(rows, "a.csv", settings_with([](auto& c) { c.limits.findings = 7; }));
  EXPECT_EQ(verdict.findings.size(), 7U);
  EXPECT_EQ(verdict.findings_total, 500U);
  EXPECT_EQ(verdict.findings.back().location.row, 7U);
  const Verdict none = verdict_on(rows, "a.csv", settings_with([](auto& c) { c.limits.findings = 0; }));
  EXPECT_EQ(none.findings_total, 500U);
  EXPECT_EQ(none.kind, VerdictKind::kInvalid);
}

struct Timed {
  Verdict verdict;
  FeedAnswer answer = FeedAnswer::kMore;
};

Timed verdict_after(milliseconds taken, std::optional<Millis> per_gib, std::uint64_t size) {
  Env env;
  env.elapsed = [taken] { return taken; };
  auto validator = Validator::begin(contract_of(settings_with([&](auto& c) { c.limits.time_per_gib = per_gib; })),
                                    {.name = "a.json", .size = size}, std::move(env));
  Timed timed;
  timed.answer = validator->feed(as_bytes("{\"a\": 1}"));
  timed.verdict = *validator->finish();
  return timed;
}

TEST(Validator, LooksAtTheTimeBetweenChunks) {
  EXPECT_EQ(codes_of(verdict_after(milliseconds(900), Millis{1}, 8).verdict), "-");  // a second is always given
  const Timed late = verdict_after(milliseconds(1100), Millis{1}, 8);
  EXPECT_EQ(codes_of(late.verdict), "limit.time");
  EXPECT_EQ(late.verdict.kind, VerdictKind::kUnverifiable);
  EXPECT_EQ(late.verdict.findings_total, 1U);
  EXPECT_EQ(late.answer, FeedAnswer::kEnough);
  EXPECT_EQ(codes_of(verdict_after(milliseconds(1100), Millis{600}, std::uint64_t{2} << 30U).verdict), "-");
  EXPECT_EQ(codes_of(verdict_after(milliseconds(1300), Millis{600}, std::uint64_t{2} << 30U).verdict), "limit.time");
  EXPECT_EQ(codes_of(verdict_after(std::chrono::hours(1), std::nullopt, 8).verdict), "-");
}

TEST(Validator, StopsWhenToldTo) {
  std::stop_source stop;
  Env env;
  env.stop = stop.get_token();
  auto validator = Validator::begin(builtin_contract(), {.name = "a.txt"}, std::move(env));
  EXPECT_EQ(validator->feed(as_bytes("text")), FeedAnswer::kMore);
  stop.request_stop();
  EXPECT_EQ(validator->feed(as_bytes("text")), FeedAnswer::kEnough);
  EXPECT_TRUE(validator->finish().failed_with(ErrorCode::kCancelled));
}

TEST(Validator, NamesTheContractAndTheType) {
  const Verdict verdict = verdict_on("{}", "a.json", settings_with([](auto& c) { c.name = "orders"; }));
  EXPECT_EQ(verdict.contract.name, "orders");
  EXPECT_EQ(verdict.type, "application/json");
  EXPECT_EQ(verdict_on("\1\2\3", "a").type, "");
}

}  // namespace
}  // namespace scalper::tests
