#pragma once

#include "ports/record_store.h"
#include "ports/statistics.h"

namespace scalper {

// Counts the records that there are, each time it is asked: for gates in memory, whose records are few.
class MemoryStatistics final : public Statistics {
 public:
  // `records` outlives it.
  explicit MemoryStatistics(RecordStore& records) : records_(records) {}
  [[nodiscard]] Result<StatisticsAnswer> count(const CallContext&, const StatisticsQuery& query) override;

 private:
  RecordStore& records_;
};

}  // namespace scalper
