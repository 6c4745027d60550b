#include <boost/json.hpp>
// The above stands first: contract_files.h says why.
#include "api/contract_files.h"
#include "api/json_body.h"
#include "base/escape.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxFiles = 10000;

}  // namespace

Result<std::vector<ContractFile>> contract_files_of(const json::object& body) {
  const json::value* files = body.if_contains("files");
  const Error bad(ErrorCode::kInvalidArgument, "the member \"files\" must be a list of {\"path\", \"text\"}");
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
          {"path", is_valid_utf8(message.path) ? message.path : escape_text(message.path, 4096)},
          {"line", message.line},
          {"column", message.column},
          {"message", message.message}};
}

Linted lint_contract_files(const std::vector<ContractFile>& files) {
  std::vector<ContractText> texts;
  texts.reserve(files.size());
  for (const ContractFile& file : files) texts.push_back({file.path, file.text});
  CompiledSet set = compile_contracts(texts);
  Linted linted;
  linted.index = std::move(set.index);
  linted.says_nothing = set.says_nothing;
  for (const LintMessage& message : set.messages) linted.messages.push_back(lint_view(message));
  return linted;
}

}  // namespace scalper::api
