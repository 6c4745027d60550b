// The contract set: what is in use, whether a new one is sound, switching to it.

#include <algorithm>
#include <boost/json.hpp>

#include "api/answers.h"
#include "api/audit_trail.h"
#include "api/contract_files.h"
#include "api/contract_set.h"
#include "api/json_body.h"
#include "api/routes.h"
#include "base/bytes.h"
#include "base/escape.h"
#include "digest/sha256.h"
#include "pipeline/contracts_in_use.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

Result<Reply> linted(const Call& call, bool publish) {
  SCALPER_TRY_ASSIGN(const auto offered, body_object(call.context, call.body, {"files"}, kMaxContractsBody));
  SCALPER_TRY_ASSIGN(auto files, contract_files_of(offered));
  Linted answer = lint_contract_files(files);
  bool sound = answer.index != nullptr;
  if (publish && sound && answer.says_nothing) {  // all contracts would end, and nobody wrote that down
    sound = false;
    answer.messages.push_back(lint_view({LintMessage::Level::kError, "", 0, 0,
                                         "there is no contract; if the built-in one is to judge alone, a file set.yaml "
                                         "with the line 'unmatched: builtin' says so"}));
  }
  const std::string digest = contract_set_digest(files);
  const json::object body{{"digest", digest}, {"sound", sound}, {"messages", std::move(answer.messages)}};
  if (!publish || !sound) return json_reply(json::serialize(body), publish ? 422 : 200);
  return audited(call, {"contracts.publish", digest, {}}, [&]() -> Result<Reply> {
    SCALPER_TRY(call.service.contract_source.publish(call.context, {digest, std::move(files)}));
    SCALPER_TRY(call.gate().contracts.snapshot(call.context));
    return json_reply(json::serialize(body));
  });
}

Result<Reply> listed(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto index, call.gate().contracts.snapshot(call.context));
  json::array contracts;
  for (const auto& contract : index->all())
    contracts.push_back({{"name", clean(contract->stamp().name)}, {"digest", contract->stamp().digest}});
  return json_reply(json::serialize(
      json::object{{"contracts", std::move(contracts)}, {"complaint", call.gate().contracts.complaint()}}));
}

// The file of the set, with the others that it names, that is this very contract; null: there is none, since an older
// set is in use.
const ContractFile* file_of(const ContractSet& set, const ContractStamp& stamp, std::vector<std::string>& named) {
  for (const ContractFile& file : set.files) {
    if (file.text.find(stamp.name) == std::string::npos) continue;
    std::vector<ContractText> texts{{file.path, file.text}};
    std::vector<ContractText> others;
    others.reserve(set.files.size());
    for (const ContractFile& other : set.files) others.push_back({other.path, other.text});
    named = files_needed_by(texts.front(), others);
    for (const ContractFile& other : set.files)
      if (std::ranges::find(named, other.path) != named.end()) texts.push_back({other.path, other.text});
    const CompiledSet alone = compile_contracts(texts);
    if (alone.index == nullptr) continue;
    for (const auto& contract : alone.index->all())
      if (contract->stamp() == stamp) return &file;
  }
  return nullptr;
}

Result<Reply> shown(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto index, call.gate().contracts.snapshot(call.context));
  const auto all = index->all();
  const auto found =
      std::ranges::find_if(all, [&call](const auto& contract) { return contract->stamp().name == call.captured[0]; });
  if (found == all.end())
    return Error(ErrorCode::kNotFound, "no contract in use has the name " + escape_text(call.captured[0]));
  const ContractStamp& stamp = (*found)->stamp();
  SCALPER_TRY_ASSIGN(const std::string digest, call.service.contract_source.current_digest(call.context));
  SCALPER_TRY_ASSIGN(const ContractSet set, call.service.contract_source.load(call.context, digest));
  std::vector<std::string> named;
  const ContractFile* const file = file_of(set, stamp, named);
  json::object body{{"name", clean(stamp.name)}, {"digest", stamp.digest}};
  if (file != nullptr) {
    json::array schemas;
    for (const std::string& path : named) schemas.emplace_back(clean(path));
    body["path"] = clean(file->path);
    body["text"] = clean(file->text);
    body["names_files"] = std::move(schemas);
  }
  body["complaint"] = call.gate().contracts.complaint();
  return json_reply(json::serialize(body));
}

}  // namespace

std::string contract_set_digest(std::vector<ContractFile> files) {
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  Sha256 sha;
  for (const ContractFile& file : files) {
    sha.update(as_bytes(file.path));
    sha.update(as_bytes(std::string(1, '\0') + std::to_string(file.text.size()) + std::string(1, '\0')));
    sha.update(as_bytes(file.text));
  }
  return to_hex(sha.finish());
}

Reply list_contracts(const Call& call) { return reply_of(listed(call)); }
Reply get_contract(const Call& call) { return reply_of(shown(call)); }
Reply lint_contracts(const Call& call) { return reply_of(linted(call, false)); }
Reply publish_contracts(const Call& call) { return reply_of(linted(call, true)); }

}  // namespace scalper::api
