#pragma once
// Servers that speak S3's API, and where each lies: seaweedfs, which honours the condition of CopyObject, ministack,
// which does not, and in long runs versitygw, which checks checksums most strictly.

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/aws/s3_object_store.h"
#include "adapters/aws/s3_text.h"
#include "contract/object_store_suite.h"
#include "support/emulated_aws.h"
#include "support/emulated_buckets.h"

namespace scalper::aws {

struct Server {
  const char* name;
  const char* endpoint;  // the variable that holds it
  bool (*takes)(const std::string& key);
  bool pages_in_order;
  bool replaces_atomically;
};

// Neither encodes the keys of a listing of versions: what XML cannot carry, or changes, is lost on its way.
inline bool goes_through_xml(const std::string& key) {
  return std::none_of(key.begin(), key.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n'; });
}

// A file system below: it joins slashes, takes a backslash for one, and has no dot segments.
inline bool seaweed_takes(const std::string& key) {
  const std::string framed = "/" + key + "/";
  return goes_through_xml(key) && framed.find("//") == std::string::npos && framed.find("/./") == std::string::npos &&
         framed.find("/../") == std::string::npos && key.find('\\') == std::string::npos && !key.ends_with('/');
}

inline const Server kSeaweed{"Seaweed", "SCALPER_TEST_S3_ENDPOINT", seaweed_takes, false, false};
inline const Server kMinistack{"Ministack", "SCALPER_TEST_AWS_ENDPOINT", goes_through_xml, true, true};

// Keys are paths of a file system, and pages of versions repeat entries.
inline const Server kVersity{"Versity", "SCALPER_TEST_VERSITY_ENDPOINT", seaweed_takes, false, false};

// Those that every run has, and versitygw where a long run started it.
inline std::vector<const Server*> servers() {
  std::vector<const Server*> all = {&kSeaweed, &kMinistack};
  if (std::getenv(kVersity.endpoint) != nullptr) all.push_back(&kVersity);
  return all;
}

class EmulatedSubject final : public ObjectStoreSubject {
 public:
  explicit EmulatedSubject(const Server& server, S3Settings settings = {})
      : server_(server),
        aws_(server.endpoint),
        input_(aws_, "input"),
        output_(aws_, "output"),
        store_(aws_.client, aws_.clock, std::move(settings)) {}

  ObjectStore& store() override { return store_; }
  Clock& clock() override { return aws_.clock; }
  void pass(Millis time) override { aws_.clock.sleep_until(CallContext{}, aws_.clock.mono_now() + time); }
  BucketName input() const override { return input_.name(); }
  BucketName output() const override { return output_.name(); }
  void take(const ObjectKey& key) override { output_.take(key); }
  bool has_delete_markers() const override { return true; }
  bool takes(const std::string& key) const override { return check_key(ObjectKey{key}).ok() && server_.takes(key); }
  bool tells_latest_by_version() const override { return false; }
  bool states_checksums() const override { return false; }  // not of every kind of copy
  bool repeats_completions() const override { return true; }
  bool pages_in_order() const override { return server_.pages_in_order; }
  bool replaces_atomically() const override { return server_.replaces_atomically; }

 private:
  const Server& server_;
  EmulatedAws aws_;
  EmulatedBucket input_;
  EmulatedBucket output_;
  S3ObjectStore store_;
};

}  // namespace scalper::aws
