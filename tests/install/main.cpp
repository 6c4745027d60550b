// What a stranger writes: the name and the digest of one small file.
#include <cstdio>
#include <string>

#include "base/bytes.h"
#include "digest/sha256.h"
#include "model/file_id.h"
#include "validate/validator.h"

int main() {
  const scalper::ObjectRef ref{scalper::BucketName("input"), scalper::ObjectKey("a.csv"), scalper::VersionId("1")};
  std::printf("%s\n", scalper::file_id(ref).value().c_str());
  std::printf("%s\n", scalper::to_hex(scalper::sha256(scalper::as_bytes("abc"))).c_str());
}
