#pragma once
// What S3 says of an object version in the headers of HEAD and GET, and what a copy states again of it.

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/aws/client/aws_client.h"
#include "ports/object_store.h"

namespace scalper::aws {

struct S3Object {
  ObjectInfo info;
  Fields content_headers;             // content-type, content-encoding ... as the sender gave them
  std::string storage_class;          // empty: the standard one
  std::optional<std::uint64_t> tags;  // how many; nothing: it was not said, ask for them
};

// kCorrupt: an answer without an etag, a length or a time. `asked` without a version takes the one that S3 names.
[[nodiscard]] Result<S3Object> read_object(const ObjectRef& asked, const AwsResponse& response);

// The position of the first byte of a GET's body: a store may leave a range out of account and send the whole. Nothing
// for a partial answer that does not say so.
[[nodiscard]] std::optional<std::uint64_t> begin_of_body(const AwsResponse& response);

// The full-object CRC-64/NVME of a `value` and a `type` as headers and documents state them. A composite of parts says
// nothing of the object's own bytes, and is nothing here.
[[nodiscard]] std::optional<std::uint64_t> full_object_crc(std::string_view value, std::string_view type);

// Adds x-amz-meta-...
void add_metadata(Fields& headers, const Metadata& metadata);

// The last versions that were opened or asked for, so that the copy of a file that was just read needs no HEAD. A
// version never changes; a null version may, and is not kept. Thread-safe.
class SeenObjects {
 public:
  void remember(const S3Object& object);
  [[nodiscard]] std::optional<S3Object> find(const ObjectRef& ref);
  void forget(const ObjectRef& ref);

 private:
  static constexpr std::size_t kKept = 64;  // some 4 KB each at most, 1 KB as a rule

  std::mutex mutex_;
  std::list<S3Object> newest_first_;
  std::map<ObjectRef, std::list<S3Object>::iterator> by_ref_;
};

}  // namespace scalper::aws
