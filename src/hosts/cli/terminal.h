#pragma once
// Where a verb speaks to: two streams, colours where a person looks, and one line of progress. Belongs to one thread.

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

namespace scalper::cli {

enum class Colour : std::uint8_t { kPlain, kGreen, kRed, kYellow, kDim, kBold };

class Terminal {
 public:
  struct Streams {
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
  };
  explicit Terminal(Streams streams) : streams_(streams), colours_(streams.out_is_terminal) {}

  // Results; whatever progress line stands there is wiped first.
  std::ostream& out();
  // Everything else.
  std::ostream& err();
  // One sentence on err: "scalper: ...". `message` is escaped already.
  void complain(std::string_view message);

  // "always", "never", or "auto": a terminal, no NO_COLOR, no TERM=dumb.
  void use_colours(std::string_view when);
  [[nodiscard]] std::string paint(Colour colour, std::string_view text) const;

  // Does nothing where err is no terminal.
  void show_progress(const std::string& line);
  void wipe_progress();
  [[nodiscard]] bool shows_progress() const { return streams_.err_is_terminal; }

  // Writes out what is still in the buffer; false if the output cannot be written (a full disk).
  [[nodiscard]] bool flush();

 private:
  Streams streams_;
  bool colours_ = false;
  bool progress_ = false;
};

// "1.2 kB"; decimal, as disks are sold.
[[nodiscard]] std::string human_size(std::uint64_t bytes);

}  // namespace scalper::cli
