#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "adapters/decorators/fault_injecting_object_store.h"
#include "adapters/decorators/fault_injecting_ports.h"
#include "model/file_id.h"
#include "model/work_message.h"
#include "pipeline/review.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"
#include "ports/memory_source.h"
#include "simulation/plan.h"
#include "simulation/world.h"
#include "support/companions.h"

namespace scalper {
namespace {

constexpr int kEnvironmentPercent = 12;
constexpr int kCalmRounds = 60;
const std::string kNoText = "\xFF\xFE bad ";
const std::vector<std::string> kKeys = {"a.txt", "b/c.txt", "b/d.txt"};

MemoryObjectStoreOptions store_options(const WorldOptions& options) {
  return {.ids = IdMode::kCounted,
          .create_only_copy = options.create_only_copy,
          .copy_consumes_source = options.local_form,
          .immutable_versions = !options.local_form,
          .copy_gives_checksum = options.seed % 2 != 0};
}

}  // namespace

World::World(const WorldOptions& options)
    : options_(options), random_(options.seed), base_(store_options(options)), baton_(random_) {
  base_.settings.publish_exact = options.publish_exact;
  base_.settings.sweep_page = 1 + options.seed % 5;
  base_.settings.attempts_before_failed = options.attempts_before_failed;
  if (options.has_older_files) base_.settings.adopted_at = base_.clock.wall_now() + std::chrono::minutes{1};
  if (options.sidecars && !base_.contract_source.publish(base_.context(), plain_contracts()).ok())
    fail("the contract was not published");
  uploads_left_ = options.uploads;
}

void World::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
}

void World::pass(int step) {
  taken_steps_ += 1;
  at_step_ = step;
  if (!calm_ && chance(kEnvironmentPercent)) environment_acts();
  baton_.pass();
}

// A process that stands still between the look at its lease and the copy outlives the time that the call may take: to
// all others its copy is one without an answer that lands late.
void World::note_delay(const PortCall& call, Millis taken) {
  had_late_copy_ = had_late_copy_ || (std::string_view(call.name) == "copy" && taken > base_.settings.call_timeout);
}

void World::keep_for_later(std::function<void()> effect) { late_.push_back(std::move(effect)); }

// After each port call; most of them change nothing that the promises speak of.
void World::note_change() {
  const std::uint64_t changes = base_.objects.changes() + base_.records.changes();
  if (std::exchange(seen_changes_, changes) != changes) check_always();
}

// SCALPER_TRACE=1 tells a replayed history call by call.
void World::trace(const std::string& what) const {
  static const bool on = std::getenv("SCALPER_TRACE") != nullptr;
  if (on) std::cerr << taken_steps_ << "\t" << what << "\n";
}

void World::trace(const PortCall& call, const Fault& fault) const {
  trace("w" + std::to_string(baton_.holder()) + " step " + std::to_string(call.step) + " " + std::string(call.port) +
        "." + std::string(call.name) +
        (fault.kind == Fault::Kind::kNone ? "" : " fault " + std::to_string(static_cast<int>(fault.kind))));
}

void World::one_operation(Gate& gate, const CallContext& context) {
  const std::uint64_t what = draw(40);
  if (what < 2) {
    CallContext hurried = context;  // has time for one page
    hurried.deadline = gate.clock.mono_now() + gate.settings.call_timeout / 2;
    [[maybe_unused]] const auto swept = sweep(gate, what == 0 ? context : hurried);
    return;
  }
  if (what == 2) {
    [[maybe_unused]] const auto taken = backfill(gate, context, "", chance(30));
    return;
  }
  if (what < 6) return operator_acts(gate, context);
  const auto deliveries = gate.queue.receive(context.at_step(0), 1 + draw(3), gate.settings.visibility, Millis{0});
  if (deliveries.ok()) process_batch(gate, context, *deliveries);
}

void World::worker_body(int /*number*/) {
  const CallContext context;
  while (taken_steps_ < options_.steps && failure_.empty()) {
    WorldPlan plan(*this);
    FaultInjectingObjectStore objects(base_.objects, plan);
    FaultInjectingRecordStore records(base_.records, plan);
    FaultInjectingWorkQueue queue(base_.queue, plan);
    FaultInjectingNotices notices(base_.notices, plan);
    const Gate inner = base_.gate();
    Gate gate{objects,         records,     queue,           inner.contracts, inner.pause,   notices,
              inner.telemetry, inner.clock, inner.new_owner, inner.random,    inner.settings};
    try {
      while (taken_steps_ < options_.steps && failure_.empty()) {
        one_operation(gate, context);
        pass(0);
      }
    } catch (const Crash&) {
      writer_comes_after_the_crash();
      pass(0);  // a new process takes its place
    }
  }
}

void World::operator_acts(Gate& gate, const CallContext& context) {
  if (accepted_.empty()) return;
  const FileId id = accepted_[draw(accepted_.size())].id;  // a copy: others upload meanwhile
  if (chance(20)) {
    [[maybe_unused]] const auto withdrawn = withdraw_review(gate, context, id);
    return;
  }
  const auto action = static_cast<ReviewAction>(draw(3));
  [[maybe_unused]] const auto accepted = accept_review(gate, context, {id, action, "op", "why", {}});
}

void World::environment_acts() {
  see_versions();
  switch (draw(13)) {
    case 0:
    case 1: sender_uploads(); break;
    case 2: sender_withdraws(); break;
    case 3: sender_lifts_marker(); break;
    case 4: consumer_takes(); break;
    case 5: stranger_writes(); break;
    case 6: repeat_event(); break;
    case 7: land_late_effect(); break;
    case 8: retention_takes(); break;
    case 9: contracts_change(); break;
    case 10: pause_changes(); break;
    default: time_passes(); break;
  }
  check_always();
}

void World::sender_uploads() {
  if (uploads_left_ == 0) return;
  uploads_left_ -= 1;
  Accepted file;
  file.good = chance(60);
  // Few contents, so that equal bytes come again under one key.
  file.bytes = (file.good ? "good " : kNoText) + std::to_string(draw(2)) + "\n";
  const std::string& key = kKeys[draw(kKeys.size())];
  const bool has_sidecar = options_.sidecars && key.starts_with("b/") && chance(85);
  const bool sidecar_first = has_sidecar && chance(50);
  if (has_sidecar && sidecar_first) sender_uploads_sidecar(key, file.bytes);
  file.event = base_.upload(key, file.bytes);
  accept(file);
  if (has_sidecar && !sidecar_first) sender_uploads_sidecar(key, file.bytes);
}

// Right, of other bytes, or rubbish.
void World::sender_uploads_sidecar(const std::string& key, const std::string& bytes) {
  Accepted sidecar;
  const std::uint64_t what = draw(10);
  sidecar.good = what != 0;
  sidecar.bytes = what == 0 ? std::string("soon\n")
                            : tests::sha256_line(what == 1 ? "other bytes" : bytes, key.substr(key.rfind('/') + 1));
  sidecar.event = base_.upload(key + ".sha256", sidecar.bytes);
  sidecars_sent_.insert({key + ".sha256", sidecar.bytes});
  accept(std::move(sidecar));
}

void World::accept(Accepted file) {
  file.id = file_id(file.event.ref);
  trace("upload " + file.event.ref.key.value() + "@" + file.event.ref.version.value() + " " + file.id.value());
  accepted_.push_back(file);
  const int events = chance(15) ? 0 : (chance(20) ? 2 : 1);
  for (int i = 0; i < events; ++i) {
    const Millis late = chance(20) ? Millis{static_cast<std::int64_t>(draw(20)) * 60'000} : Millis{0};
    [[maybe_unused]] const auto sent = base_.queue.send(base_.context(), format_message(file.event), late);
  }
  if (events == 2) cells_[{0, CellFault::kDeliveredTwice}] += 1;
}

void World::sender_withdraws() {
  if (accepted_.empty() || !chance(40)) return;
  Accepted& file = accepted_[draw(accepted_.size())];
  if (chance(70)) {
    const auto marker = base_.objects.hide(base_.context(), base_.settings.input, file.event.ref.key);
    if (marker.ok()) markers_.push_back({base_.settings.input, file.event.ref.key, *marker});
    return;
  }
  [[maybe_unused]] const auto removed = base_.objects.remove_version(base_.context(), file.event.ref, Seal{});
  file.ended = true;
}

void World::sender_lifts_marker() {
  if (markers_.empty()) return;
  const std::size_t which = draw(markers_.size());
  [[maybe_unused]] const auto lifted = base_.objects.remove_version(base_.context(), markers_[which], Seal{});
  markers_.erase(markers_.begin() + static_cast<std::ptrdiff_t>(which));
}

// Takes a finished file: its record names it.
void World::consumer_takes() {
  const auto versions = base_.versions(base_.settings.output);
  if (versions.empty() || !chance(50)) return;
  const ObjectInfo& taken = versions[draw(versions.size())];
  const auto info = base_.objects.head(base_.context(), taken.ref);
  if (!info.ok()) return;
  const auto id = info->metadata.find(kMetaId);
  for (Accepted& file : accepted_)
    if (id != info->metadata.end() && file.id.value() == id->second) file.ended = true;
  trace("taken " + taken.ref.key.value() + "@" + taken.ref.version.value());
  emptied_.insert(describe(taken.ref.bucket, taken.ref.key));
  taken_etags_.insert(taken.ref.key.value() + " " + info->etag.value());
  current_out_.erase(taken.ref.key.value());
  // A consumer has no right to delete versions; on a disk there is one only, and it goes.
  if (options_.local_form) {
    [[maybe_unused]] const auto removed = base_.objects.remove_version(base_.context(), taken.ref, Seal{});
  } else {
    [[maybe_unused]] const auto hidden = base_.objects.hide(base_.context(), base_.settings.output, taken.ref.key);
  }
}

void World::stranger_writes() {
  if (strangers_left_ == 0 || !chance(20)) return;
  strangers_left_ -= 1;
  const std::string bytes = "a stranger's";
  MemorySource body(as_bytes(bytes));
  // On a disk the older file would be gone, and with it what its consumer was promised.
  const bool create_only = options_.local_form || chance(50);
  [[maybe_unused]] const auto put = base_.objects.put(base_.context(), base_.settings.output,
                                                      ObjectKey{kKeys[draw(kKeys.size())]}, body, {}, "", create_only);
}

// Quarantined bytes whose time is over, or that an operator deletes by hand.
void World::retention_takes() {
  const auto versions = base_.versions(base_.settings.quarantine);
  if (versions.empty() || !chance(20)) return;
  const ObjectInfo& taken = versions[draw(versions.size())];
  for (Accepted& file : accepted_) {
    if (!taken.ref.key.value().ends_with(file.id.value())) continue;
    const auto record = base_.record(file.event);
    if (!record || (!is_final(*record) && record->source != taken.ref)) return;  // nobody keeps days for it yet
    file.ended = true;
  }
  trace("expired " + taken.ref.key.value());
  emptied_.insert(describe(taken.ref.bucket, taken.ref.key));
  [[maybe_unused]] const auto removed = base_.objects.remove_version(base_.context(), taken.ref, Seal{});
}

ContractSet World::plain_contracts() const {
  return options_.sidecars ? tests::orders_contract("b/", "require: sha256, from: sidecar") : ContractSet{"empty", {}};
}

void World::contracts_change() {
  ContractSet set = plain_contracts();
  if (chance(50)) set = {"strict", {{"strict.yaml", "contract: strict\nmatch: {prefix: \"b/\"}\nsize: {max: 1}\n"}}};
  trace("contracts " + set.digest);
  [[maybe_unused]] const auto published = base_.contract_source.publish(base_.context(), set);
}

void World::pause_changes() {
  Gate gate = base_.gate();
  [[maybe_unused]] const auto set = base_.pause.set(gate, base_.context(), chance(10), "op", "why");
}

// On a disk a dead process holds no lease on its files any more, and its calls have happened or never will. With it
// dies what kept writers out: a file may be written to after its verdict was recorded.
void World::writer_comes_after_the_crash() {
  if (!options_.local_form || options_.workers != 1) return;
  late_.clear();
  if (accepted_.empty() || !chance(50)) return;
  Accepted& file = accepted_[draw(accepted_.size())];
  const bool good = chance(50);
  std::string bytes = (good ? "good " : kNoText) + std::string("rewritten") + std::to_string(draw(2)) + "\n";
  const std::string& key = file.event.ref.key.value();
  if (good && key.ends_with(".sha256")) {
    const std::size_t name = key.rfind('/') + 1;
    bytes = tests::sha256_line("rewritten", key.substr(name, key.size() - name - std::string(".sha256").size()));
  }
  if (!base_.objects.rewrite(base_.context(), file.event.ref, bytes).ok()) return;
  trace("rewritten " + file.event.ref.key.value());
  file.bytes = bytes;
  file.good = good;
}

void World::repeat_event() {
  if (accepted_.empty()) return;
  base_.announce(accepted_[draw(accepted_.size())].event);
  cells_[{at_step_, CellFault::kDeliveredTwice}] += 1;
}

void World::time_passes() {
  static constexpr std::array<int, 6> kSeconds = {0, 1, 5, 40, 200, 400};
  const int seconds = kSeconds[draw(kSeconds.size())];
  had_silent_end_ = had_silent_end_ || seconds >= 200;  // a slow worker's lease may run out
  base_.clock.advance(std::chrono::seconds{seconds});
  trace(std::to_string(seconds) + " s pass");
}

void World::land_late_effect() {
  if (late_.empty()) return;
  const std::size_t which = draw(late_.size());
  trace("a late effect lands");
  const auto effect = std::move(late_[which]);
  late_.erase(late_.begin() + static_cast<std::ptrdiff_t>(which));
  effect();
}

// No faults any more: what was promised for later lands, sweeps and workers go on until all is at rest.
void World::calm_down() {
  calm_ = true;
  while (!late_.empty()) land_late_effect();
  Gate gate = base_.gate();
  [[maybe_unused]] const auto running = base_.pause.set(gate, base_.context(), false, "op", "the calm");
  if (!backfill(gate, base_.context(), "", false).ok()) return fail("a backfill without faults failed");
  come_to_rest();
  if (!failure_.empty() || is_at_rest()) return;
  check_needs_operator();
  [[maybe_unused]] const auto redriven = base_.queue.redrive(base_.context(), 100);
  come_to_rest();
}

void World::come_to_rest() {
  Gate gate = base_.gate();
  for (int round = 0; round < kCalmRounds && failure_.empty(); ++round) {
    base_.clock.advance(std::chrono::minutes{round < 20 ? 15 : 600});
    const auto swept = sweep(gate, base_.context());
    if (!swept.ok()) return fail("a sweep without faults failed: " + swept.error().message());
    base_.run_until_idle(100);
    check_always();
    if (is_at_rest()) return;
  }
}

std::string World::run() {
  std::vector<std::function<void()>> bodies;
  for (int i = 0; i < options_.workers; ++i) bodies.emplace_back([this, i] { worker_body(i); });
  baton_.run(bodies);
  calm_down();
  if (failure_.empty()) check_at_rest();
  if (failure_.empty()) check_audit();
  return failure_;
}

}  // namespace scalper
