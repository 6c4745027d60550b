#include "hosts/cli/diagnosis.h"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "base/plain_json.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

std::string_view word_of(Grade grade) {
  switch (grade) {
    case Grade::kOk: return "ok";
    case Grade::kWarn: return "warn";
    case Grade::kFail: return "fail";
  }
  return "";
}

}  // namespace

void Diagnoses::ok(std::string subject, std::string says) { add({Grade::kOk, std::move(subject), std::move(says)}); }

void Diagnoses::warn(std::string subject, std::string says, std::string remedy) {
  add({Grade::kWarn, std::move(subject), std::move(says), std::move(remedy)});
}

void Diagnoses::fail(std::string subject, std::string says, std::string remedy) {
  add({Grade::kFail, std::move(subject), std::move(says), std::move(remedy)});
}

void Diagnoses::add(Diagnosis diagnosis) {
  if (each_) each_(diagnosis);
  all_.push_back(std::move(diagnosis));
}

std::size_t Diagnoses::count(Grade grade) const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [grade](const Diagnosis& one) { return one.grade == grade; }));
}

void print_diagnosis(const Diagnosis& diagnosis, Terminal& terminal) {
  const char* word = "ok    ";
  Colour colour = Colour::kGreen;
  if (diagnosis.grade == Grade::kWarn) {
    word = "warn  ";
    colour = Colour::kYellow;
  } else if (diagnosis.grade == Grade::kFail) {
    word = "FAIL  ";
    colour = Colour::kRed;
  }
  terminal.out() << terminal.paint(colour, word) << diagnosis.subject << ": " << diagnosis.says << "\n";
  if (!diagnosis.remedy.empty()) terminal.out() << "      mend: " << diagnosis.remedy << "\n";
  terminal.out() << std::flush;  // the next one may take a while
}

std::string diagnoses_json(const Diagnoses& diagnoses) {
  json::array checks;
  for (const Diagnosis& one : diagnoses.all()) {
    json::object check{{"grade", word_of(one.grade)}, {"subject", one.subject}, {"says", one.says}};
    if (!one.remedy.empty()) check["remedy"] = one.remedy;
    checks.push_back(std::move(check));
  }
  return plain_json(json::serialize(json::object{{"checks", std::move(checks)},
                                                 {"failed", diagnoses.count(Grade::kFail)},
                                                 {"warned", diagnoses.count(Grade::kWarn)}})) +
         "\n";
}

}  // namespace scalper::cli
