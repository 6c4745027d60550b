#pragma once
// What a process knows of the receipts that it was given. SQS itself forgets nothing: a receipt that was given back
// would still extend, and none may be held for longer than 12 hours.

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"

namespace scalper::aws::sqs {

// Thread-safe. Remembers the last kMost receipts, each for 12 hours; those that were given back within 20 minutes are
// forgotten last. Of others it knows nothing but that they are not older than 20 minutes.
class Receipts {
 public:
  static constexpr std::size_t kMost = 4096;

  void received(const std::string& receipt, MonoTime now);
  void given_back(const std::string& receipt, MonoTime now);
  void acknowledged(const std::string& receipt);

  [[nodiscard]] bool is_given_back(const std::string& receipt);
  // For how long SQS still lets it be held: at most 12 hours, less a few seconds, or of a receipt
  // that others were given, 20 minutes; 0 where that time is over.
  [[nodiscard]] Millis time_left(const std::string& receipt, MonoTime now);

 private:
  struct Known {
    MonoTime since{};
    std::optional<MonoTime> given_back_at;

    [[nodiscard]] MonoTime wanted_until() const;
  };
  void make_room(MonoTime now);  // under the lock

  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;
};

}  // namespace scalper::aws::sqs
