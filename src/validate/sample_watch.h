#pragma once
// Who wants to learn from the contents of a file beside its checks: `scalper contract init`. Told in the same pass, by
// the same detection and decoders, so that what is learnt is of the very contents that are judged.

#include <cstdint>
#include <memory>
#include <string_view>

namespace scalper {

class Checker;
struct ContentType;
struct Layer;

// Belongs to the thread that validates; outlives the Validator. Must not report anything.
class SampleWatch {
 public:
  virtual ~SampleWatch() = default;
  // A content whose type is known: the file itself, or what lies in it. What comes back, if anything, gets its bytes
  // and its end, and does not outlive `layer`.
  [[nodiscard]] virtual std::unique_ptr<Checker> content(const Layer& layer, const ContentType& type) = 0;
  // Of every picture, and of every frame that states a size of its own; pixels.
  virtual void picture(std::uint64_t width, std::uint64_t height) = 0;
  virtual void root_element(std::string_view name) = 0;
};

}  // namespace scalper
