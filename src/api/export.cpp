#include "api/export.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/escape.h"
#include "base/plain_json.h"
#include "model/record_view.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kPage = 200;
constexpr Millis kLastWords{std::chrono::seconds{5}};  // what is left for the last page and the line behind it
constexpr std::size_t kMaxField = 4096;
constexpr std::string_view kHeader =
    "id,key,status,final,revision,size,attempt,received_at,final_at,type,contract,codes,findings_total,target_bucket,"
    "target_key,target_version\r\n";
constexpr std::size_t kColumns = 16;

std::string row_of(const std::vector<std::string>& fields) {
  std::string row;
  for (std::size_t i = 0; i < kColumns; ++i) {
    if (i > 0) row += ',';
    if (i < fields.size()) row += csv_field(fields[i]);
  }
  return row + "\r\n";
}

std::string joined_codes(const Decision& decision) {
  std::string codes;
  for (const Finding& finding : decision.verdict.findings) codes += (codes.empty() ? "" : " ") + finding.code;
  return codes;
}

std::string csv_row(const FileRecord& record) {
  const Decision none;
  const Decision& decision = record.decision ? *record.decision : none;
  const scalper::Target nowhere;
  const scalper::Target& target = has_published_target(record) ? *record.target : nowhere;
  return row_of({record.id.value(), record.origin.key.value(), std::string(to_string(record.status)),
                 is_final(record) ? "true" : "false", std::to_string(record.revision), std::to_string(record.size),
                 std::to_string(record.attempt), format_rfc3339(record.received_at),
                 record.final_at ? format_rfc3339(*record.final_at) : "", decision.verdict.type,
                 decision.verdict.contract.name, joined_codes(decision),
                 record.decision ? std::to_string(decision.verdict.findings_total) : "", target.bucket.value(),
                 target.key.value(), target.version.value()});
}

std::string ndjson_line(std::string_view object) { return plain_json(object) + "\n"; }

class ExportSource final : public ByteSource {
 public:
  ExportSource(Gate& gate, Listing listing, ExportFormat format, const ExportLimits& limits)
      : gate_(gate), listing_(std::move(listing)), csv_(format == ExportFormat::kCsv), limits_(limits) {
    if (csv_) ready_ = kHeader;
  }

  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    while (taken_ == ready_.size() && !ended_) SCALPER_TRY(fill(context));
    const std::size_t count = std::min(into.size(), ready_.size() - taken_);
    std::copy_n(as_bytes(ready_).data() + taken_, count, into.data());
    taken_ += count;
    return count;
  }

  Result<void> take_page(const CallContext& context) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kPage, limits_.rows - rows_));
    SCALPER_TRY_ASSIGN(const Listed page, next_page(gate_.records, context, listing_, wanted));
    for (const FileRecord& record : page.records)
      ready_ += csv_ ? csv_row(record) : ndjson_line(record_view(record, Detail::kLine));
    for (const FileId& id : page.unreadable) ready_ += unreadable_line(id);
    rows_ += page.records.size();
    cursor_ = page.next_cursor;
    return {};
  }

 private:
  Result<void> fill(const CallContext& context) {
    bytes_ += ready_.size();
    ready_.clear();
    taken_ = 0;
    const bool late = context.deadline != MonoTime::max() && gate_.clock.mono_now() + kLastWords >= context.deadline;
    if (!cursor_.empty() && !late && rows_ < limits_.rows && bytes_ < limits_.bytes) return take_page(context);
    ready_ = last_line();
    ended_ = true;
    return {};
  }

  [[nodiscard]] std::string unreadable_line(const FileId& id) const {
    if (csv_) return row_of({id.value(), "", "unreadable"});
    return ndjson_line(json::serialize(json::object{{"id", id.value()}, {"status", "unreadable"}}));
  }
  [[nodiscard]] std::string last_line() const {
    if (csv_) return cursor_.empty() ? row_of({"#end"}) : row_of({"#more", cursor_});
    json::object line{{"end", cursor_.empty()}};
    if (!cursor_.empty()) line["next_cursor"] = cursor_;
    return ndjson_line(json::serialize(line));
  }

  Gate& gate_;
  Listing listing_;
  const bool csv_;
  const ExportLimits limits_;
  std::string ready_;
  std::size_t taken_ = 0;
  std::string cursor_;
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace

std::string_view content_type_of(ExportFormat format) {
  return format == ExportFormat::kCsv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
}

Result<std::unique_ptr<ByteSource>> export_source(Gate& gate, const CallContext& context, Listing listing,
                                                  ExportFormat format, const ExportLimits& limits) {
  auto source = std::make_unique<ExportSource>(gate, std::move(listing), format, limits);
  SCALPER_TRY(source->take_page(context));
  return std::unique_ptr<ByteSource>(std::move(source));
}

// What OWASP's page on CSV injection names, and the full-width forms that some spreadsheets take for the same.
std::string csv_field(std::string_view text) {
  std::string field = escape_text(text, kMaxField);
  constexpr std::string_view kFormula = "=+-@\t\r";
  const bool wide = field.starts_with("\uFF1D") || field.starts_with("\uFF0B") || field.starts_with("\uFF0D") ||
                    field.starts_with("\uFF20");
  if (!text.empty() && (wide || kFormula.find(text.front()) != std::string_view::npos)) field.insert(0, 1, '\'');
  if (field.find_first_of(",\"' ;") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

}  // namespace scalper::api
