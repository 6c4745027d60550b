#include "contract/object_store_suite.h"

namespace scalper {

ObjectInfo ObjectStoreContract::arrive(const std::string& key, const std::string& bytes, const Metadata& metadata) {
  auto info = subject->arrive(ObjectKey{key}, bytes, metadata);
  EXPECT_DONE(info) << escape_text(key);
  return info.ok() ? *info : ObjectInfo{};
}

std::string ObjectStoreContract::read(const ObjectRef& ref, ByteRange range) {
  auto opened = store->open(context, ref, ETag{}, range);
  EXPECT_DONE(opened);
  if (!opened.ok()) return {};
  auto text = drain(context, *opened->body);
  EXPECT_DONE(text);
  return text.ok() ? *text : std::string();
}

std::vector<ObjectInfo> ObjectStoreContract::all(const BucketName& bucket, const std::string& prefix,
                                                 std::size_t limit) {
  std::vector<ObjectInfo> versions;
  std::string cursor;
  for (int page = 0; page < 10000; ++page) {
    auto answer = store->list_versions(context, bucket, prefix, limit, cursor);
    EXPECT_DONE(answer);
    if (!answer.ok()) return versions;
    EXPECT_LE(answer->versions.size(), limit);
    versions.insert(versions.end(), answer->versions.begin(), answer->versions.end());
    cursor = answer->next_cursor;
    if (cursor.empty()) return versions;
  }
  ADD_FAILURE() << "the listing never ends";
  return versions;
}

std::vector<ObjectInfo> ObjectStoreContract::all_of_key(const BucketName& bucket, const std::string& key,
                                                        WallTime since, std::size_t limit) {
  std::vector<ObjectInfo> versions;
  std::string cursor;
  for (int page = 0; page < 10000; ++page) {
    auto answer = store->list_key_versions(context, bucket, ObjectKey{key}, since, limit, cursor);
    EXPECT_DONE(answer);
    if (!answer.ok()) return versions;
    EXPECT_LE(answer->versions.size(), limit);
    versions.insert(versions.end(), answer->versions.begin(), answer->versions.end());
    cursor = answer->next_cursor;
    if (cursor.empty()) return versions;
  }
  ADD_FAILURE() << "the listing never ends";
  return versions;
}

ObjectStoreContract::Sight ObjectStoreContract::sight(const BucketName& bucket, const std::string& key) {
  auto opened = store->open(context, {bucket, ObjectKey{key}, VersionId{}}, ETag{}, {});
  if (opened.failed_with(ErrorCode::kNotFound)) return {};
  EXPECT_DONE(opened);
  if (!opened.ok()) return {};
  auto text = drain(context, *opened->body);
  EXPECT_DONE(text);
  return {true, text.ok() ? *text : "", opened->info.metadata, opened->info.ref.version};
}

std::vector<std::string> ObjectStoreContract::keys() const {
  std::vector<std::string> taken;
  for (const std::string& key : awkward_keys())
    if (subject->takes(key)) taken.push_back(key);
  return taken;
}

CopyRequest ObjectStoreContract::request(const ObjectInfo& source, const std::string& key, const Metadata& metadata) {
  CopyRequest request;
  request.source = source.ref;
  request.source_etag = source.etag;
  request.bucket = output;
  request.key = ObjectKey{key};
  request.metadata = metadata;
  read(source.ref);
  auto seal = store->seal(context, source.ref);
  EXPECT_DONE(seal);
  if (seal.ok()) request.seal = *seal;
  return request;
}

Result<CopyAnswer> ObjectStoreContract::publish(const CopyRequest& request) {
  if (store->capabilities().create_only_copy) return store->copy(context, request);
  SCALPER_TRY_ASSIGN(const UploadId upload, store->begin_replace(context, request));
  return store->complete_replace(context, request, upload, ETag{});
}

CopyAnswer ObjectStoreContract::stand(const std::string& key, const std::string& bytes) {
  auto answer = publish(request(arrive(key, bytes), key));
  EXPECT_DONE(answer) << escape_text(key);
  return answer.ok() ? *answer : CopyAnswer{};
}

const std::vector<std::string>& awkward_keys() {
  static const std::vector<std::string> keys = [] {
    std::vector<std::string> all{"plain.txt",
                                 "a/b/c.txt",
                                 "a b+c/\xc3\xbc%.csv",
                                 "a b",
                                 " lead",
                                 "trail ",
                                 "a+b",
                                 "a%20b",
                                 "%",
                                 "%2F",
                                 "%00",
                                 "a//b",
                                 "/lead",
                                 "//",
                                 "folder",
                                 "folder/",
                                 "folder/x",
                                 ".",
                                 "..",
                                 "a/../b",
                                 "../up",
                                 "./here",
                                 "a/.",
                                 ".hidden",
                                 "x.part",
                                 "~$lock",
                                 "back\\slash",
                                 "quo\"te'",
                                 "<xml>&amp;",
                                 "a?b#c",
                                 "a*b",
                                 "tab\there",
                                 "line\nfeed",
                                 "return\r",
                                 "\x01\x1f\x7f",
                                 "caf\xc3\xa9",
                                 "cafe\xcc\x81",
                                 "\xe6\x97\xa5\xe6\x9c\xac",
                                 "\xf0\x9f\x90\x99",
                                 "\xe2\x80\xae"
                                 "rtl",
                                 "bad\xff\xfe"
                                 "utf8",
                                 "UPPER",
                                 "upper",
                                 "CON",
                                 "-rf",
                                 "a:b",
                                 ".scalper",
                                 ".scalper/in/x",
                                 "input",
                                 std::string("nul\0in", 6)};
    all.push_back(std::string(1024, 'k'));
    all.push_back(std::string(1023, 'k'));
    all.push_back(std::string(300, 's') + "/" + std::string(300, 't'));
    std::string deep;
    while (deep.size() < 1022) deep += "d/";
    all.push_back(deep + "d");
    return all;
  }();
  return keys;
}

}  // namespace scalper
