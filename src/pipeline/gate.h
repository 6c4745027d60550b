#pragma once
// What every act is given: the ports and the settings of one pipeline. Thread-safe as its ports are.

#include <cstdint>
#include <functional>
#include <string>

#include "base/time.h"
#include "model/names.h"
#include "ports/clock.h"
#include "ports/notices.h"
#include "ports/object_store.h"
#include "ports/record_store.h"
#include "ports/telemetry.h"
#include "ports/work_queue.h"

namespace scalper {

class ContractsInUse;
class HookRunner;
class PauseSwitch;
class Scanner;

struct GateSettings {
  std::string pipeline = "default";
  BucketName input{"input"};
  BucketName output{"output"};
  BucketName quarantine{"quarantine"};

  Millis lease{std::chrono::minutes{5}};
  Millis call_timeout{std::chrono::seconds{60}};  // the longest that a copy or a delete may take
  Millis lease_margin{std::chrono::seconds{30}};  // on top of it, before every irreversible call
  Millis visibility{std::chrono::minutes{6}};     // of a message while its file is in work; longer than the lease
  Millis retry_base{std::chrono::milliseconds{500}};
  Millis retry_cap{std::chrono::minutes{5}};
  Millis unreadable_cap{std::chrono::hours{24}};
  std::uint32_t attempts_before_failed = 8;  // in one epoch, before step 4
  std::uint32_t crashes_before_unparsed = 3;
  bool publish_exact = false;  // every output copy is a fenced one
  // Bytes. A longer file cannot be read in the time that this host has for one: it is `unverifiable`, limit.time.
  std::uint64_t largest_readable = UINT64_MAX;

  // The input store sends an event of every new version by itself, whoever put it there (S3).
  bool input_tells = false;

  std::size_t sweep_page = 200;  // versions and records asked for at once, 1 to 1,000

  WallTime adopted_at{};                          // input versions older than this belong to backfill
  Millis retention{std::chrono::hours{24 * 90}};  // of records; never under that of the stores
};

struct Gate {
  ObjectStore& objects;
  RecordStore& records;
  WorkQueue& queue;
  ContractsInUse& contracts;
  PauseSwitch& pause;
  Notices& notices;
  Telemetry& telemetry;
  Clock& clock;
  std::function<OwnerToken()> new_owner;  // fresh and unguessable at every call; thread-safe
  std::function<double()> random;         // [0, 1), for jitter; thread-safe
  GateSettings settings;
  // Told of each file that was read and checked to its end, and how long that took. Thread-safe; null: nobody asks.
  std::function<void(std::uint64_t bytes, Millis took)> on_read = nullptr;
  // Runs what contracts name as hooks; null: nothing does here, and such files are unverifiable.
  HookRunner* hooks = nullptr;
  // Takes what contracts with `malware: require` want scanned; null: as for hooks.
  Scanner* scanner = nullptr;
};

}  // namespace scalper
