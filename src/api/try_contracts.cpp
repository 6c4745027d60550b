// An offered set of contracts, tried on files that are here: what would change. Nothing is stored.

#include <boost/json.hpp>
#include <set>

#include "api/answers.h"
#include "api/contract_files.h"
#include "api/dry_run.h"
#include "api/json_body.h"
#include "api/listing.h"
#include "api/routes.h"
#include "model/file_id.h"
#include "pipeline/ingest/companion_role.h"

namespace scalper::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostFiles = 100;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;  // in all
constexpr Millis kLastWords{std::chrono::seconds{5}};

struct Wanted {
  std::vector<FileId> ids;
  Filters filter;
  std::string cursor;
  std::size_t limit = kMostFiles;
};

Result<Wanted> wanted_of(const json::object& body) {
  Wanted wanted;
  SCALPER_TRY_ASSIGN(const std::string id, text_member(body, "id"));
  SCALPER_TRY_ASSIGN(wanted.filter.prefix, text_member(body, "prefix"));
  SCALPER_TRY_ASSIGN(wanted.cursor, text_member(body, "cursor"));
  SCALPER_TRY_ASSIGN(wanted.limit, count_member(body, "limit", kMostFiles));
  if (wanted.limit < 1 || wanted.limit > kMostFiles)
    return Error(ErrorCode::kInvalidArgument, "the member \"limit\" must be from 1 to 100");
  if (body.contains("id") == body.contains("prefix"))
    return Error(ErrorCode::kInvalidArgument, "the body must have \"id\" or \"prefix\", one of them");
  if (!body.contains("id")) return wanted;
  if (!is_file_id(id)) return Error(ErrorCode::kInvalidArgument, "a file id is 26 characters of a-z and 2-7");
  wanted.ids.emplace_back(id);
  return wanted;
}

// One answer's worth of trying.
class Trial {
 public:
  Trial(const Call& call, const ContractIndex& index) : call_(call), index_(index) {}

  void add(const FileRecord& record) {
    json::object result{
        {"id", record.id.value()}, {"key", clean(record.origin.key.value())}, {"status", to_string(record.status)}};
    if (record.decision) result["now"] = outline(record.decision->verdict);
    auto tried = judge(record, result);
    if (!tried.ok()) {
      result["code"] = to_string(tried.error().code());
      result["reason"] = tried.error().message();
      ++not_tried_;
    } else if (*tried) {
      const bool same = record.decision && record.decision->verdict.kind == (*tried)->kind;
      result["changes"] = !same;
      result["then"] = outline(**tried);
      changed_ += same ? 0 : 1;
    }
    results_.push_back(std::move(result));
  }
  [[nodiscard]] bool is_over() const {
    const bool late = call_.context.deadline != MonoTime::max() &&
                      call_.gate().clock.mono_now() + kLastWords >= call_.context.deadline;
    return late || read_ >= kMostBytes;
  }
  [[nodiscard]] std::size_t size() const { return results_.size(); }
  [[nodiscard]] json::object body() && {
    return {{"changed", changed_}, {"not_tried", not_tried_}, {"results", std::move(results_)}};
  }

 private:
  static json::object outline(const Verdict& verdict) {
    json::array codes;
    std::set<std::string> seen;
    for (const Finding& finding : verdict.findings)
      if (codes.size() < kRecordFindings && seen.insert(finding.code).second) codes.emplace_back(finding.code);
    return {{"verdict", to_string(verdict.kind)},
            {"contract", clean(verdict.contract.name)},
            {"codes", std::move(codes)},
            {"findings_total", verdict.findings_total}};
  }

  Result<std::optional<Verdict>> judge(const FileRecord& record, json::object& result) {
    const std::string& key = record.origin.key.value();
    if (record.status == FileStatus::kIgnored || companion_role(index_, key)) {
      result["changes"] = false;
      result["reason"] = "not judged alone";
      return std::optional<Verdict>();
    }
    const auto contract = index_.match(key);
    ObjectRef place = record.source;
    if (has_published_target(record)) place = {record.target->bucket, record.target->key, record.target->version};
    SCALPER_TRY_ASSIGN(auto opened, call_.gate().objects.open(call_.context, place, ETag{}, ByteRange{}));
    if (opened.info.size > kMostBytes - read_)
      return Error(ErrorCode::kUnsupported, "longer than what is left of the 1 GiB that one try reads");
    FileFacts facts;
    facts.name = key;
    facts.size = opened.info.size;
    // What a checksum file said entered the verdict that there is; it is not read again here.
    if (contract && contract->integrity_required()) result["without"] = "the declared checksum";
    read_ += opened.info.size;
    SCALPER_TRY_ASSIGN(Verdict verdict, dry_verdict(call_.gate(), call_.context, contract, std::move(facts),
                                                    *opened.body, opened.info.size));
    return std::optional(std::move(verdict));
  }

  const Call& call_;
  const ContractIndex& index_;
  json::array results_;
  std::uint64_t read_ = 0;
  std::uint64_t changed_ = 0;
  std::uint64_t not_tried_ = 0;
};

Result<void> try_prefix(const Call& call, const Wanted& wanted, Trial& trial, std::string& cursor) {
  SCALPER_TRY_ASSIGN(Listing listing, parse_listing(wanted.filter, wanted.cursor));
  do {
    SCALPER_TRY_ASSIGN(const Listed page, next_page(call.gate().records, call.context, listing, 1));
    for (const FileRecord& record : page.records) trial.add(record);
    cursor = page.next_cursor;
  } while (!cursor.empty() && trial.size() < wanted.limit && !trial.is_over());
  return {};
}

Result<Reply> tried(const Call& call) {
  SCALPER_TRY_ASSIGN(const auto body, body_object(call.context, call.body, {"files", "id", "prefix", "cursor", "limit"},
                                                  kMaxContractsBody));
  SCALPER_TRY_ASSIGN(const Wanted wanted, wanted_of(body));
  SCALPER_TRY_ASSIGN(const auto files, contract_files_of(body));
  Linted linted = lint_contract_files(files);
  json::object answer{{"digest", contract_set_digest(files)},
                      {"sound", linted.index != nullptr},
                      {"messages", std::move(linted.messages)}};
  if (linted.index == nullptr) return json_reply(json::serialize(answer), 422);
  Trial trial(call, *linted.index);
  std::string cursor;
  if (wanted.ids.empty()) {
    SCALPER_TRY(try_prefix(call, wanted, trial, cursor));
  } else {
    SCALPER_TRY_ASSIGN(const auto record, call.gate().records.get(call.context, wanted.ids.front()));
    if (!record) return Error(ErrorCode::kNotFound, "no file has the id " + wanted.ids.front().value());
    trial.add(*record);
  }
  for (auto& member : std::move(trial).body()) answer.emplace(member.key(), std::move(member.value()));
  if (!cursor.empty()) answer["next_cursor"] = cursor;
  return json_reply(json::serialize(answer));
}

}  // namespace

Reply try_contracts(const Call& call) { return reply_of(tried(call)); }

}  // namespace scalper::api
