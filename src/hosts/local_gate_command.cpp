// The local gate for one command, where none runs: what lies ready is taken in, and the queue worked off.

#include <atomic>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "hosts/local_gate.h"
#include "hosts/local_intake.h"
#include "model/work_message.h"
#include "pipeline/worker.h"

namespace scalper {
namespace {

constexpr std::size_t kReceive = 4;  // messages at a time

}  // namespace

Result<std::size_t> LocalGate::adopt_ready(const CallContext& context) {
  const auto settle = HotFolderOptions{}.settle;
  SCALPER_TRY_ASSIGN(const auto ready, ready_files(folder_->posix, folder_->input.get(), clock_, settle));
  const auto take = [this](const CallContext& own, const std::string& path) -> Result<bool> {
    SCALPER_TRY_ASSIGN(const Adoption adoption, objects_->inbox().adopt(own, path));
    const auto* taken = std::get_if<Adopted>(&adoption);
    if (taken == nullptr) return false;
    SCALPER_TRY(queue_->send(own, format_message(taken->event), Millis{0}));
    return true;
  };
  return take_in(context, ready, take, *telemetry_);
}

Result<std::size_t> LocalGate::work_off(const CallContext& context) {
  SCALPER_TRY(records_.void_leases(context));
  SCALPER_TRY_ASSIGN(const bool paused, pause_.is_paused(gate_, context));
  if (paused) return std::size_t{0};
  std::atomic<std::size_t> done{0};
  std::mutex mutex;
  std::optional<Error> failed;
  const auto work = [&] {
    for (;;) {
      const auto messages = queue_->receive(context, kReceive, gate_.settings.visibility, Millis{0});
      if (messages.ok() && messages->empty()) return;
      if (messages.ok()) {
        done += process_batch(gate_, context, *messages);
        continue;
      }
      const std::lock_guard lock(mutex);
      failed = messages.error();
      return;
    }
  };
  {
    std::vector<std::jthread> threads;
    try {
      for (unsigned i = 1; i < workers_; ++i) threads.emplace_back(work);
    } catch (const std::system_error&) {  // no more threads to be had: those that are there do all
    }
    work();
  }
  if (failed) return *failed;
  return done.load();
}

}  // namespace scalper
