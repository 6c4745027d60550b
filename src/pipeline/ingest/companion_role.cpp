#include "pipeline/ingest/companion_role.h"

#include <algorithm>

namespace scalper {
namespace {

// manifests_of() goes up to the folder of the prefix; so one above it is asked for by nobody.
bool may_ask_for_manifest(const CompiledContract& contract, const CompanionKey& manifest) {
  const ContractSettings& settings = contract.settings();
  if (settings.integrity.from != IntegrityFrom::kManifest) return false;
  if (settings.integrity.require.value_or(manifest.kind) != manifest.kind) return false;
  const std::string& prefix = settings.match.prefix;
  return manifest.folder.starts_with(prefix.substr(0, prefix.rfind('/') + 1));  // npos + 1 is 0
}

}  // namespace

std::vector<CompanionKey> companions_asked_for(const CompiledContract& contract, std::string_view key) {
  const ContractSettings& settings = contract.settings();
  switch (settings.integrity.from) {
    case IntegrityFrom::kSidecar: return sidecars_of(key, settings.integrity.require);
    case IntegrityFrom::kManifest: return manifests_of(key, settings.integrity.require, settings.match.prefix);
    case IntegrityFrom::kNone:
    case IntegrityFrom::kMetadata: break;
  }
  return {};
}

std::optional<CompanionKey> companion_role(const ContractIndex& contracts, std::string_view key) {
  auto companion = companion_key(key);
  if (!companion) return std::nullopt;
  if (companion->form == CompanionKey::Form::kSidecar) {
    if (!asks_for(contracts, companion->file, *companion)) return std::nullopt;
    return companion;
  }
  const auto all = contracts.all();
  const bool asked = std::any_of(all.begin(), all.end(),
                                 [&](const auto& contract) { return may_ask_for_manifest(*contract, *companion); });
  return asked ? companion : std::nullopt;
}

std::shared_ptr<const CompiledContract> asks_for(const ContractIndex& contracts, std::string_view key,
                                                 const CompanionKey& companion) {
  auto contract = contracts.match(key);
  if (!contract) return nullptr;
  const auto asked = companions_asked_for(*contract, key);
  const bool names_it =
      std::any_of(asked.begin(), asked.end(), [&](const CompanionKey& one) { return one.key == companion.key; });
  if (!names_it || companion_role(contracts, key)) return nullptr;
  return contract;
}

}  // namespace scalper
