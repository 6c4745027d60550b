#include "adapters/aws/client/aws_client.h"

namespace scalper::aws {

std::string_view AwsResponse::header(std::string_view name) const {
  for (const auto& [own, value] : headers)
    if (own == name) return value;
  return {};
}

}  // namespace scalper::aws
