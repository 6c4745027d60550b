// The whole contract of the object store on servers that speak S3's API.

#include "contract/object_store_suite.h"
#include "s3_servers.h"

namespace scalper::aws {
namespace {

std::vector<ObjectStoreCase> on_servers() {
  std::vector<ObjectStoreCase> cases;
  for (const Server* const server : servers())
    cases.push_back({server->name, [server] { return std::make_unique<EmulatedSubject>(*server); }});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(S3, ObjectStoreContract, testing::ValuesIn(on_servers()), subject_name<ObjectStoreSubject>);

}  // namespace
}  // namespace scalper::aws
