#pragma once
// Records in one DynamoDB table, made by schemas/records-table.json. Safe from many threads.
//
// A file's happy path is three writes of one write unit each, the last with one entry in each of two indexes. Listings
// of final records and of what is open lag behind writes by what the service takes to fill an index, mostly
// milliseconds; what they show is read from the table itself, and an entry that its record left is passed over.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "model/page_cursor.h"
#include "ports/clock.h"
#include "ports/record_store.h"

namespace scalper::aws {

class DynamoDbRecordStore final : public RecordStore {
 public:
  // Client and clock outlive the store.
  DynamoDbRecordStore(AwsClient& client, Clock& clock, std::string table)
      : client_(client), clock_(clock), table_(std::move(table)) {}

  [[nodiscard]] Result<std::optional<FileRecord>> get(const CallContext&, const FileId& id) override;
  // A write that the client repeated because no answer came, and that had landed, is recognised and is a success.
  [[nodiscard]] Result<void> put(const CallContext&, const FileRecord& record, const WriteGuard& guard) override;
  [[nodiscard]] Result<void> renew_lease(const CallContext&, const FileId& id, const OwnerToken& owner,
                                         WallTime until) override;
  // Reads at most 1,000 entries of an index a call.
  [[nodiscard]] Result<RecordPage> list(const CallContext&, const RecordQuery& query) override;
  [[nodiscard]] Result<void> remove(const CallContext&, const FileId& id, const WriteGuard& guard) override;
  [[nodiscard]] Result<std::optional<Marker>> get_marker(const CallContext&, const std::string& name) override;
  [[nodiscard]] Result<void> put_marker(const CallContext&, const std::string& name, const std::string& value,
                                        std::uint64_t expected) override;

  // What signs cursors: one secret a table, kept in it, so that every process takes the others' cursors.
  [[nodiscard]] Result<std::shared_ptr<const PageCursors>> cursors(const CallContext& context);

 private:
  AwsClient& client_;
  Clock& clock_;
  const std::string table_;
  std::mutex mutex_;
  std::shared_ptr<const PageCursors> cursors_;
};

}  // namespace scalper::aws
