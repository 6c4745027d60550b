#pragma once
// How much one client may ask, and how often it may show tokens that are none. Bounded in memory: of more clients than
// `most_clients` the one that was not seen longest is forgotten. Not thread-safe: it belongs to the server's thread.

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <optional>

#include "base/time.h"
#include "hosts/server/client_address.h"

namespace scalper::server {

// Fills by `rate` a second up to `most`.
struct TokenBucket {
  double level = 0;
  MonoTime at{};

  void fill(double rate, double most, MonoTime now);
  // Seconds until one is in it, rounded up; 0: there is.
  [[nodiscard]] unsigned wait(double rate) const;
};

struct ClientLimitOptions {
  double requests_per_second = 50;  // 0: no limit
  double request_burst = 200;
  double failures_per_second = 1.0 / 6;  // tokens that are none, of one client
  double failure_burst = 10;
  double all_failures_per_second = 2;  // of all clients together
  double all_failure_burst = 100;
  Millis first_delay{100};  // of the answer to a token that is none; doubled with each in a row
  Millis longest_delay{3200};
  Millis known_for{std::chrono::hours{1}};  // so long a client that showed a good token counts as known
  std::size_t most_clients = 4096;
};

class ClientLimits {
 public:
  explicit ClientLimits(ClientLimitOptions options) : options_(options) {}

  struct Taken {
    bool allowed = true;
    unsigned left = 0;   // requests that would be let through now
    unsigned after = 0;  // seconds until there is one more, if none is left
  };
  // One request. nullopt: there is no limit.
  [[nodiscard]] std::optional<Taken> take(const IpAddress& client, MonoTime now);
  [[nodiscard]] unsigned burst() const { return static_cast<unsigned>(options_.request_burst); }
  [[nodiscard]] unsigned window() const;  // seconds in which a whole burst comes back

  // Whether it may show a token now: 0; else seconds after which. Once all clients together have guessed too often, a
  // client that showed a good one lately is let through all the same.
  [[nodiscard]] unsigned may_show_token(const IpAddress& client, MonoTime now);
  struct Failed {
    Millis delay{};        // so long the answer is held back
    bool is_last = false;  // the next one will be refused unseen
  };
  [[nodiscard]] Failed token_failed(const IpAddress& client, MonoTime now);
  void token_worked(const IpAddress& client, MonoTime now);

  [[nodiscard]] std::size_t clients() const { return clients_.size(); }

 private:
  struct Client {
    TokenBucket requests;
    TokenBucket failures;
    unsigned failed_in_a_row = 0;
    std::optional<MonoTime> worked_at;
    std::list<IpAddress>::iterator seen;
  };
  Client& client(const IpAddress& address, MonoTime now);

  const ClientLimitOptions options_;
  std::map<IpAddress, Client> clients_;
  std::list<IpAddress> seen_;  // the latest first
  std::optional<TokenBucket> all_failures_;
};

}  // namespace scalper::server
