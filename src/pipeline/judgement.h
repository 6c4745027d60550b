#pragma once
// What reading a file once has shown.

#include <string>
#include <vector>

#include "model/file_record.h"
#include "ports/object_store.h"

namespace scalper {

struct Judgement {
  enum class Kind : std::uint8_t {
    kJudged,
    kWithdrawn,   // no such version any more
    kUnreadable,  // denied, encrypted with a customer's key, archived: the bytes stay where they are
    kIgnored,     // a console "folder": an empty object whose key ends in '/'
    kWaits,       // a companion that the contract requires is not there yet, or a companion's files are not
  };
  Kind kind = Kind::kJudged;
  std::string why;       // of the kinds that are no judgement
  Millis come_again{0};  // kWaits; zero: somebody will tell
  Verdict verdict;       // all findings up to the contract's limit
  ObjectInfo info;       // of the source version
  Seal seal;
  std::vector<CompanionUse> companions;
};

}  // namespace scalper
