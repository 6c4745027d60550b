#pragma once
// Contract sets in a bucket:
//
//   <prefix>/sets/<digest>/<path>   the files of one set, written once
//   <prefix>/sets/<digest>.json     which files those are, with their SHA-256; written when all are there
//   <prefix>/current                the digest of the set in use
//
// A set without its list was never published. The pointer is written on condition that it is still what was read: of
// two who publish at once the later one sees the other's.

#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "adapters/aws/client/aws_client.h"
#include "model/names.h"
#include "ports/clock.h"
#include "ports/contract_source.h"

namespace scalper::aws {

// Thread-safe. The digest of the current set is asked for at most once in 10 seconds.
class S3ContractSource final : public ContractSource {
 public:
  // `prefix` without a '/' at its end, or empty. `client` and `clock` outlive it.
  S3ContractSource(AwsClient& client, Clock& clock, BucketName bucket, std::string prefix)
      : client_(client), clock_(clock), bucket_(std::move(bucket)), prefix_(std::move(prefix)) {}

  [[nodiscard]] Result<std::string> current_digest(const CallContext&) override;
  // kCorrupt: the files are not those that were published.
  [[nodiscard]] Result<ContractSet> load(const CallContext&, const std::string& digest) override;
  // Also kInvalidArgument: a path that is no UTF-8 or makes a key of more than 1,024 bytes, more than 1,000 files, more
  // than 15 MiB in all.
  [[nodiscard]] Result<void> publish(const CallContext&, const ContractSet& set) override;

 private:
  struct Stored {
    std::string text;
    std::string etag;
  };
  enum class Put : std::uint8_t { kDone, kRefused };

  [[nodiscard]] std::string key_of(const std::string& rest) const;
  // Nothing where there is no such object.
  [[nodiscard]] Result<std::optional<Stored>> get(const CallContext& context, const std::string& key);
  // On condition that the object is `stands`, or that there is none.
  [[nodiscard]] Result<Put> put(const CallContext& context, const std::string& key, const std::string& text,
                                const std::optional<Stored>& stands);
  // kInvalidArgument: something else is there.
  [[nodiscard]] Result<void> put_once(const CallContext& context, const std::string& key, const std::string& text);
  [[nodiscard]] Result<void> point_at(const CallContext& context, const std::string& digest);

  AwsClient& client_;
  Clock& clock_;
  const BucketName bucket_;
  const std::string prefix_;
  std::mutex mutex_;
  std::string current_;  // as of asked_
  std::optional<MonoTime> asked_;
};

}  // namespace scalper::aws
