#include "pipeline/ingest/run_hooks.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/escape.h"
#include "base/plain_json.h"
#include "pipeline/ingest/hook_findings.h"
#include "pipeline/ingest/judged_bytes.h"
#include "ports/hook_runner.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 64;

Finding broken(const char* code, const std::string& hook, const std::string& why) {
  Finding finding;
  finding.code = code;
  finding.severity = Severity::kUnverifiable;
  finding.message = "the hook " + escape_text(hook, kShown) + " " + why;
  return finding;
}

std::string request_json(const FileRecord& record, const Judgement& judgement, const std::string& hook) {
  const Verdict& verdict = judgement.verdict;
  return plain_json(json::serialize(
      json::object{{"hook", hook},
                   {"id", record.id.value()},
                   {"bucket", record.source.bucket.value()},
                   {"key", escape_text(record.origin.key.value(), 4096)},
                   {"version", escape_text(record.source.version.value(), 1024)},
                   {"size", verdict.size},
                   {"sha256", verdict.digests.sha256},
                   {"type", verdict.type},
                   {"contract", {{"name", verdict.contract.name}, {"digest", verdict.contract.digest}}}}));
}

void add(Verdict& verdict, Finding finding, std::size_t most) {
  if (finding.severity == Severity::kError) verdict.kind = VerdictKind::kInvalid;
  if (finding.severity == Severity::kUnverifiable && verdict.kind == VerdictKind::kValid)
    verdict.kind = VerdictKind::kUnverifiable;
  verdict.findings_total += 1;
  // What decides stands before warnings, as in the engine's order it may not.
  auto& findings = verdict.findings;
  const auto place = finding.severity == Severity::kWarning ? findings.end() : findings.begin();
  findings.insert(place, std::move(finding));
  if (findings.size() > most) findings.resize(most);
}

Result<HookRun> run_one(Gate& gate, const CallContext& context, const Claimed& claimed, const Judgement& judgement,
                        const std::string& hook) {
  HookRequest request;
  request.hook = hook;
  request.json = request_json(claimed.record, judgement, hook);
  request.size = judgement.verdict.size;
  request.open = [&](const CallContext& own) -> Result<std::unique_ptr<ByteSource>> {
    SCALPER_TRY_ASSIGN(auto object, gate.objects.open(own, claimed.record.source, judgement.info.etag, ByteRange{}));
    return std::unique_ptr<ByteSource>(std::make_unique<JudgedBytes>(std::move(object.body), judgement.verdict));
  };
  return gate.hooks->run(context, request);
}

}  // namespace

Result<void> run_hooks(Gate& gate, const CallContext& context, Claimed& claimed, Judgement& judgement) {
  if (claimed.record.companion) return {};  // a checksum file: the contract of its folder says nothing of it
  const auto contract = claimed.contracts->match(claimed.record.origin.key.value());
  if (!contract) return {};
  const auto& settings = contract->settings();
  for (const std::string& hook : settings.hooks) {
    if (judgement.verdict.kind != VerdictKind::kValid) return {};
    if (gate.hooks == nullptr) {
      add(judgement.verdict, broken("hook.unavailable", hook, "cannot run: this gate was not given any"),
          settings.limits.findings);
      return {};
    }
    SCALPER_TRY(keep_lease(gate, context, claimed));
    SCALPER_TRY_ASSIGN(HookRun run, run_one(gate, context, claimed, judgement, hook));
    auto findings = run.why.empty() ? hook_findings(run.output) : Result<std::vector<Finding>>(std::vector<Finding>{});
    if (!findings.ok()) run.why = findings.error().message();
    if (!run.why.empty()) {
      add(judgement.verdict, broken("hook.failed", hook, run.why), settings.limits.findings);
      return {};
    }
    for (Finding& finding : *findings) add(judgement.verdict, std::move(finding), settings.limits.findings);
  }
  return {};
}

}  // namespace scalper
