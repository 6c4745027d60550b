#include "support/memory_gate.h"

#include <gtest/gtest.h>

#include "model/file_id.h"
#include "model/work_message.h"
#include "pipeline/worker.h"
#include "ports/memory_source.h"

namespace scalper {
namespace {

constexpr std::size_t kPage = 100;
constexpr int kQuietMinutes = 8;  // longer than any lease, visibility or back-off

}  // namespace

MemoryGate::MemoryGate(MemoryObjectStoreOptions options)
    : objects(clock, options),
      records(clock, options.ids),
      queue(clock, {.ids = options.ids, .max_receives = 5}),
      contract_source(clock),
      notices(clock),
      contracts(contract_source, telemetry) {
  for (const BucketName& bucket : {settings.input, settings.output, settings.quarantine}) objects.add_bucket(bucket);
  EXPECT_TRUE(contract_source.publish(context_, {"empty", {}}).ok());
}

Gate MemoryGate::gate() {
  return Gate{.objects = objects,
              .records = records,
              .queue = queue,
              .contracts = contracts,
              .pause = pause,
              .notices = notices,
              .telemetry = telemetry,
              .clock = clock,
              .new_owner = [this] { return OwnerToken{"owner-" + std::to_string(++owners_)}; },
              .random = [] { return 0.5; },
              .settings = settings};
}

ObjectEvent MemoryGate::upload(const std::string& key, const std::string& bytes, const Metadata& metadata) {
  MemorySource body(as_bytes(bytes));
  const auto put = objects.put(context_, settings.input, ObjectKey{key}, body, metadata, "", false);
  EXPECT_TRUE(put.ok());
  ObjectEvent event;
  event.ref = put->ref;
  event.sequencer = to_hex(as_bytes(std::to_string(1000000 + ++sequence_)));
  event.size = bytes.size();
  event.time = put->last_modified;
  clock.advance(Millis{1});
  return event;
}

void MemoryGate::announce(const ObjectEvent& event) {
  EXPECT_TRUE(queue.send(context_, format_message(event), Millis{0}).ok());
}

void MemoryGate::run_until_idle(int rounds) {
  Gate gate = this->gate();
  int quiet = 0;
  for (int round = 0; round < rounds && quiet < kQuietMinutes; ++round) {
    const auto deliveries = queue.receive(context_, 4, settings.visibility, Millis{0});
    ASSERT_TRUE(deliveries.ok());
    process_batch(gate, context_, *deliveries);
    quiet = deliveries->empty() ? quiet + 1 : 0;
    if (deliveries->empty()) clock.advance(std::chrono::minutes{1});
  }
}

std::optional<FileRecord> MemoryGate::record(const FileId& id) {
  auto found = records.get(context_, id);
  EXPECT_TRUE(found.ok());
  return *std::move(found);
}

std::optional<FileRecord> MemoryGate::record(const ObjectEvent& event) { return record(file_id(event.ref)); }

std::optional<std::string> MemoryGate::bytes(const BucketName& bucket, const std::string& key) {
  auto opened = objects.open(context_, {bucket, ObjectKey{key}, VersionId{}}, ETag{}, ByteRange{});
  if (!opened.ok()) return std::nullopt;
  std::string text;
  std::vector<std::byte> chunk(4096);
  for (;;) {
    const auto got = opened->body->read(context_, chunk);
    EXPECT_TRUE(got.ok());
    if (!got.ok() || *got == 0) return text;
    text += as_text(Bytes{chunk}.first(*got));
  }
}

std::vector<ObjectInfo> MemoryGate::versions(const BucketName& bucket) {
  std::vector<ObjectInfo> all;
  std::string cursor;
  do {
    auto page = objects.list_versions(context_, bucket, "", kPage, cursor);
    EXPECT_TRUE(page.ok());
    if (!page.ok()) return all;
    for (ObjectInfo& info : page->versions)
      if (!info.delete_marker) all.push_back(std::move(info));
    cursor = page->next_cursor;
  } while (!cursor.empty());
  return all;
}

}  // namespace scalper
