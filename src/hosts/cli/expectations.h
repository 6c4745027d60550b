#pragma once
// expected.tsv: what a set of sample files has to come to. One line a file: path, verdict, type, codes, destination,
// between tabs; codes between commas; '-' for "none" (codes) or "not looked at" (type, destination). Lines that begin
// with '#' and a first line that begins with "path" are for readers.

#include <string>
#include <vector>

#include "base/result.h"
#include "model/verdict.h"

namespace scalper::cli {

struct Expectation {
  std::string path;  // relative to the folder of the list
  std::string verdict;
  std::string type;                // empty: not looked at
  std::vector<std::string> codes;  // sorted, each once
  std::string destination;         // bucket, or empty: not looked at
};

// kInvalidArgument names the line. kNotFound: there is no such list.
[[nodiscard]] Result<std::vector<Expectation>> read_expectations(const std::string& path);

// Empty if the verdict is what was expected, else what differs, escaped.
[[nodiscard]] std::string difference(const Expectation& expected, const Verdict& actual);

}  // namespace scalper::cli
