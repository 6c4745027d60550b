#include "pipeline/pause.h"

#include "base/escape.h"

namespace scalper {
namespace {

constexpr int kTries = 5;
constexpr const char* kRunning = "running";

PauseState state_of(const std::optional<Marker>& marker) {
  if (!marker) return {};
  const std::string& value = marker->value;  // word, time, who, why
  PauseState state{!value.starts_with(kRunning), std::nullopt};
  const std::size_t tab = value.find('\t');
  if (tab != std::string::npos) state.since = parse_rfc3339(value.substr(tab + 1, value.find('\t', tab + 1) - tab - 1));
  return state;
}

}  // namespace

void PauseSwitch::remember(bool paused, MonoTime at) {
  const std::lock_guard lock(mutex_);
  known_ = true;
  paused_ = paused;
  looked_at_ = at;
}

Result<bool> PauseSwitch::is_paused(Gate& gate, const CallContext& context) {
  const MonoTime now = gate.clock.mono_now();
  {
    const std::lock_guard lock(mutex_);
    if (known_ && now - looked_at_ < kPauseLook) return paused_;
  }
  SCALPER_TRY_ASSIGN(const PauseState state, read(gate, context));
  return state.paused;
}

Result<PauseState> PauseSwitch::read(Gate& gate, const CallContext& context) {
  const MonoTime now = gate.clock.mono_now();
  SCALPER_TRY_ASSIGN(const auto marker, gate.records.get_marker(context, kPauseMarker));
  const PauseState state = state_of(marker);
  remember(state.paused, now);
  return state;
}

Result<void> PauseSwitch::set(Gate& gate, const CallContext& context, bool paused, const std::string& who,
                              const std::string& why) {
  const std::string value = std::string(paused ? "paused" : kRunning) + "\t" + format_rfc3339(gate.clock.wall_now()) +
                            "\t" + escape_text(who) + "\t" + escape_text(why, 500);
  Error last{ErrorCode::kPreconditionFailed, "pause: others changed it at the same time"};
  for (int tries = 0; tries < kTries; ++tries) {
    SCALPER_TRY_ASSIGN(const auto marker, gate.records.get_marker(context, kPauseMarker));
    if (state_of(marker).paused == paused) {
      remember(paused, gate.clock.mono_now());
      return {};
    }
    const auto written = gate.records.put_marker(context, kPauseMarker, value, marker ? marker->revision : 0);
    if (written.ok()) {
      remember(paused, gate.clock.mono_now());
      return {};
    }
    last = written.error();
    if (last.code() != ErrorCode::kPreconditionFailed && !is_ambiguous(last.code())) break;
  }
  return last.within("setting pause");
}

}  // namespace scalper
