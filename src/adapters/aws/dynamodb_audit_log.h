#pragma once
// The audit trail in the records' table. Key "audit#<place in hexadecimal>", `v` = the entry as JSON; the index
// by_status holds its key in partition "audit#<shard>", newest first, for all time: a page costs the same however long
// the trail is. Nothing here updates or removes an item, and its key is taken only once.

#include <atomic>

#include "adapters/aws/client/aws_client.h"
#include "model/page_cursor.h"
#include "ports/audit_log.h"
#include "ports/clock.h"

namespace scalper::aws {

class DynamoDbRecordStore;

class DynamoDbAuditLog final : public AuditLog {
 public:
  // All outlive it. `records`, of the same table, signs its cursors.
  DynamoDbAuditLog(AwsClient& client, Clock& clock, DynamoDbRecordStore& records, std::string table)
      : client_(client), clock_(clock), records_(records), table_(std::move(table)) {}

  [[nodiscard]] Result<void> append(const CallContext&, const AuditEntry& entry) override;
  [[nodiscard]] Result<AuditPage> list(const CallContext&, std::size_t limit, const std::string& cursor) override;

 private:
  AwsClient& client_;
  Clock& clock_;
  DynamoDbRecordStore& records_;
  const std::string table_;
  std::atomic<std::uint32_t> written_{0};  // by this process: orders what it writes in one millisecond
};

}  // namespace scalper::aws
