#include "validate/validator.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "base/escape.h"
#include "validate/content.h"
#include "validate/digest_pass.h"

namespace scalper {
namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;

std::string bytes(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " byte" : " bytes"); }

// Short enough for a string that allocates nothing.
Error no_memory() { return {ErrorCode::kInternal, "out of memory"}; }

}  // namespace

// Not moved: the layer and the content point into it.
struct Validator::State {
  State(std::shared_ptr<const CompiledContract> judge, FileFacts given, Env host, DigestPass pass)
      : contract(std::move(judge)),
        settings(contract->settings()),
        facts(std::move(given)),
        env(std::move(host)),
        digests(std::move(pass)),
        findings(settings.limits.findings),
        decoders(static_cast<std::size_t>(settings.limits.decoder_memory)) {
    layer.settings = &settings;
    layer.findings = &findings;
    layer.budget = &budget;
    layer.decoders = &decoders;
    layer.unpacked = &unpacked;
    layer.name = facts.name;
    layer.stored = facts.size;
    layer.watch = env.watch;
    for (const std::string& key : settings.unbuilt) {
      layer.report("contract.no_checker",
                   "the contract demands `" + escape_text(key) + "`, which this version cannot check");
    }
    if (!env.does_the_rest && settings.malware_scan)
      layer.report("contract.no_checker", "the contract demands `malware`, which only a gate with a scanner does");
    if (!env.does_the_rest && !settings.hooks.empty())
      layer.report("contract.no_checker", "the contract demands `hooks`, which only a gate runs");
    content.emplace(layer, TypeClaims{facts.as, facts.content_type.value_or("")});
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  FeedAnswer feed(Bytes chunk);
  void look_at_time();
  void check_size();
  Verdict finish();

  std::shared_ptr<const CompiledContract> contract;
  const ContractSettings& settings;
  FileFacts facts;
  Env env;
  DigestPass digests;
  Findings findings;
  Budget budget;
  Budget decoders;
  Unpacked unpacked;
  Layer layer;
  std::optional<Content> content;
  FeedAnswer answer = FeedAnswer::kMore;
  bool late = false;       // limit.time was said
  bool exhausted = false;  // an allocation failed
};

FeedAnswer Validator::State::feed(Bytes chunk) {
  digests.update(chunk);
  if (answer == FeedAnswer::kMore) answer = content->feed(chunk);
  look_at_time();
  return answer;
}

void Validator::State::look_at_time() {
  if (late || !settings.limits.time_per_gib.has_value() || env.elapsed == nullptr) return;
  const std::uint64_t size = std::max(facts.size.value_or(0), digests.size());
  const double share = static_cast<double>(size) / static_cast<double>(kGiB);
  const auto per_gib = std::chrono::duration<double, std::milli>(*settings.limits.time_per_gib);
  if (env.elapsed() <= std::max<std::chrono::duration<double, std::milli>>(std::chrono::seconds(1), per_gib * share)) {
    return;
  }
  late = true;
  answer = FeedAnswer::kEnough;
  layer.report("limit.time",
               "the check took longer than `limits.time_per_gib` of the contract allows: what follows was "
               "not looked at");
}

void Validator::State::check_size() {
  const std::uint64_t size = digests.size();
  if (size == 0) layer.report("size.empty", "the file has no bytes");
  if (settings.size.min.has_value() && size < *settings.size.min) {
    layer.report("size.too_small",
                 "the file has " + bytes(size) + ", the contract demands at least " + bytes(*settings.size.min));
  }
  if (settings.size.max.has_value() && size > *settings.size.max) {
    layer.report("size.too_large",
                 "the file has " + bytes(size) + ", the contract allows at most " + bytes(*settings.size.max));
  }
}

Verdict Validator::State::finish() {
  look_at_time();
  if (!late) content->finish();
  check_size();
  Verdict verdict;
  verdict.size = digests.size();
  verdict.digests = digests.finish();
  compare_digests(layer, verdict.digests, facts.declared,
                  facts.require_declared ? settings.integrity.require : std::nullopt);
  verdict.contract = contract->stamp();
  if (content->type() != nullptr) verdict.type = content->type()->media;
  verdict.kind = findings.verdict();
  verdict.findings = findings.kept();
  verdict.findings_total = findings.total();
  return verdict;
}

Validator::Validator(std::unique_ptr<State> state) : state_(std::move(state)) {}
Validator::~Validator() = default;
Validator::Validator(Validator&&) noexcept = default;
Validator& Validator::operator=(Validator&&) noexcept = default;

Result<Validator> Validator::begin(std::shared_ptr<const CompiledContract> contract, FileFacts facts, Env env) {
  try {
    SCALPER_TRY_ASSIGN(DigestPass digests, DigestPass::make(facts.declared));
    return Validator(
        std::make_unique<State>(std::move(contract), std::move(facts), std::move(env), std::move(digests)));
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

FeedAnswer Validator::feed(Bytes chunk) {
  State& state = *state_;
  if (state.exhausted || state.env.stop.stop_requested()) return FeedAnswer::kEnough;
  try {
    return state.feed(chunk);
  } catch (const std::bad_alloc&) {
    state.exhausted = true;
    return FeedAnswer::kEnough;
  }
}

Result<Verdict> Validator::finish() {
  State& state = *state_;
  if (state.env.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopping");
  try {
    if (state.exhausted) return no_memory();
    Verdict verdict = state.finish();
    if (state.budget.exhausted()) return no_memory();
    return verdict;
  } catch (const std::bad_alloc&) {
    return no_memory();
  }
}

}  // namespace scalper
