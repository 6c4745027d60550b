#include "hosts/cli/answers.h"

#include <boost/json.hpp>

#include "api/target.h"
#include "base/escape.h"
#include "hosts/local_exit_codes.h"
#include "model/file_id.h"

namespace scalper::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kTextChars = 2000;

// "detail" of a problem, else what can be said of an answer that is none.
std::string complaint_of(const Answer& answer) {
  boost::system::error_code failed;
  const json::value value = json::parse(answer.body, failed);
  if (!failed && value.is_object() && value.get_object().contains("detail")) {
    return text_of(value, "detail");
  }
  return "the gate answered with status " + std::to_string(answer.status);
}

}  // namespace

int exit_code_of_status(int status) {
  if (status < 400) {
    return kExitOk;
  }
  switch (status) {
    case 400:
    case 405:
    case 413:
    case 414:
    case 501: return kExitUsage;
    case 403:
    case 409: return kExitNotPermitted;
    case 404: return kExitNotFound;
    case 422: return kExitContractRefused;
    case 507: return kExitDiskFull;
    case 500: return kExitInternal;
    default: return kExitUnreachable;
  }
}

int with_gate(const Arguments& arguments, Terminal& terminal, const std::function<int(GateClient&)>& body) {
  auto reached = reach_gate(arguments);
  if (const auto* why = std::get_if<NotReached>(&reached)) {
    terminal.complain(why->message);
    return why->exit_code;
  }
  return body(*std::get<std::unique_ptr<GateClient>>(reached));
}

std::optional<std::string> asked(GateClient& gate, Terminal& terminal, const std::string& method,
                                 const std::string& target, const std::string& body, int& exit_code) {
  auto answer = gate.ask(method, target, body);
  if (!answer.ok()) {
    terminal.complain(answer.error().message());
    exit_code = exit_code_of(answer.error().code());
    return std::nullopt;
  }
  if ((*answer).status >= 400) {
    terminal.complain(complaint_of(*answer));
    exit_code = exit_code_of_status((*answer).status);
    return std::nullopt;
  }
  return std::move((*answer).body);
}

std::optional<std::string> id_of(GateClient& gate, Terminal& terminal, const std::string& operand, int& exit_code) {
  if (is_file_id(operand)) {
    return operand;
  }
  std::string cursor;
  do {  // keys that only begin so may come first
    const auto page = asked(gate, terminal, "GET",
                            "/v1/files?limit=100&prefix=" + api::percent_encoded(operand) +
                                (cursor.empty() ? "" : "&cursor=" + api::percent_encoded(cursor)),
                            "", exit_code);
    if (!page) {
      return std::nullopt;
    }
    const json::value value = json::parse(*page);
    for (const json::value& file : value.at("files").as_array()) {
      const auto* hex = file.as_object().if_contains("key_hex");
      const auto key = hex == nullptr ? std::string(file.at("key").as_string()) : from_hex(hex->as_string());
      if (key == operand) {
        return std::string(file.at("id").as_string());
      }
    }
    const auto* next = value.as_object().if_contains("next_cursor");
    cursor = next == nullptr ? std::string() : std::string(next->as_string());
  } while (!cursor.empty());
  terminal.complain("no final file has the key \"" + escape_text(operand, 400) +
                    "\"; 'scalper ls --status open' lists what is not final yet");
  exit_code = kExitNotFound;
  return std::nullopt;
}

std::string note_body(const std::string& note) {
  json::object body;
  if (!note.empty()) {
    body["note"] = is_valid_utf8(note) ? note : escape_text(note, kTextChars);
  }
  return json::serialize(body);
}

std::string text_of(const json::value& object, std::string_view name) {
  const json::value* value = object.is_object() ? object.get_object().if_contains({name.data(), name.size()}) : nullptr;
  if (value == nullptr || !value->is_string()) {
    return {};
  }
  return escape_text({value->get_string().data(), value->get_string().size()}, kTextChars);
}

std::uint64_t count_of(const json::value& object, std::string_view name) {
  const json::value* value = object.is_object() ? object.get_object().if_contains({name.data(), name.size()}) : nullptr;
  if (value == nullptr) {
    return 0;
  }
  boost::system::error_code failed;
  const auto number = value->to_number<std::uint64_t>(failed);
  return failed ? 0 : number;
}

}  // namespace scalper::cli
