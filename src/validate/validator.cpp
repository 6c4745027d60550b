#include "validate/validator.h"

#include <array>

#include "base/escape.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"

namespace scalper {

// Knows UTF-8 text only; everything else is unverifiable.
struct Validator::State {
  std::shared_ptr<const CompiledContract> contract;
  FileFacts facts;
  Env env;
  Sha256 sha;
  Crc64Nvme crc;
  std::uint64_t size = 0;
  std::string carry;  // of a character that the last chunk cut
  bool text = true;
};

namespace {

std::string hex16(std::uint64_t value) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.at(i) = static_cast<std::byte>(value >> (56 - 8 * i));
  return to_hex(bytes);
}

constexpr std::size_t kLongestCharacter = 4;

}  // namespace

Validator::Validator(std::unique_ptr<State> state) : state_(std::move(state)) {}
Validator::~Validator() = default;
Validator::Validator(Validator&&) noexcept = default;
Validator& Validator::operator=(Validator&&) noexcept = default;

Result<Validator> Validator::begin(std::shared_ptr<const CompiledContract> contract, FileFacts facts, Env env) {
  auto state = std::make_unique<State>();
  state->contract = std::move(contract);
  state->facts = std::move(facts);
  state->env = std::move(env);
  return Validator(std::move(state));
}

FeedAnswer Validator::feed(Bytes chunk) {
  state_->sha.update(chunk);
  state_->crc.update(chunk);
  state_->size += chunk.size();
  if (!state_->text) return FeedAnswer::kEnough;
  std::string text = state_->carry + std::string(as_text(chunk));
  const std::size_t good = valid_utf8_prefix(text);
  state_->carry = text.substr(good);
  state_->text = state_->carry.size() < kLongestCharacter;
  return state_->text ? FeedAnswer::kMore : FeedAnswer::kEnough;
}

Result<Verdict> Validator::finish() {
  if (state_->env.stop.stop_requested()) return Error(ErrorCode::kCancelled, "stopping");
  Verdict verdict;
  verdict.size = state_->size;
  verdict.digests.sha256 = to_hex(state_->sha.finish());
  verdict.digests.crc64nvme = hex16(state_->crc.value());
  verdict.contract = state_->contract->stamp();
  if (state_->text && state_->carry.empty()) {
    verdict.kind = VerdictKind::kValid;
    verdict.type = "text/plain";
    return verdict;
  }
  Finding finding;
  finding.code = "type.unknown";
  finding.severity = Severity::kUnverifiable;
  finding.message = "the content is of no type that is known here";
  verdict.findings.push_back(std::move(finding));
  verdict.findings_total = 1;
  return verdict;
}

}  // namespace scalper
