#include "api/dry_run.h"

#include <boost/json.hpp>
#include <vector>

#include "api/answers.h"
#include "api/routes.h"
#include "base/escape.h"
#include "model/verdict_json.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/ingest/remarks.h"

namespace scalper::api {
namespace {

constexpr std::size_t kChunk = std::size_t{64} * 1024;
constexpr std::uint64_t kMaxCheckBody = std::uint64_t{16} << 20;
constexpr Millis kLastWords{std::chrono::seconds{2}};

Result<std::shared_ptr<const CompiledContract>> chosen(const ContractIndex& index, const Call& call) {
  const std::string name = call.parameter("contract");
  if (name.empty()) return index.match(call.parameter("key"));
  if (name == builtin_contract()->stamp().name) return builtin_contract();
  for (const auto& contract : index.all())
    if (contract->stamp().name == name) return contract;
  return Error(ErrorCode::kNotFound, "no contract in use has the name " + escape_text(name));
}

Result<Reply> checked(const Call& call) {
  if (call.parameter("contract").empty() && call.parameter("key").empty())
    return Error(ErrorCode::kInvalidArgument,
                 "the parameter \"contract\" (a name) or \"key\" (what the file would be called) is needed");
  if (call.parameter("key").size() > kMaxKeyBytes) return bad_parameter("key", "at most 1,024 bytes");
  SCALPER_TRY_ASSIGN(const auto index, call.gate().contracts.snapshot(call.context));
  SCALPER_TRY_ASSIGN(const auto contract, chosen(*index, call));
  FileFacts facts;
  facts.name = call.parameter("key");
  facts.as = call.parameter("as");
  SCALPER_TRY_ASSIGN(const Verdict verdict,
                     dry_verdict(call.gate(), call.context, contract, std::move(facts), call.body, kMaxCheckBody));
  return json_reply(verdict_to_json(verdict));
}

}  // namespace

Result<Verdict> dry_verdict(Gate& gate, const CallContext& context,
                            const std::shared_ptr<const CompiledContract>& contract, FileFacts facts, ByteSource& bytes,
                            std::uint64_t at_most) {
  const MonoTime begun = gate.clock.mono_now();
  Env env;
  env.stop = context.stop;
  env.elapsed = [&gate, begun] { return std::chrono::nanoseconds(gate.clock.mono_now() - begun); };
  SCALPER_TRY_ASSIGN(auto validator,
                     Validator::begin(contract ? contract : builtin_contract(), std::move(facts), std::move(env)));
  std::vector<std::byte> chunk(kChunk);
  for (std::uint64_t total = 0;;) {
    SCALPER_TRY_ASSIGN(const std::size_t got, bytes.read(context, chunk));
    if (got == 0) break;
    total += got;
    if (total > at_most)
      return Error(ErrorCode::kInvalidArgument, "a dry run takes at most " + std::to_string(at_most) + " bytes");
    if (context.deadline != MonoTime::max() && gate.clock.mono_now() + kLastWords >= context.deadline)
      return Error(ErrorCode::kTimeout, "the time of this request was over before the bytes were read");
    validator.feed(Bytes(chunk).first(got));
  }
  SCALPER_TRY_ASSIGN(Verdict verdict, validator.finish());
  if (!contract) add_remark(verdict, contract_unmatched());
  return verdict;
}

Reply check_body(const Call& call) { return reply_of(checked(call)); }

}  // namespace scalper::api
