#pragma once
// A connection to clamd: a Unix socket, or TCP on this machine. Every call has a limit of time and heeds the stop
// token.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/clock.h"

namespace scalper {

// Where clamd listens. The protocol has neither encryption nor proof of who answers: no other machine.
struct ClamdAddress {
  std::string path;  // of a Unix socket, absolute; empty: TCP
  std::string host;  // 127.0.0.1 or ::1
  std::uint16_t port = 0;
  std::string shown;  // as it was written
};

// "/run/clamav/clamd.ctl", "127.0.0.1:3310", "localhost:3310" or "[::1]:3310". kInvalidArgument says what is wrong.
[[nodiscard]] Result<ClamdAddress> parse_clamd_address(std::string_view text);

// Belongs to one thread.
class ClamdSocket {
 public:
  explicit ClamdSocket(Clock& clock) : clock_(clock) {}
  ~ClamdSocket() { close(); }
  ClamdSocket(const ClamdSocket&) = delete;
  ClamdSocket& operator=(const ClamdSocket&) = delete;

  // kUnavailable: nobody is there.
  [[nodiscard]] Result<void> open(const CallContext& context, const ClamdAddress& address, Millis limit);
  // All of it; `limit` is for the time in which nothing goes on. kUnavailable: the other side closed.
  [[nodiscard]] Result<void> send(const CallContext& context, std::string_view bytes, Millis limit);
  // What came up to the next NUL, without it; kCorrupt: more than 4 KiB without one. kUnavailable: closed.
  [[nodiscard]] Result<std::string> receive(const CallContext& context, Millis limit);

 private:
  // Until the socket can, or the time is over (kTimeout), or a stop (kCancelled).
  [[nodiscard]] Result<void> wait(const CallContext& context, int events, MonoTime end);
  void close();

  Clock& clock_;
  int fd_ = -1;
  std::string received_;
};

}  // namespace scalper
