#pragma once
// Pause stops claiming, never accepting.

#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "pipeline/gate.h"

namespace scalper {

inline constexpr const char* kPauseMarker = "control#pause";
// How long a paused gate leaves a message alone; also the longest that a pause may go unnoticed.
inline constexpr Millis kPauseLook{std::chrono::seconds{10}};

struct PauseState {
  bool paused = false;
  std::optional<WallTime> since;  // nothing: it was never paused
};

// Thread-safe; one for a process. Reads the marker at most once in kPauseLook.
class PauseSwitch {
 public:
  [[nodiscard]] Result<bool> is_paused(Gate& gate, const CallContext& context);

  // As it stands now, with a call for it.
  [[nodiscard]] Result<PauseState> read(Gate& gate, const CallContext& context);

  // `who` and `why` are kept in the marker. In force at once in this process. Doing it twice is success.
  [[nodiscard]] Result<void> set(Gate& gate, const CallContext& context, bool paused, const std::string& who,
                                 const std::string& why);

 private:
  void remember(bool paused, MonoTime at);

  std::mutex mutex_;
  bool known_ = false;
  bool paused_ = false;
  MonoTime looked_at_{};
};

}  // namespace scalper
