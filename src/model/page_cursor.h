#pragma once
// Opaque, checked cursors of paged listings: a position is written as text, signed together with what was asked, and
// taken back only for the same question. Immutable; safe from many threads.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scalper {

class PageCursors {
 public:
  // `secret` binds cursors to one store: those of another are not accepted. It must outlive a restart where cursors do.
  explicit PageCursors(std::string secret) : secret_(std::move(secret)) {}

  // `scope` = the question (bucket, prefix, filters), everything that must be the same on the next call.
  [[nodiscard]] std::string encode(std::string_view scope, const std::vector<std::string>& position) const;
  // The position; nothing if the cursor was altered, is of another store, or of another question.
  [[nodiscard]] std::optional<std::vector<std::string>> decode(std::string_view scope, std::string_view cursor) const;

 private:
  [[nodiscard]] std::string signature(std::string_view scope, std::string_view payload) const;

  std::string secret_;
};

}  // namespace scalper
