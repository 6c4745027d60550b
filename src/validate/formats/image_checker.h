#pragma once
// What the checkers of pictures share: they go through their bytes step by step, collect short headers across chunks,
// and end at the first thing that is wrong. Belongs to one thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "validate/checker.h"

namespace scalper {

class ImageChecker : public Checker {
 public:
  FeedAnswer feed(Bytes chunk) final;

 protected:
  // `layer` outlives it.
  explicit ImageChecker(const Layer& layer) : layer_(layer) {}

  // Takes something from the front of `text`, or ends; at_ is where `text` begins.
  virtual void step(std::string_view& text) = 0;

  // Takes from the front of `text` until `size` bytes are together in held_. Whether they are.
  [[nodiscard]] bool collect(std::string_view& text, std::size_t size);
  // Says what is wrong; nothing more is looked at.
  void end(std::string_view code, std::string message, std::uint64_t byte);
  // Behind the last byte, where more had to come.
  void end_cut();

  const Layer& layer_;
  std::string held_;      // of a header, or as much of a part as its checker wants
  std::uint64_t at_ = 0;  // bytes before the current step
  bool ended_ = false;
};

}  // namespace scalper
