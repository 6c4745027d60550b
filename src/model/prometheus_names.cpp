#include "model/prometheus_names.h"

namespace scalper {

std::string snake_case(std::string_view words) {
  std::string snake;
  for (const char c : words) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !snake.empty()) snake += '_';
    snake += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

std::string prometheus_counter(std::string_view metric) { return "scalper_" + snake_case(metric) + "_total"; }
std::string prometheus_histogram(std::string_view metric) { return "scalper_" + snake_case(metric) + "_seconds"; }

}  // namespace scalper
