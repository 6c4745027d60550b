// What a local gate does beside the engine, where it was given it: hooks and a malware scanner.

#include <memory>
#include <utility>

#include "adapters/clamd/clamd_scanner.h"
#include "adapters/local/command_hook_runner.h"
#include "hosts/local_gate.h"

namespace scalper {

void LocalGate::give_hooks(const std::string& folder) {
  if (folder.empty()) return;
  hooks_ = std::make_unique<CommandHookRunner>(folder, clock_);
  gate_.hooks = hooks_.get();
  if (hooks_->is_isolated()) return;
  telemetry_->log({LogLevel::kWarning,
                   "hooks_not_isolated",
                   {{"error", "the kernel lets us make no user namespaces: hooks have the network of the gate"}}});
}

void LocalGate::give_scanner(const std::optional<ClamdAddress>& clamd) {
  if (!clamd) return;
  ClamdOptions options;
  options.address = *clamd;
  scanner_ = std::make_unique<ClamdScanner>(std::move(options), clock_);
  gate_.scanner = scanner_.get();
}

}  // namespace scalper
