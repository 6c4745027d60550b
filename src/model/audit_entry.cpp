#include "model/audit_entry.h"

#include <array>
#include <boost/json.hpp>
#include <utility>

#include "base/escape.h"

namespace scalper {
namespace {

namespace json = boost::json;

using Member = std::pair<const char*, std::string AuditEntry::*>;
constexpr std::array<Member, 7> kMembers{{{"action", &AuditEntry::action},
                                          {"caller", &AuditEntry::caller},
                                          {"request_id", &AuditEntry::request_id},
                                          {"subject", &AuditEntry::subject},
                                          {"note", &AuditEntry::note},
                                          {"outcome", &AuditEntry::outcome},
                                          {"reason", &AuditEntry::reason}}};

std::string clean(const std::string& text) {
  return text.size() <= kMaxAuditText && is_valid_utf8(text) ? text : escape_text(text, kMaxAuditText);
}

Error corrupt() { return {ErrorCode::kCorrupt, "an entry of the audit trail is damaged"}; }

}  // namespace

std::string audit_entry_to_json(const AuditEntry& entry) {
  json::object object{{"at", format_rfc3339(entry.at)}};
  for (const auto& [name, member] : kMembers) object[name] = clean(entry.*member);
  return json::serialize(object);
}

Result<AuditEntry> audit_entry_from_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return corrupt();
  const json::object& object = value.get_object();
  const auto text_at = [&object](const char* name) -> const json::string* {
    const json::value* const found = object.if_contains(name);
    return found == nullptr ? nullptr : found->if_string();
  };
  AuditEntry entry;
  const json::string* const at = text_at("at");
  const auto time = at == nullptr ? std::nullopt : parse_rfc3339(std::string_view(*at));
  if (!time) return corrupt();
  entry.at = *time;
  for (const auto& [name, member] : kMembers) {
    const json::string* const found = text_at(name);
    if (found == nullptr) return corrupt();
    entry.*member = std::string(*found);
  }
  return entry;
}

}  // namespace scalper
