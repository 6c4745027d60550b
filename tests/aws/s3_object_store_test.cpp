// The whole contract of the object store on servers that speak S3's API.

#include "contract/object_store_suite.h"
#include "s3_servers.h"

namespace scalper::aws {
namespace {

ObjectStoreCase on(const Server& server) {
  return {server.name, [&server] { return std::make_unique<EmulatedSubject>(server); }};
}

INSTANTIATE_TEST_SUITE_P(S3, ObjectStoreContract, testing::Values(on(kSeaweed), on(kMinistack)),
                         subject_name<ObjectStoreSubject>);

}  // namespace
}  // namespace scalper::aws
