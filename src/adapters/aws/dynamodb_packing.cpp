#include "adapters/aws/dynamodb_packing.h"

#include <zlib.h>

#include <algorithm>

namespace scalper::aws::dynamo {
namespace {

constexpr char kVersion = '\x01';
constexpr int kRawWindow = -15;

// What records of many gates have in common, in the order in which they have it; what comes often stands last. Items in
// tables depend on every byte of it: another text is another version.
constexpr std::string_view kKnown =
    R"("size.max","size.min","type.mismatch","type.unknown","checksum.mismatch","checksum.missing","limit.time",)"
    R"("limit.crashes","encoding.invalid","schema.type","schema.required","table.type","table.constraint","zip.)"
    R"(","archive.ratio","gzip.crc","xml.syntax","json.syntax","csv.quote","csv.row_width","severity":"unverifiable",)"
    R"("severity":"warning","message":"row  has  fields, the header has ","location":{"path":[],"byte":,"line":,"row":)"
    R"(,"column":"","column_index":,"pointer":"/","outer_byte":}},{"code":"csv.","severity":"error","message":")"
    R"("companion":{"announced":true,"done":,"waits_for":"","used":true,"in_output":true},"companions":[],)"
    R"("review":{"action":"release","who":"","note":"","at":"2027-},"prior_decision":{"prior_target":{"open":true,)"
    R"("last_error":"","retry_after":"","enqueued_at":"","upload_id":"","target_tried":true,"has_report":true,)"
    R"("action":"rerun","action":"reject","status":"failed","status":"released","status":"unverifiable",)"
    R"("status":"companion","status":"received","status":"invalid","verdict":"unverifiable","type":"application/json")"
    R"("type":"application/x-ndjson","type":"application/xml","type":"text/plain","type":"application/zip",)"
    R"("type":"application/gzip","verdict":"invalid","contract":{"name":"builtin","digest":")"
    R"({"schema":1,"id":"","status":"processing","revision":0,"origin":{"bucket":"-input","key":"/2026/","version_id":")"
    R"("},"source":{"bucket":"-quarantine","key":"","version_id":""},"source_etag":"","sequencer":"00","size":,)"
    R"("source_time":"2026-T00:00:00.000Z","epoch":0,"attempt":1,"parsing":true,"crashes":0,"decision":{"verdict":"valid",)"
    R"("type":"text/csv","size":,"digests":{"sha256":"","crc64nvme":""},"contract":{"name":"","digest":""},"findings":[],)"
    R"("findings_total":0,"at":"2026-Z"},"target":{"bucket":"-output","key":".csv","version_id":"","etag":""},"history":)"
    R"([{"epoch":0,"attempts":1,"status":"valid","contract":"","contract_digest":"","target":{"bucket":"-output","key":")"
    R"(","version_id":"","etag":""},"at":"2026-1Z"}],"received_at":"2026-1","final_at":"2026-1","expires_at":"2027-0Z"})";

const Bytef* bytes_of(std::string_view text) { return reinterpret_cast<const Bytef*>(text.data()); }
Bytef* room_of(std::string& text) { return reinterpret_cast<Bytef*>(text.data()); }

Error no_memory() { return {ErrorCode::kInternal, "no memory to pack a record"}; }
Error no_record() { return {ErrorCode::kCorrupt, "a record's body does not unpack"}; }

}  // namespace

Result<std::string> pack(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kRawWindow, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
    return no_memory();
  deflateSetDictionary(&stream, bytes_of(kKnown), static_cast<uInt>(kKnown.size()));
  std::string packed(1 + deflateBound(&stream, static_cast<uLong>(text.size())), kVersion);
  stream.next_in = const_cast<Bytef*>(bytes_of(text));  // zlib's interface; it does not write there
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = room_of(packed) + 1;
  stream.avail_out = static_cast<uInt>(packed.size() - 1);
  const int ended = deflate(&stream, Z_FINISH);
  packed.resize(1 + stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END) return no_memory();
  return packed;
}

Result<std::string> unpack(std::string_view packed, std::size_t limit) {
  if (packed.empty()) return no_record();
  if (packed.front() != kVersion) return Error(ErrorCode::kUnsupported, "a record was packed by a newer version");
  packed.remove_prefix(1);
  z_stream stream{};
  if (inflateInit2(&stream, kRawWindow) != Z_OK) return no_memory();
  inflateSetDictionary(&stream, bytes_of(kKnown), static_cast<uInt>(kKnown.size()));
  stream.next_in = const_cast<Bytef*>(bytes_of(packed));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string text;
  int ended = Z_OK;
  while (ended == Z_OK && text.size() <= limit) {
    const std::size_t had = text.size();
    text.resize(had + std::max<std::size_t>(4096, had));
    stream.next_out = room_of(text) + had;
    stream.avail_out = static_cast<uInt>(text.size() - had);
    ended = inflate(&stream, Z_NO_FLUSH);
    text.resize(text.size() - stream.avail_out);
  }
  const bool whole = ended == Z_STREAM_END && stream.avail_in == 0 && text.size() <= limit;
  inflateEnd(&stream);
  if (!whole) return no_record();
  return text;
}

}  // namespace scalper::aws::dynamo
