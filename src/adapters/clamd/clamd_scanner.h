#pragma once
// Scanner over clamd's INSTREAM, a process of its own that the operator runs.
//
// Each file has a connection and a session of its own, and before it the same clamd is shown a harmless file beyond its
// limits (clamd_probe()): its configuration cannot be asked for, and one without AlertExceedsMax calls a file clean
// that it gave up in the middle. Only a clamd that alerts there is believed when it says OK.

#include <condition_variable>
#include <mutex>

#include "adapters/clamd/clamd_socket.h"
#include "ports/scanner.h"

namespace scalper {

struct ClamdOptions {
  ClamdAddress address;
  Millis connect{std::chrono::seconds{5}};
  Millis stalled{std::chrono::seconds{30}};  // that it may take no byte
  Millis answer{std::chrono::minutes{2}};    // after the last byte; clamd's own MaxScanTime is two minutes
  std::size_t at_once = 8;                   // files; clamd's MaxThreads is 10
  Millis turn{std::chrono::seconds{10}};     // begin() waits for a place
};

class ClamdScanner final : public Scanner {
 public:
  // The clock outlives it.
  ClamdScanner(ClamdOptions options, Clock& clock) : options_(std::move(options)), clock_(clock) {}

  [[nodiscard]] std::unique_ptr<Scan> begin(const CallContext& context) override;

 private:
  friend class ClamdScan;
  void leave();

  const ClamdOptions options_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable_any left_;
  std::size_t places_taken_ = 0;
};

}  // namespace scalper
