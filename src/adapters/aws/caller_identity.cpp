#include "adapters/aws/caller_identity.h"

#include "adapters/aws/client/xml.h"

namespace scalper::aws {

Result<CallerIdentity> caller_identity(AwsClient& client, const CallContext& context, AwsRefusal* refusal) {
  AwsRequest request;
  request.service = "sts";
  request.headers = {{"content-type", "application/x-www-form-urlencoded"}};
  request.body = "Action=GetCallerIdentity&Version=2011-06-15";
  SCALPER_TRY_ASSIGN(const AwsResponse response, client.call(context, request, refusal));
  SCALPER_TRY_ASSIGN(const XmlElement answer, parse_xml(response.body));
  CallerIdentity identity{answer.text_at({"GetCallerIdentityResult", "Account"}),
                          answer.text_at({"GetCallerIdentityResult", "Arn"})};
  if (identity.account.empty() || identity.arn.empty())
    return Error(ErrorCode::kCorrupt, "sts GetCallerIdentity: the answer names nobody");
  return identity;
}

}  // namespace scalper::aws
