#include "support/s3_world.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/file_id.h"
#include "pipeline/sweep.h"
#include "pipeline/worker.h"
#include "ports/memory_source.h"

namespace scalper {
namespace {

constexpr const char* kBuckets[] = {"input", "output", "quarantine"};

bool is_text(const std::string& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\n'; });
}

std::string header_of(const S3Stored& stored, std::string_view wanted) {
  for (const auto& [name, value] : stored.headers)
    if (name == wanted) return value;
  return "";
}

// Ends with an error where the connection ended, as the client tells it.
class CutSource final : public ByteSource {
 public:
  explicit CutSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}
  [[nodiscard]] Result<std::size_t> read(const CallContext& context, MutableBytes into) override {
    constexpr std::size_t kBeforeTheCut = 3;
    if (std::exchange(cut_, true)) return Error(ErrorCode::kCorrupt, "the body is shorter than announced");
    return inner_->read(context, into.first(std::min(into.size(), kBeforeTheCut)));
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  bool cut_ = false;
};

}  // namespace

const std::vector<S3Form>& s3_forms() {
  static const std::vector<S3Form> all = [] {
    std::vector<S3Form> forms;
    forms.push_back({"Aws", {}, {}});
    forms.back().settings.conditions = aws::CopyConditions::kCopy;
    // CopyObject overwrites, nothing states a checksum; the store is asked first.
    forms.push_back({"Alike", {.copies_honour_conditions = false, .keeps_checksums = false}, {}});
    forms.push_back({"Parts", {.copy_limit = 8, .least_part = 1}, {}});
    aws::S3Settings& parts = forms.back().settings;
    parts.conditions = aws::CopyConditions::kCopy;
    parts.copy_limit = parts.copy_part = 8;
    parts.copy_lanes = 1;  // so that the n-th call is the same in every run
    return forms;
  }();
  return all;
}

bool FailingS3::strikes(const aws::AwsRequest& request) {
  if (++calls_ != n_) return false;
  // S3 says of no removal that nothing was there: 204.
  constexpr int kNotFound = 404;
  if (fault_.status == kNotFound && request.method == "DELETE") return false;
  struck_ = request.method + " " + request.bucket + request.path;
  for (const auto& [name, value] : request.query) struck_ += " " + name;
  return true;
}

Error FailingS3::answer(const aws::AwsRequest& request, aws::AwsRefusal* refusal) const {
  if (fault_.status > 0) return inner_.refusal(request, fault_.status, fault_.code, refusal);
  return {ErrorCode::kUnavailable, "injected: the connection ended"};
}

Result<aws::AwsResponse> FailingS3::call(const CallContext& context, const aws::AwsRequest& request,
                                         aws::AwsRefusal* refusal) {
  if (!strikes(request)) return inner_.call(context, request, refusal);
  if (fault_.applied) (void)inner_.call(context, request, nullptr);
  return answer(request, refusal);
}

Result<aws::AwsStream> FailingS3::open(const CallContext& context, const aws::AwsRequest& request,
                                       aws::AwsRefusal* refusal) {
  if (!strikes(request)) return inner_.open(context, request, refusal);
  if (fault_.status >= 0) return answer(request, refusal);
  SCALPER_TRY_ASSIGN(aws::AwsStream stream, inner_.open(context, request, refusal));
  stream.body = std::make_unique<CutSource>(std::move(stream.body));
  return stream;
}

Result<aws::AwsResponse> S3World::Watched::call(const CallContext& context, const aws::AwsRequest& request,
                                                aws::AwsRefusal* refusal) {
  auto answer = world_.service.call(context, request, refusal);
  if (request.method != "GET" && request.method != "HEAD") world_.look(request.method + " " + request.path);
  return answer;
}

S3World::S3World(const S3Form& form)
    : service(memory.clock, form.service), form_(form), store_(watched_, memory.clock, form.settings) {
  for (const char* const bucket : kBuckets) service.add_bucket(bucket);
}

ObjectEvent S3World::upload(const std::string& key, const std::string& bytes) {
  MemorySource body(as_bytes(bytes));
  const auto put = store_.put(context(), BucketName{"input"}, ObjectKey{key}, body, {}, "", false);
  EXPECT_TRUE(put.ok());
  ObjectEvent event;
  event.ref = put->ref;
  event.sequencer = to_hex(as_bytes(std::to_string(1000000 + sent_.size())));
  event.size = bytes.size();
  event.time = put->last_modified;
  memory.clock.advance(std::chrono::seconds{1});  // S3 tells whole ones
  sent_.emplace_back(event, bytes);
  return event;
}

void S3World::work(Gate& gate) {
  const auto deliveries = gate.queue.receive(context().at_step(0), 10, gate.settings.visibility, Millis{0});
  if (deliveries.ok()) process_batch(gate, context(), *deliveries);
  look("after a batch");
}

void S3World::run_until_idle() {
  Gate own = gate();
  for (int i = 0; i < 5; ++i) {
    work(own);
    memory.clock.advance(std::chrono::minutes{1});
  }
}

void S3World::calm_down() {
  Gate own = gate();
  for (int round = 0; round < 4; ++round) {
    run_until_idle();
    memory.clock.advance(std::chrono::minutes{20});
    const auto swept = sweep(own, context());
    ASSERT_TRUE(swept.ok()) << swept.error().message();
  }
  run_until_idle();
}

std::optional<std::string> S3World::current(const std::string& bucket, const std::string& key) {
  const auto all = service.versions(bucket);
  const auto found = all.find(key);
  if (found == all.end() || found->second.empty() || found->second.back().is_marker) return std::nullopt;
  return found->second.back().bytes;
}

void S3World::look(const std::string& where) {
  std::multiset<std::string> there;
  for (const char* const bucket : kBuckets)
    for (const auto& [key, versions] : service.versions(bucket))
      for (const S3Stored& stored : versions) {
        if (stored.is_marker) continue;
        there.insert(stored.bytes);
        if (std::string_view(bucket) == "output") {
          EXPECT_TRUE(is_text(stored.bytes) || released_.contains(stored.bytes) || key.starts_with(".scalper-probe/"))
              << where << ": (f) bytes that nobody judged valid are in output: " << key;
        }
      }
  for (const auto& [event, bytes] : sent_)
    EXPECT_TRUE(there.contains(bytes)) << where << ": (a) no copy is left of " << event.ref.key.value();
}

ObjectRef S3World::place_of(const FileRecord& record) {
  if (!record.target || record.target->version.empty()) return record.source;
  return {record.target->bucket, record.target->key, record.target->version};
}

std::vector<S3World::Published> S3World::targets() {
  std::vector<Published> found;
  for (const char* const bucket : {"output", "quarantine"})
    for (const auto& [key, versions] : service.versions(bucket))
      for (const S3Stored& stored : versions)
        if (!stored.is_marker && !key.starts_with("reports/") && !key.starts_with(".scalper-probe/"))
          found.push_back({bucket, key, stored, header_of(stored, "x-amz-meta-scalper-id")});
  return found;
}

void S3World::expect_at_rest(const std::string& where) {
  look(where);
  const std::vector<Published> all = targets();
  for (const auto& [event, bytes] : sent_) {
    const std::string id = file_id(event.ref).value();
    const auto record = memory.record(event);
    ASSERT_TRUE(record) << where << ": (g) no record of " << event.ref.key.value();
    EXPECT_FALSE(record->open) << where << ": it is stuck";
    const ObjectRef lies = place_of(*record);
    std::size_t copies = 0;
    for (const Published& target : all) {
      if (target.id != id) continue;
      ++copies;
      EXPECT_EQ(target.stored.bytes, bytes) << where << ": (b) other bytes were published";
      EXPECT_EQ(target.stored.version, lies.version.value()) << where << ": (c) not the recorded version";
      EXPECT_EQ(target.bucket, lies.bucket.value()) << where << ": (c)";
      EXPECT_EQ(target.key, lies.key.value()) << where << ": (c)";
    }
    EXPECT_EQ(copies, 1U) << where << ": (b), (c) of " << event.ref.key.value() << ", " << record->last_error;
    EXPECT_FALSE(store_.head(context(), event.ref).ok()) << where << ": (b) the source is still there";
  }
  for (const Published& target : all)
    EXPECT_TRUE(std::any_of(sent_.begin(), sent_.end(),
                            [&](const auto& sent) { return file_id(sent.first.ref).value() == target.id; }))
        << where << ": (d) a target of nobody: " << target.bucket << "/" << target.key;
  // (e): what is current at a key is of the newest file that was sent there and may be in output.
  std::map<std::string, std::string> newest;
  for (const auto& [event, bytes] : sent_)
    if (place_of(*memory.record(event)).bucket.value() == "output") newest[event.ref.key.value()] = bytes;
  for (const auto& [key, bytes] : newest)
    EXPECT_EQ(current("output", key), bytes) << where << ": (e) an older one lies on " << key;
}

}  // namespace scalper
