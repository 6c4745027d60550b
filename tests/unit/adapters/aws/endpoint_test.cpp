#include "adapters/aws/client/endpoint.h"

#include <gtest/gtest.h>

#include "support/variables.h"

namespace scalper::aws {
namespace {

ProfileFiles files(std::string_view config) { return parse_profiles(config, "").value(); }

EndpointSettings settings_of(Variables variables, std::string_view config = "", std::string_view profile = "default") {
  variables.emplace("AWS_REGION", "eu-central-1");
  return endpoint_settings(environment_of(std::move(variables)), files(config), profile).value();
}

std::string url_of(const EndpointSettings& settings, std::string_view service, std::string_view bucket = "",
                   std::string_view path = "/") {
  const auto target = target_of(settings, service, bucket, path);
  return target.ok() ? target->scheme + "://" + target->host + target->path
                     : std::string(to_string(target.error().code()));
}

EndpointSettings in(std::string region, bool fips = false, bool dual_stack = false) {
  EndpointSettings settings;
  settings.region = std::move(region);
  settings.fips = fips;
  settings.dual_stack = dual_stack;
  return settings;
}

TEST(AwsEndpoint, IsThatOfThePartition) {
  const std::vector<std::tuple<std::string, std::string, std::string, std::string>> cases{
      {"us-east-1", "s3", "aws", "https://s3.us-east-1.amazonaws.com/"},
      {"eu-central-1", "monitoring", "aws", "https://monitoring.eu-central-1.amazonaws.com/"},
      {"cn-north-1", "sqs", "aws-cn", "https://sqs.cn-north-1.amazonaws.com.cn/"},
      {"us-gov-west-1", "sts", "aws-us-gov", "https://sts.us-gov-west-1.amazonaws.com/"},
      {"us-iso-east-1", "dynamodb", "aws-iso", "https://dynamodb.us-iso-east-1.c2s.ic.gov/"},
      {"us-isob-east-1", "sns", "aws-iso-b", "https://sns.us-isob-east-1.sc2s.sgov.gov/"},
      {"eu-isoe-west-1", "s3", "aws-iso-e", "https://s3.eu-isoe-west-1.cloud.adc-e.uk/"},
      {"us-isof-south-1", "s3", "aws-iso-f", "https://s3.us-isof-south-1.csp.hci.ic.gov/"},
      {"eusc-de-east-1", "sqs", "aws-eusc", "https://sqs.eusc-de-east-1.amazonaws.eu/"},
      {"mars-north-1", "s3", "aws", "https://s3.mars-north-1.amazonaws.com/"}};
  for (const auto& [region, service, partition, url] : cases) {
    EXPECT_EQ(partition_of(region).name, partition) << region;
    EXPECT_EQ(url_of(in(region), service), url);
  }
}

TEST(AwsEndpoint, HasTheFipsAndDualStackFormsOfTheSdks) {
  const std::vector<std::tuple<std::string, bool, bool, std::string, std::string>> cases{
      {"ca-central-1", true, false, "s3", "https://s3-fips.ca-central-1.amazonaws.com/"},
      {"ca-central-1", true, true, "s3", "https://s3-fips.dualstack.ca-central-1.amazonaws.com/"},
      {"ca-central-1", false, true, "s3", "https://s3.dualstack.ca-central-1.amazonaws.com/"},
      {"ca-central-1", true, false, "sqs", "https://sqs-fips.ca-central-1.amazonaws.com/"},
      {"ca-central-1", false, true, "sqs", "https://sqs.ca-central-1.api.aws/"},
      {"cn-north-1", false, true, "sns", "https://sns.cn-north-1.api.amazonwebservices.com.cn/"},
      {"cn-north-1", true, false, "s3", "unsupported"},
      {"eu-isoe-west-1", false, true, "sqs", "unsupported"},
      {"us-gov-west-1", true, false, "sts", "https://sts.us-gov-west-1.amazonaws.com/"},
      {"us-gov-west-1", true, true, "sts", "https://sts-fips.us-gov-west-1.api.aws/"},
      {"us-gov-west-1", true, true, "monitoring", "https://monitoring.us-gov-west-1.api.aws/"},
      {"us-gov-west-1", true, false, "s3", "https://s3-fips.us-gov-west-1.amazonaws.com/"}};
  for (const auto& [region, fips, dual, service, url] : cases)
    EXPECT_EQ(url_of(in(region, fips, dual), service), url) << region << fips << dual;
}

TEST(AwsEndpoint, TakesTheRegionInTheOrderOfTheSdks) {
  const auto region = [](const Variables& variables, std::string_view config) {
    const auto settings = endpoint_settings(environment_of(variables), files(config), "default");
    return settings.ok() ? settings->region : std::string(to_string(settings.error().code()));
  };
  const std::string_view config = "[default]\nregion = eu-west-3\n";
  EXPECT_EQ(region({{"AWS_REGION", "eu-west-1"}, {"AWS_DEFAULT_REGION", "eu-west-2"}}, config), "eu-west-1");
  EXPECT_EQ(region({{"AWS_REGION", ""}, {"AWS_DEFAULT_REGION", "eu-west-2"}}, config), "eu-west-2");
  EXPECT_EQ(region({}, config), "eu-west-3");
  EXPECT_EQ(region({}, ""), "invalid_argument");
  for (const std::string bad : {"eu-west-1.evil.example", "EU-WEST-1", "a/b", "-a", "a b", "eu\nwest"})
    EXPECT_EQ(region({{"AWS_REGION", bad}}, ""), "invalid_argument") << bad;
}

TEST(AwsEndpoint, PutsTheBucketIntoTheHostWhereThatCanBe) {
  const EndpointSettings aws = in("eu-central-1");
  EXPECT_EQ(url_of(aws, "s3", "in-put", "/a b"), "https://in-put.s3.eu-central-1.amazonaws.com/a b");
  EXPECT_EQ(url_of(aws, "s3", "in.put", "/k"), "https://s3.eu-central-1.amazonaws.com/in.put/k");
  EXPECT_EQ(url_of(aws, "s3", "In_put", "/k"), "https://s3.eu-central-1.amazonaws.com/In_put/k");
  EXPECT_EQ(url_of(aws, "s3", "ab", "/k"), "https://s3.eu-central-1.amazonaws.com/ab/k");
  EXPECT_EQ(url_of(aws, "s3", std::string(64, 'b'), "/"),
            "https://s3.eu-central-1.amazonaws.com/" + std::string(64, 'b') + "/");
  EndpointSettings asked = aws;
  asked.path_style = true;
  EXPECT_EQ(url_of(asked, "s3", "input", "//k/../x"), "https://s3.eu-central-1.amazonaws.com/input//k/../x");
  for (const std::string bad : {"a/b", "..", ".", "a b", "a@b", "evil.example/", "a?b", "a#b", "b:80", "b\n"})
    EXPECT_EQ(url_of(aws, "s3", bad), "invalid_argument") << bad;
  EXPECT_EQ(url_of(aws, "s3", "input", "k"), "invalid_argument");
  EXPECT_EQ(url_of(aws, "s3.evil", ""), "invalid_argument");
}

TEST(AwsEndpoint, UsesAnotherStoreWhereItIsNamed) {
  const auto url = [](std::string endpoint, std::string_view bucket) {
    return url_of(settings_of({{"AWS_ENDPOINT_URL", std::move(endpoint)}}), "s3", bucket, "/k");
  };
  EXPECT_EQ(url("http://127.0.0.1:4566", "input"), "http://127.0.0.1:4566/input/k");
  EXPECT_EQ(url("http://localhost:4566/", "input"), "http://localhost:4566/input/k");
  EXPECT_EQ(url("http://[::1]:80", "input"), "http://[::1]/input/k");
  EXPECT_EQ(url("https://Store.example:8443", "input"), "https://input.store.example:8443/k");
  EXPECT_EQ(url("https://store.example:443", "in.put"), "https://store.example/in.put/k");
  EXPECT_EQ(url("https://store.example/s3/a%20b%2F", "in.put"), "https://store.example/s3/a b//in.put/k");
  for (const std::string bad : {"store.example", "ftp://store.example", "https://", "https://a:b@store.example",
                                "https://store.example?x=y", "https://store.example#x", "https://store.example:0",
                                "https://store.example:99999", "https://store example", "https://[::1", "http://a..b"})
    EXPECT_EQ(url(bad, "input"), "invalid_argument") << bad;
}

// What a store honours is taken from AWS's reference only where it is AWS that answers.
TEST(AwsEndpoint, IsThatOfAwsWhereNoOtherIsSet) {
  EXPECT_TRUE(is_at_aws(settings_of({}), "s3"));
  EXPECT_FALSE(is_at_aws(settings_of({{"AWS_ENDPOINT_URL", "https://all.example"}}), "s3"));
  const EndpointSettings one = settings_of({{"AWS_ENDPOINT_URL_S3", "https://store.example"}});
  EXPECT_FALSE(is_at_aws(one, "s3"));
  EXPECT_TRUE(is_at_aws(one, "sqs"));
  EXPECT_FALSE(is_at_aws(settings_of({}, "[default]\nendpoint_url = https://profile.example\n"), "s3"))
      << "the environment alone does not say it";
}

TEST(AwsEndpoint, TakesUrlsInTheOrderOfTheSdks) {
  const std::string_view config =
      "[default]\nendpoint_url = https://profile.example\nservices = mine\n"
      "[services mine]\ncloudwatch =\n  endpoint_url = https://watch.example\ns3 = \n  endpoint_url = "
      "https://s3.example\n";
  const EndpointSettings from_profile = settings_of({}, config);
  EXPECT_EQ(url_of(from_profile, "s3"), "https://s3.example/");
  EXPECT_EQ(url_of(from_profile, "monitoring"), "https://watch.example/");
  EXPECT_EQ(url_of(from_profile, "sqs"), "https://profile.example/");
  const EndpointSettings all = settings_of({{"AWS_ENDPOINT_URL", "https://all.example"}}, config);
  EXPECT_EQ(url_of(all, "s3"), "https://all.example/");
  EXPECT_EQ(url_of(all, "logs"), "https://all.example/");
  const EndpointSettings one = settings_of({{"AWS_ENDPOINT_URL", "https://all.example"},
                                            {"AWS_ENDPOINT_URL_DYNAMODB", "https://table.example"},
                                            {"AWS_ENDPOINT_URL_CLOUDWATCH", "https://w.example"}});
  EXPECT_EQ(url_of(one, "dynamodb"), "https://table.example/");
  EXPECT_EQ(url_of(one, "monitoring"), "https://w.example/");
  EXPECT_EQ(url_of(one, "sns"), "https://all.example/");
  const EndpointSettings none = settings_of(
      {{"AWS_ENDPOINT_URL", "https://all.example"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"}}, config);
  EXPECT_EQ(url_of(none, "s3"), "https://s3.eu-central-1.amazonaws.com/");
}

TEST(AwsEndpoint, ReadsTheSwitchesOfEnvironmentAndProfile) {
  const EndpointSettings off = settings_of({});
  EXPECT_FALSE(off.path_style || off.fips || off.dual_stack);
  const EndpointSettings on = settings_of(
      {{"AWS_USE_FIPS_ENDPOINT", "true"}},
      "[profile p]\nuse_dualstack_endpoint = TRUE\nuse_fips_endpoint = false\ns3 =\n  addressing_style = path\n", "p");
  EXPECT_TRUE(on.path_style && on.fips && on.dual_stack);
}

}  // namespace
}  // namespace scalper::aws
