#pragma once
// What a doctor says: one line for each thing looked at, and what to do where it is not well.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "hosts/cli/terminal.h"

namespace scalper::cli {

enum class Grade : std::uint8_t {
  kOk,
  kWarn,  // works, and somebody should know
  kFail,  // files stay, are lost sight of, or cannot be worked on
};

struct Diagnosis {
  Grade grade = Grade::kOk;
  std::string subject;  // "bucket files-in"; escaped, as all of it
  std::string says;
  std::string remedy = {};  // what mends it; empty where nothing has to be

  friend bool operator==(const Diagnosis&, const Diagnosis&) = default;
};

class Diagnoses {
 public:
  // `each` is told every one as it comes; null: nobody is.
  explicit Diagnoses(std::function<void(const Diagnosis&)> each = nullptr) : each_(std::move(each)) {}

  void ok(std::string subject, std::string says);
  void warn(std::string subject, std::string says, std::string remedy);
  void fail(std::string subject, std::string says, std::string remedy);

  [[nodiscard]] const std::vector<Diagnosis>& all() const { return all_; }
  [[nodiscard]] std::size_t count(Grade grade) const;

 private:
  void add(Diagnosis diagnosis);

  std::function<void(const Diagnosis&)> each_;
  std::vector<Diagnosis> all_;
};

// "ok    bucket files-in: is in eu-central-1", the remedy below.
void print_diagnosis(const Diagnosis& diagnosis, Terminal& terminal);

// {"checks":[{"grade":"ok","subject":"...","says":"...","remedy":"..."}],"failed":0,"warned":0}
[[nodiscard]] std::string diagnoses_json(const Diagnoses& diagnoses);

}  // namespace scalper::cli
