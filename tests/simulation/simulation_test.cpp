// Seeded histories. SCALPER_SEEDS=N runs those up to N (default 300), SCALPER_SEEDS_FROM=M begins with M,
// SCALPER_SEED=S replays one.

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "simulation/world.h"

namespace scalper {
namespace {

constexpr std::uint64_t kSeedsThatFillCells = 10'000;
constexpr std::uint64_t kLeastPerCell = 100;

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// One core: the threads take turns anyway, and a switch within a core is the cheap one.
void pin_to_one_core() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(sched_getcpu(), &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

WorldOptions options_of(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  options.workers = 1 + static_cast<int>(seed % 4);
  options.fault_percent = 1 + static_cast<int>(seed % 9);
  options.uploads = 2 + static_cast<int>(seed % 6);
  options.local_form = seed % 5 == 4;
  options.publish_exact = seed % 7 == 3;
  options.create_only_copy = options.local_form || seed % 11 != 5;
  options.has_older_files = seed % 6 == 2;
  options.attempts_before_failed = seed % 3 == 1 ? 1 : 8;
  options.sidecars = seed % 3 == 1;
  return options;
}

struct Mark {
  Cell cell;
  std::string name;
  bool possible = false;
};

std::vector<Mark> read_marks() {
  std::ifstream file(std::string(SCALPER_SOURCE_DIR) + "/tests/faults/cells.tsv");
  std::vector<Mark> marks;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || !std::isdigit(static_cast<unsigned char>(line[0]))) continue;
    std::istringstream columns(line);
    std::string step, name, fault, mark;
    std::getline(columns, step, '\t');
    std::getline(columns, name, '\t');
    std::getline(columns, fault, '\t');
    std::getline(columns, mark);
    const auto word = std::find(kCellFaultWords.begin(), kCellFaultWords.end(), fault);
    const auto number = static_cast<std::size_t>(word - kCellFaultWords.begin());
    marks.push_back({{std::stoi(step), static_cast<CellFault>(number)}, name + " x " + fault, mark == "possible"});
  }
  return marks;
}

// Every possible cell often enough for the seeds that ran, no impossible one ever.
void expect_cells(const CellCounts& cells, std::uint64_t seeds) {
  const auto marks = read_marks();
  ASSERT_EQ(marks.size(), 10 * kCellFaultWords.size());
  for (const Mark& mark : marks) {
    const auto found = cells.find(mark.cell);
    const std::uint64_t count = found == cells.end() ? 0 : found->second;
    if (!mark.possible) {
      EXPECT_EQ(count, 0U) << "impossible, yet it came: " << mark.name;
    } else if (seeds >= kSeedsThatFillCells) {
      EXPECT_GE(count, kLeastPerCell) << "too seldom: " << mark.name;
    }
  }
}

TEST(Simulation, NoSeedBreaksAPromise) {
  pin_to_one_core();
  const std::uint64_t one = number_from("SCALPER_SEED", 0);
  const std::uint64_t first = one != 0 ? one : number_from("SCALPER_SEEDS_FROM", 1);
  const std::uint64_t last = one != 0 ? one : number_from("SCALPER_SEEDS", 300);
  CellCounts cells;
  std::uint64_t with_sidecars = 0;  // seeds in which a sidecar was used and moved
  int broken = 0;
  for (std::uint64_t seed = first; seed <= last && broken < 10; ++seed) {
    World world(options_of(seed));
    const std::string failure = world.run();
    for (const auto& [cell, count] : world.cells()) cells[cell] += count;
    with_sidecars += world.files_with_companions() > 0 && world.companions() > 0 ? 1 : 0;
    if (failure.empty()) continue;
    broken += 1;
    ADD_FAILURE() << failure << "\n  replay: SCALPER_SEED=" << seed
                  << " build/bin/scalper_tests_simulation --gtest_filter=Simulation.NoSeedBreaksAPromise";
  }
  std::cout << with_sidecars << " of " << last - first + 1 << " seeds had files whose sidecars were used and moved\n";
  if (one == 0) expect_cells(cells, last - first + 1);
  if (one == 0 && broken == 0) {
    EXPECT_GE(with_sidecars * 20, last - first + 1);  // a third of the seeds have sidecars
  }
  if (std::getenv("SCALPER_CELLS") != nullptr)
    for (const auto& [cell, count] : cells)
      std::cout << "cell\t" << cell.step << "\t" << kCellFaultWords.at(static_cast<std::size_t>(cell.fault)) << "\t"
                << count << "\n";
}

}  // namespace
}  // namespace scalper
