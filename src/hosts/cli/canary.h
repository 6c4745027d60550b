#pragma once
// One small file of our own, put into the input and followed to its verdict: the whole way, under the roles that the
// gate has there.

#include <functional>

#include "hosts/cli/diagnosis.h"
#include "pipeline/gate.h"

namespace scalper::cli {

struct CanaryWish {
  Millis patience{std::chrono::seconds{90}};
  // Lets time go by between two looks; null: half a second of the gate's clock.
  std::function<void()> pause = nullptr;
};

// Puts a text file below .scalper-canary/ into the input, waits for its record to become final and its source to go,
// and removes what was published of it. The record stays, marked to expire a day later. Whatever goes wrong, the file
// is taken out of the input again.
void send_canary(Gate& gate, Diagnoses& said, const CanaryWish& wish);

}  // namespace scalper::cli
