#pragma once
// START HERE: a whole gate on one machine. The one place where its parts are put together; `scalper up` lets it run,
// the other verbs use it for one command where none runs.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "adapters/clamd/clamd_socket.h"
#include "adapters/local/folder_contract_source.h"
#include "adapters/local/folder_layout.h"
#include "adapters/local/hot_folder.h"
#include "adapters/local/local_object_store.h"
#include "adapters/local/local_partial_uploads.h"
#include "adapters/local/local_telemetry.h"
#include "adapters/local/local_upload_room.h"
#include "adapters/local/local_upload_targets.h"
#include "adapters/local/sqlite_audit_log.h"
#include "adapters/local/sqlite_notice_feed.h"
#include "adapters/local/sqlite_notices.h"
#include "adapters/local/sqlite_passing_markers.h"
#include "adapters/local/sqlite_record_store.h"
#include "adapters/local/sqlite_statistics.h"
#include "adapters/local/sqlite_tokens.h"
#include "adapters/local/sqlite_work_queue.h"
#include "adapters/local/system_clock.h"
#include "api/event_pages.h"
#include "api/service.h"
#include "hosts/local_contract_watch.h"
#include "hosts/local_slots.h"
#include "hosts/request_log.h"
#include "pipeline/alarm_watch.h"
#include "pipeline/contracts_in_use.h"
#include "pipeline/pause.h"

namespace scalper {

struct LocalGateOptions {
  std::string data;
  std::string contracts;  // folder of contracts; it need not be there
  std::string pipeline = "default";
  bool publish_exact = false;
  std::string log;  // a file, "-" for standard output; empty: <data>/.scalper/log/gate.jsonl
  LogLevel log_level = LogLevel::kInfo;
  unsigned workers = 0;                               // files in work at once; 0: 64 times the cores, from 128 to 256
  Millis keep_replaced{std::chrono::hours{24 * 30}};  // what a newer version displaced in output
  UploadRoomLimits uploads;
  std::string webhook_ca;             // roots that webhooks are trusted by; empty: the system's
  std::string hooks;                  // folder of programs that contracts may name; empty: none may
  std::optional<ClamdAddress> clamd;  // who scans where contracts demand it; none: nobody
  AccessLog access_log = AccessLog::kAll;
  bool needs_contracts = true;  // no gate where the contracts are refused and there are none from before
};

// Why there is no gate: an exit code of local_exit_codes.h and a sentence with a way out.
struct NotOpened {
  int exit_code = 0;
  std::string message;
};

class ClamdScanner;
class CommandHookRunner;
class LocalWebhooks;
class WebhookSender;

class LocalGate {
 public:
  // Takes the folder's lock, makes what is missing in it, brings the database up to date. Nothing is changed in the
  // folder of a gate that runs, or where the database is damaged or newer.
  [[nodiscard]] static std::variant<std::unique_ptr<LocalGate>, NotOpened> open(const LocalGateOptions& options);
  // stop().
  ~LocalGate();
  LocalGate(const LocalGate&) = delete;
  LocalGate& operator=(const LocalGate&) = delete;

  [[nodiscard]] api::Service& service() { return service_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] std::string path() const { return folder_->path; }  // of the data folder, absolute
  [[nodiscard]] std::string socket_path() const { return path() + "/.scalper/gate.sock"; }
  [[nodiscard]] unsigned workers() const { return workers_; }

  // From now on files are taken, and what an earlier run left is finished; answers at once. `on_final` is told of each
  // final record, from any thread; `on_broken` is called once nothing can be made durable any more: the gate is to end.
  void start(std::function<void(const FileId&)> on_final, std::function<void()> on_broken);
  // Nothing new is begun. Thread-safe, answers at once.
  void begin_stop();
  // begin_stop(), and waits until what was running is finished or handed back.
  void stop();

  // The two of a gate that was not started, for one command; in the calling thread and as many as there are workers.
  // Takes in what lies ready in the inbox; says how many files.
  [[nodiscard]] Result<std::size_t> adopt_ready(const CallContext& context);
  // Works the queue off, but for what is put off to later. Says how many messages were done. Nothing while paused.
  [[nodiscard]] Result<std::size_t> work_off(const CallContext& context);

 private:
  // Tells who waits. The outbox has the notice already: it is written with the final record.
  class Announcer final : public Notices {
   public:
    [[nodiscard]] Result<void> publish(const CallContext& context, const Notice& notice) override;
    std::function<void(const FileId&)> on_final;  // set before the first thread is there
  };
  struct Parts;  // what is opened one by one, before the gate is whole

  LocalGate(const LocalGateOptions& options, Parts parts);
  [[nodiscard]] static std::optional<NotOpened> open_parts(const LocalGateOptions& options, Parts& parts);
  [[nodiscard]] CallContext context(const char* who) const;
  [[nodiscard]] std::string metrics();
  [[nodiscard]] AlarmSample alarm_sample(const CallContext& context);

  void take_over(const CallContext& context, const ObjectEvent& event);
  void keep();  // a thread: recovery, then the work, then sweeps and what expires
  void tick();  // a thread: what is looked at every second
  void begin_work();
  void tell_lost_database();
  void tell_stopped();
  void look_at_disk();
  void look_at_folders();
  [[nodiscard]] bool void_leases(const CallContext& context);
  void sweep_once(const CallContext& context);
  void forget_what_expired(const CallContext& context);
  [[nodiscard]] bool is_in_quarantine(const CallContext& context, const FileRecord& record);
  void empty_replaced(const CallContext& context);
  void give_hooks(const std::string& folder);
  void give_scanner(const std::optional<ClamdAddress>& clamd);
  void complain(const char* event, const Error& error);

  // In the order in which they stand on each other.
  std::unique_ptr<SystemClock> clock_holder_;
  SystemClock& clock_;
  std::unique_ptr<DataFolder> folder_;
  std::unique_ptr<LocalTelemetry> telemetry_;
  const bool lost_database_;
  std::unique_ptr<SqliteDatabase> database_;
  std::unique_ptr<SqliteWorkQueue> queue_;
  std::unique_ptr<SqliteStatistics> statistics_;
  std::unique_ptr<FolderContractSource> contract_source_;
  std::unique_ptr<LocalObjectStore> objects_;
  std::unique_ptr<LocalPartialUploads> partial_uploads_;
  LocalUploadTargets upload_targets_;
  SqliteRecordStore records_;
  SqliteTokens tokens_;
  SqliteAuditLog audit_log_;
  SqlitePassingMarkers passing_;
  SqliteNotices outbox_;
  SqliteNoticeFeed notice_feed_;
  api::EventPages events_;
  Announcer notices_;
  ContractsInUse contracts_;
  PauseSwitch pause_;
  Gate gate_;
  ContractWatch contract_watch_;
  LocalUploadRoom upload_room_;
  AlarmWatch alarms_;
  api::Service service_;
  const Millis keep_replaced_;
  std::uint64_t strangers_told_ = 0;  // the keeper's
  std::unique_ptr<CommandHookRunner> hooks_;
  std::unique_ptr<ClamdScanner> scanner_;
  std::unique_ptr<WebhookSender> webhook_sender_;
  std::unique_ptr<LocalWebhooks> webhooks_;
  const unsigned workers_;
  Slots large_;  // files that are long to read

  std::stop_source stop_;
  std::function<void()> on_broken_;  // the ticker's; empty once it was called
  std::optional<MonoTime> started_;  // until its end was told
  std::unique_ptr<HotFolder> hot_folder_;
  std::vector<std::jthread> work_;  // made by the keeper, once nothing of an earlier run stands in the way
  std::jthread keeper_;
  std::jthread ticker_;
};

}  // namespace scalper
