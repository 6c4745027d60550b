#pragma once
// The strings of the product, each a type of its own.

#include <cstddef>

#include "base/strong_string.h"

namespace scalper {

using BucketName = StrongString<struct BucketNameTag>;
using ObjectKey = StrongString<struct ObjectKeyTag>;  // 1 to 1,024 bytes, any bytes; plain, never URL-encoded
inline constexpr std::size_t kMaxKeyBytes = 1024;
using VersionId = StrongString<struct VersionIdTag>;
using ETag = StrongString<struct ETagTag>;              // without quotes
using FileId = StrongString<struct FileIdTag>;          // 26 characters, see model/file_id.h
using OwnerToken = StrongString<struct OwnerTokenTag>;  // fresh for every claim; empty = nobody
using UploadId = StrongString<struct UploadIdTag>;
// What an object store answers to seal(): opaque to everyone else, kept in the record's decision.
using Seal = StrongString<struct SealTag>;

}  // namespace scalper
