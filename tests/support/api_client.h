#pragma once
// Asks the API in process, as a host would.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <string>

#include "adapters/memory/memory_audit_log.h"
#include "adapters/memory/memory_notice_feed.h"
#include "adapters/memory/memory_passing_markers.h"
#include "adapters/memory/memory_statistics.h"
#include "api/event_pages.h"
#include "api/handle.h"
#include "model/file_id.h"
#include "ports/memory_source.h"
#include "support/byte_sources.h"
#include "support/memory_gate.h"

namespace scalper {

// Uploaded and taken to its end; the text is valid unless it is no UTF-8.
inline FileId arrive(MemoryGate& gate, const std::string& key, const std::string& bytes) {
  const ObjectEvent event = gate.upload(key, bytes);
  gate.announce(event);
  gate.run_until_idle();
  return file_id(event.ref);
}
inline std::string bad_bytes() { return {"\x00\xff\xfe", 3}; }

class ApiClient {
 public:
  explicit ApiClient(MemoryGate& gate)
      : gate_(gate.gate()),
        context_(gate.context()),
        audit_log_(gate.clock),
        passing_(gate.clock),
        feed_(gate.notices),
        events_(feed_, gate.settings.pipeline),
        service_{gate_, gate.contract_source, "1.2.3", nullptr} {
    service_.statistics = &statistics_;
    service_.audit_log = &audit_log_;
    service_.passing = &passing_;
    service_.events = &events_;
  }

  api::Reply ask(const std::string& method, const std::string& target, const std::string& body = {},
                 bool may_wait = true) {
    MemorySource bytes(as_bytes(body));
    api::RequestHead head{method, target, role, caller, may_wait, {}, headers};
    return api::handle(service_, head, bytes, context_);
  }
  // The answer as JSON; its status is kept in `status`.
  boost::json::value json(const std::string& method, const std::string& target, const std::string& body = {}) {
    auto reply = ask(method, target, body, false);
    if (auto* stream = std::get_if<api::Stream>(&reply)) {
      status = 200;
      const auto text = drain(context_, *stream->body);
      EXPECT_TRUE(text.ok());
      return boost::json::parse(*text);
    }
    const auto& complete = std::get<api::Complete>(reply);
    status = complete.status;
    type = complete.content_type;
    answer_headers.clear();
    for (const auto& [name, value] : complete.headers) answer_headers[name] = value;
    return complete.body.empty() ? boost::json::value() : boost::json::parse(complete.body);
  }
  boost::json::value get(const std::string& target) { return json("GET", target); }
  // The code of the problem that this ends in; empty if it is none.
  std::string code(const std::string& method, const std::string& target, const std::string& body = {}) {
    const auto answer = json(method, target, body);
    const auto* code = answer.as_object().if_contains("code");
    EXPECT_TRUE(code == nullptr || type == api::kProblemJson);
    return code == nullptr ? std::string() : std::string(code->as_string());
  }

  api::Role role = api::Role::kOperator;
  std::string caller = "ann (uid 7)";
  api::Headers headers;  // sent with every request
  int status = 0;
  std::map<std::string, std::string> answer_headers;
  std::string type;
  api::Service& service() { return service_; }
  CallContext& context() { return context_; }

 private:
  Gate gate_;
  CallContext context_;
  MemoryStatistics statistics_{gate_.records};
  MemoryAuditLog audit_log_;
  MemoryPassingMarkers passing_;
  MemoryNoticeFeed feed_;
  api::EventPages events_;
  api::Service service_;
};

}  // namespace scalper
