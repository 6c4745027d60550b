#pragma once
// A final verdict as the outside is told it: one CloudEvents 1.0.2 event in its JSON format. The same text for SNS,
// EventBridge and webhooks; schemas/notice.schema.json describes it.
// Source: "CloudEvents - Version 1.0.2" and "JSON Event Format for CloudEvents - Version 1.0.2".

#include <cstddef>
#include <string>
#include <string_view>

#include "model/file_record.h"

namespace scalper {

// What the services take, 256 KiB, less what goes along with the event.
inline constexpr std::size_t kMaxNoticeBytes = 256 * 1024 - 4096;

// "silentscalper.file.valid", and so on for every final status.
[[nodiscard]] std::string notice_type(FileStatus status);
// "/silent-scalper/<pipeline>": with the id it names the event, wherever it is told.
[[nodiscard]] std::string notice_source(std::string_view pipeline);

struct NoticeEvent {
  std::string text;      // JSON in ASCII, at most `most` bytes
  std::string_view cut;  // what was left out of `data` for that, as the event's attribute `cut` says; "" for nothing
};

// `traceparent` is the record's (the extension "Distributed Tracing"). `subject` is the key as escape_text() writes it,
// `data` the record as the API shows it (record_view(), kFull). Of a record that is too long the history is left out,
// then the findings.
[[nodiscard]] NoticeEvent notice_event(const std::string& id, std::string_view pipeline, const FileRecord& record,
                                       std::size_t most = kMaxNoticeBytes);

}  // namespace scalper
