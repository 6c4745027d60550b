#include "model/notice_event.h"

#include <boost/json.hpp>

#include "base/escape.h"
#include "base/plain_json.h"
#include "model/record_view.h"

namespace scalper {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxSubject = 4096;  // characters: no key of 1,024 bytes is cut

std::string text_of(const std::string& id, std::string_view pipeline, const FileRecord& record, std::string_view cut) {
  json::object event{{"specversion", "1.0"},
                     {"id", id},
                     {"source", notice_source(pipeline)},
                     {"type", notice_type(record.status)},
                     {"subject", escape_text(record.origin.key.value(), kMaxSubject)},
                     {"datacontenttype", "application/json"}};
  if (record.final_at) event["time"] = format_rfc3339(*record.final_at);
  if (!record.traceparent.empty()) event["traceparent"] = record.traceparent;
  if (!cut.empty()) event["cut"] = cut;
  event["data"] = json::parse(record_view(record, Detail::kFull));
  return plain_json(json::serialize(event));
}

}  // namespace

std::string notice_type(FileStatus status) { return "silentscalper.file." + std::string(to_string(status)); }
std::string notice_source(std::string_view pipeline) { return "/silent-scalper/" + std::string(pipeline); }

NoticeEvent notice_event(const std::string& id, std::string_view pipeline, const FileRecord& record, std::size_t most) {
  NoticeEvent event{text_of(id, pipeline, record, ""), ""};
  if (event.text.size() <= most) return event;
  FileRecord shorter = record;
  shorter.history.clear();
  event = {text_of(id, pipeline, shorter, "history"), "history"};
  if (event.text.size() <= most) return event;
  if (shorter.decision) shorter.decision->verdict.findings.clear();
  return {text_of(id, pipeline, shorter, "findings"), "findings"};
}

}  // namespace scalper
