#include "hosts/cli/terminal.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace scalper::cli {

std::ostream& Terminal::out() {
  wipe_progress();
  return streams_.out;
}

std::ostream& Terminal::err() {
  wipe_progress();
  return streams_.err;
}

void Terminal::complain(std::string_view message) { err() << "scalper: " << message << "\n"; }

void Terminal::use_colours(std::string_view when) {
  if (when == "always") colours_ = true;
  if (when == "never") colours_ = false;
  if (when != "auto") return;
  const char* forbidden = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): before any thread
  const char* kind = std::getenv("TERM");           // NOLINT(concurrency-mt-unsafe)
  const bool plain =
      (forbidden != nullptr && *forbidden != '\0') || kind == nullptr || std::string_view(kind) == "dumb";
  colours_ = streams_.out_is_terminal && !plain;
}

std::string Terminal::paint(Colour colour, std::string_view text) const {
  if (!colours_ || colour == Colour::kPlain) return std::string(text);
  const char* code = "0";
  switch (colour) {
    case Colour::kGreen: code = "32"; break;
    case Colour::kRed: code = "31"; break;
    case Colour::kYellow: code = "33"; break;
    case Colour::kDim: code = "2"; break;
    case Colour::kBold: code = "1"; break;
    case Colour::kPlain: break;
  }
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

void Terminal::show_progress(const std::string& line) {
  if (!streams_.err_is_terminal) return;
  streams_.out.flush();
  streams_.err << "\r\033[K" << line << std::flush;
  progress_ = true;
}

void Terminal::wipe_progress() {
  if (!progress_) return;
  progress_ = false;
  streams_.err << "\r\033[K" << std::flush;
}

bool Terminal::flush() {
  wipe_progress();
  streams_.out.flush();
  streams_.err.flush();
  return streams_.out.good();
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 6> kUnits = {"B", "kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), value < 9.95 ? "%.1f %s" : "%.0f %s", value, kUnits.at(unit));
  return text.data();
}

}  // namespace scalper::cli
