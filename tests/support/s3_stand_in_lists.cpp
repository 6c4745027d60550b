// S3StandIn: listings and multipart uploads.

#include <algorithm>

#include "adapters/aws/client/uri_encoding.h"
#include "adapters/aws/s3_text.h"
#include "digest/crc64nvme.h"
#include "digest/sha256.h"
#include "support/s3_stand_in.h"
#include "support/s3_stand_in_asked.h"

namespace scalper {
namespace {

constexpr std::size_t kMostKeys = 1000;
constexpr std::size_t kPartsOfAPage = 2;  // the service has 1,000: here every list of parts goes on
constexpr std::uint64_t kMostParts = 10000;

std::string etag_text(const std::string& etag) {
  return "<ETag>" + aws::escape_xml(aws::quoted(ETag{etag})) + "</ETag>";
}

std::string entry_of(const std::string& key, const S3Stored& stored, bool latest) {
  const char* const name = stored.is_marker ? "DeleteMarker" : "Version";
  std::string text = std::string("<") + name + "><Key>" + aws::percent_encode(key) + "</Key><VersionId>" +
                     stored.version + "</VersionId><IsLatest>" + (latest ? "true" : "false") +
                     "</IsLatest><LastModified>" + format_rfc3339(stored.modified) + "</LastModified>";
  if (!stored.is_marker) text += etag_text(stored.etag) + "<Size>" + std::to_string(stored.bytes.size()) + "</Size>";
  return text + "</" + name + ">";
}

std::string crc_text(std::string_view bytes) {
  return "<ChecksumCRC64NVME>" + aws::format_crc64nvme(crc64nvme(as_bytes(bytes))) + "</ChecksumCRC64NVME>";
}

}  // namespace

aws::AwsResponse S3StandIn::list(const Asked& asked) {
  asked.only({"versions", "encoding-type", "max-keys", "prefix", "delimiter", "key-marker", "version-id-marker"}, {});
  const auto limit = aws::parse_number(asked.query("max-keys"));
  if (!limit || *limit < 1 || *limit > kMostKeys || asked.query("encoding-type") != "url")
    throw Refused{400, "InvalidArgument"};
  const std::string prefix = asked.query("prefix");
  const std::string delimiter = asked.query("delimiter");
  const std::string behind = asked.query("key-marker");
  const std::string behind_version = asked.query("version-id-marker");
  std::string entries;
  std::string last_key;
  std::string last_version;
  std::string last_common;
  std::size_t count = 0;
  bool truncated = false;
  const auto page_is_full = [&] { return truncated = truncated || count == *limit; };
  for (const auto& [key, versions] : bucket(asked.bucket)) {
    if (!key.starts_with(prefix) || key < behind || (key == behind && behind_version.empty())) continue;
    const auto cut = delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
    if (cut != std::string::npos) {
      const std::string common = key.substr(0, cut + delimiter.size());
      if (common == last_common || behind.starts_with(common)) continue;
      if (page_is_full()) break;
      last_common = last_key = common;
      last_version.clear();
      entries += "<CommonPrefixes><Prefix>" + aws::percent_encode(common) + "</Prefix></CommonPrefixes>";
      ++count;
      continue;
    }
    for (auto stored = versions.rbegin(); stored != versions.rend(); ++stored) {
      // Ids grow with time: the marker's own version may be gone.
      if (key == behind && stored->version >= behind_version) continue;
      if (page_is_full()) break;
      entries += entry_of(key, *stored, stored == versions.rbegin());
      last_key = key;
      last_version = stored->version;
      ++count;
    }
    if (truncated) break;
  }
  std::string text = "<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>";
  text += truncated ? "true" : "false";
  text += "</IsTruncated>";
  if (truncated)
    text += "<NextKeyMarker>" + aws::percent_encode(last_key) + "</NextKeyMarker><NextVersionIdMarker>" + last_version +
            "</NextVersionIdMarker>";
  return {200, {}, text + entries + "</ListVersionsResult>"};
}

S3StandIn::Upload& S3StandIn::upload(const Asked& asked) {
  const auto found = uploads_.find(asked.query("uploadId"));
  if (found == uploads_.end() || found->second.bucket != asked.bucket || found->second.key != asked.key)
    throw Refused{404, "NoSuchUpload"};
  return found->second;
}

aws::AwsResponse S3StandIn::begin_upload(const Asked& asked) {
  asked.only({"uploads"}, {"x-amz-checksum-algorithm", "x-amz-checksum-type", "x-amz-tagging"});
  (void)bucket(asked.bucket);
  const bool checksummed = asked.header("x-amz-checksum-type") == "FULL_OBJECT";
  if (checksummed != (asked.header("x-amz-checksum-algorithm") == "CRC64NVME") ||
      (checksummed && !options_.keeps_checksums))
    throw Refused{400, "InvalidRequest", "no such checksum"};
  const std::string id = "upload-" + std::to_string(++count_);
  uploads_[id] = {asked.bucket, asked.key, now(), asked.kept(), asked.header("x-amz-tagging"), checksummed, {}, {}};
  aws::AwsResponse answer{
      200, {}, "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>"};
  if (checksummed) answer.headers = {{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", "FULL_OBJECT"}};
  return answer;
}

aws::AwsResponse S3StandIn::put_part(const Asked& asked) {
  asked.only({"uploadId", "partNumber"}, {"x-amz-copy-source", "x-amz-copy-source-if-match", "x-amz-copy-source-range",
                                          "x-amz-checksum-crc64nvme"});
  Upload& into = upload(asked);
  if (into.done) throw Refused{404, "NoSuchUpload"};
  const auto number = aws::parse_number(asked.query("partNumber"));
  if (!number || *number < 1 || *number > kMostParts) throw Refused{400, "InvalidArgument"};
  const bool is_copy = !asked.header("x-amz-copy-source").empty();
  std::string bytes = is_copy ? source_of(asked).bytes : asked.request.body;
  if (const std::string range = asked.header("x-amz-copy-source-range"); !range.empty()) {
    const auto dash = range.find('-');
    const auto first = aws::parse_number(std::string_view(range).substr(6, dash - 6));
    const auto last = aws::parse_number(std::string_view(range).substr(dash + 1));
    if (!first || !last || *last >= bytes.size() || *first > *last) throw Refused{400, "InvalidArgument"};
    bytes = bytes.substr(*first, *last - *first + 1);
  }
  if (is_copy && bytes.size() > options_.copy_limit) throw Refused{400, "InvalidRequest", "larger than can be copied"};
  check_crc(asked, bytes);
  const std::string etag = to_hex(sha256(as_bytes(bytes))).substr(0, 32);
  const std::string crc = into.checksummed ? crc_text(bytes) : "";
  into.parts[*number] = {std::move(bytes), etag};
  if (is_copy) return {200, {}, "<CopyPartResult>" + etag_text(etag) + crc + "</CopyPartResult>"};
  return {200, {{"etag", aws::quoted(ETag{etag})}}, ""};
}

aws::AwsResponse S3StandIn::list_parts(const Asked& asked) {
  asked.only({"uploadId", "part-number-marker"}, {});
  const Upload& of = upload(asked);
  if (of.done) throw Refused{404, "NoSuchUpload"};
  const std::uint64_t behind = aws::parse_number(asked.query("part-number-marker")).value_or(0);
  std::string text;
  std::size_t count = 0;
  auto part = of.parts.upper_bound(behind);
  for (; part != of.parts.end() && count < kPartsOfAPage; ++part, ++count)
    text += "<Part><PartNumber>" + std::to_string(part->first) + "</PartNumber>" + etag_text(part->second.etag) +
            (of.checksummed ? crc_text(part->second.bytes) : "") + "</Part>";
  return {200,
          {},
          "<ListPartsResult><IsTruncated>" + std::string(part == of.parts.end() ? "false" : "true") + "</IsTruncated>" +
              text + "</ListPartsResult>"};
}

aws::AwsResponse S3StandIn::complete(const Asked& asked) {
  asked.only({"uploadId"},
             {"if-none-match", "if-match", "x-amz-checksum-type", "x-amz-checksum-crc64nvme", "content-type"});
  Upload& of = upload(asked);
  if (of.done && options_.repeats_completions) return *of.done;
  if (of.done) throw Refused{404, "NoSuchUpload"};
  const auto document = aws::parse_xml(asked.request.body);
  if (!document.ok() || document->children.empty()) throw Refused{400, "MalformedXML"};
  S3Stored stored{"", "", "", of.begun, false, of.headers, of.tags};
  std::uint64_t last = 0;
  for (const aws::XmlElement& element : document->children) {
    const std::uint64_t number = aws::parse_number(element.text_at({"PartNumber"})).value_or(0);
    const auto part = of.parts.find(number);
    if (number <= last) throw Refused{400, "InvalidPartOrder"};
    if (part == of.parts.end() || aws::unquoted(element.text_at({"ETag"})).value() != part->second.etag)
      throw Refused{400, "InvalidPart"};
    const std::string crc = element.text_at({"ChecksumCRC64NVME"});
    if (!crc.empty() && crc != aws::format_crc64nvme(crc64nvme(as_bytes(part->second.bytes))))
      throw Refused{400, "InvalidPart"};
    if (&element != &document->children.back() && part->second.bytes.size() < options_.least_part)
      throw Refused{400, "EntityTooSmall"};
    stored.bytes += part->second.bytes;
    last = number;
  }
  check_crc(asked, stored.bytes);
  demand(asked);
  stored.etag = to_hex(sha256(as_bytes(stored.bytes))).substr(0, 32) + "-" + std::to_string(document->children.size());
  const bool checksummed = of.checksummed;
  const S3Stored& made = store(asked.bucket, asked.key, std::move(stored));
  of.done = {200,
             {{"x-amz-version-id", made.version}},
             "<CompleteMultipartUploadResult>" + etag_text(made.etag) +
                 (checksummed ? crc_text(made.bytes) + "<ChecksumType>FULL_OBJECT</ChecksumType>" : "") +
                 "</CompleteMultipartUploadResult>"};
  of.parts.clear();
  return *of.done;
}

aws::AwsResponse S3StandIn::abort(const Asked& asked) {
  asked.only({"uploadId"}, {});
  if (upload(asked).done) throw Refused{404, "NoSuchUpload"};
  uploads_.erase(asked.query("uploadId"));
  return {204, {}, ""};
}

}  // namespace scalper
