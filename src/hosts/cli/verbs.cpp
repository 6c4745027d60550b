#include "hosts/cli/verbs.h"

#include <utility>

#include "hosts/cli/verb_tables.h"

namespace scalper::cli {
namespace {

std::vector<VerbSpec> joined() {
  std::vector<VerbSpec> all;
  for (auto* part : {check_verbs, up_verbs, worker_verbs, look_verbs, review_verbs, operate_verbs, control_verbs,
                     contract_verbs, token_verbs, webhook_verbs, aws_verbs, doctor_verbs, cost_verbs})
    for (VerbSpec& verb : part()) all.push_back(std::move(verb));
  return all;
}

}  // namespace

const std::vector<VerbSpec>& verbs() {
  static const std::vector<VerbSpec> all = joined();
  return all;
}

const VerbSpec* find_verb(std::string_view name) {
  for (const VerbSpec& verb : verbs())
    if (verb.name == name) return &verb;
  return nullptr;
}

std::vector<const VerbSpec*> family_of(std::string_view word) {
  std::vector<const VerbSpec*> family;
  for (const VerbSpec& verb : verbs())
    if (verb.name.size() > word.size() && verb.name.starts_with(word) && verb.name[word.size()] == ' ')
      family.push_back(&verb);
  return family;
}

}  // namespace scalper::cli
