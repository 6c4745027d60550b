// The contract set: what is in use, whether a new one is sound, switching to it.

#include <algorithm>
#include <boost/json.hpp>

#include "api/answers.h"
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

constexpr std::size_t kMaxFiles = 10000;

std::string clean(const std::string& text) { return is_valid_utf8(text) ? text : escape_text(text, 4096); }

Result<std::vector<ContractFile>> files_of(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"files"}, kMaxContractsBody));
  const json::value* files = body.if_contains("files");
  const Error bad(ErrorCode::kInvalidArgument, "the body must be {\"files\": [{\"path\", \"text\"}]}");
  if (files == nullptr || !files->is_array() || files->get_array().size() > kMaxFiles) return bad;
  std::vector<ContractFile> all;
  for (const json::value& value : files->get_array()) {
    if (!value.is_object() || value.get_object().size() != 2) return bad;
    SCALPER_TRY_ASSIGN(std::string path, text_member(value.get_object(), "path"));
    SCALPER_TRY_ASSIGN(std::string text, text_member(value.get_object(), "text"));
    if (path.empty()) return bad;
    all.push_back({std::move(path), std::move(text)});
  }
  return all;
}

json::object lint_view(const LintMessage& message) {
  return {{"level", message.level == LintMessage::Level::kError ? "error" : "warning"},
          {"path", clean(message.path)},
          {"line", message.line},
          {"column", message.column},
          {"message", message.message}};
}

struct Linted {
  json::array messages;
  bool sound = false;
  bool says_nothing = false;
};

Linted lint(const std::vector<ContractFile>& files) {
  std::vector<ContractText> texts;
  texts.reserve(files.size());
  for (const ContractFile& file : files) texts.push_back({file.path, file.text});
  const CompiledSet set = compile_contracts(texts);
  Linted linted;
  linted.sound = set.index != nullptr;
  linted.says_nothing = set.says_nothing;
  for (const LintMessage& message : set.messages) linted.messages.push_back(lint_view(message));
  return linted;
}

Result<Reply> linted(const Call& call, bool publish) {
  SCALPER_TRY_ASSIGN(auto files, files_of(call));
  Linted answer = lint(files);
  if (publish && answer.sound && answer.says_nothing) {  // all contracts would end, and nobody wrote that down
    answer.sound = false;
    answer.messages.push_back(lint_view({LintMessage::Level::kError, "", 0, 0,
                                         "there is no contract; if the built-in one is to judge alone, a file set.yaml "
                                         "with the line 'unmatched: builtin' says so"}));
  }
  const std::string digest = contract_set_digest(files);
  const json::object body{{"digest", digest}, {"sound", answer.sound}, {"messages", std::move(answer.messages)}};
  if (publish && answer.sound) {
    SCALPER_TRY(call.service.contract_source.publish(call.context, {digest, std::move(files)}));
    SCALPER_TRY(call.gate().contracts.snapshot(call.context));
  }
  return json_reply(json::serialize(body), publish && !answer.sound ? 422 : 200);
}

Result<Reply> listed(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto index, call.gate().contracts.snapshot(call.context));
  json::array contracts;
  for (const auto& contract : index->all())
    contracts.push_back({{"name", clean(contract->stamp().name)}, {"digest", contract->stamp().digest}});
  return json_reply(json::serialize(
      json::object{{"contracts", std::move(contracts)}, {"complaint", call.gate().contracts.complaint()}}));
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
Reply lint_contracts(const Call& call) { return reply_of(linted(call, false)); }
Reply publish_contracts(const Call& call) { return reply_of(linted(call, true)); }

}  // namespace scalper::api
