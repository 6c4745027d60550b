#include "adapters/memory/ids.h"

#include <array>
#include <cstdio>

namespace scalper {
namespace {

std::mt19937_64 seeded(IdMode mode) {
  if (mode == IdMode::kCounted) return std::mt19937_64{};
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
  return std::mt19937_64{seed};
}

}  // namespace

Ids::Ids(IdMode mode) : mode_(mode), random_(seeded(mode)) {}

std::string Ids::next(std::string_view kind) {
  const std::lock_guard lock(mutex_);
  std::string name(kind);
  if (mode_ == IdMode::kCounted) return name += std::to_string(++count_);
  std::array<char, 33> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx", static_cast<unsigned long long>(random_()),
                static_cast<unsigned long long>(random_()));
  return name += digits.data();
}

}  // namespace scalper
