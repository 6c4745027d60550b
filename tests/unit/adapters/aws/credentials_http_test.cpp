// Sources of credentials that are asked over HTTP: container, instance, STS.
#include <gtest/gtest.h>

#include <fstream>

#include "adapters/aws/client/credentials/container_credentials.h"
#include "adapters/aws/client/credentials/instance_credentials.h"
#include "adapters/aws/client/credentials/sts_credentials.h"
#include "support/fake_clock.h"
#include "support/scripted_http_transport.h"
#include "support/temp_dir.h"
#include "support/variables.h"

namespace scalper::aws {
namespace {

const std::string kAnswer =
    R"({"Code":"Success","AccessKeyId":"AKID","SecretAccessKey":"SECRET/+=","Token":"T0KEN","Expiration":"2026-11-22T09:00:00Z","RoleArn":"x"})";
const WallTime kExpires = parse_rfc3339("2026-11-22T09:00:00Z").value();

struct AwsSources : testing::Test {
  [[nodiscard]] SourceParts parts(Variables variables = {}) {
    return {environment_of(std::move(variables)), transport, clock};
  }
  // Every error is looked through for what must not be in it.
  template <class Source>
  std::string failure_of(Variables variables = {}) {
    const auto given = Source(parts(std::move(variables))).get(context);
    if (given.ok()) return "given";
    EXPECT_EQ(given.error().message().find("SECRET"), std::string::npos);
    EXPECT_EQ(given.error().message().find("T0KEN"), std::string::npos);
    return std::string(to_string(given.error().code()));
  }
  std::string file(const std::string& text) {
    const std::string path = folder.path() / "token";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  FakeClock clock;
  ScriptedHttpTransport transport;
  CallContext context;
  TempDir folder;
};

using AwsContainerCredentials = AwsSources;
using AwsInstanceCredentials = AwsSources;
using AwsStsCredentials = AwsSources;

const Variables kRelative{{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/id?x=y"}};

TEST_F(AwsContainerCredentials, ComeFromTheAddressOfEcs) {
  transport.answer(kAnswer);
  const auto given = ContainerCredentials(parts(kRelative)).get(context);
  ASSERT_TRUE(given.ok()) << given.error().message();
  EXPECT_EQ(given->access_key_id, "AKID");
  EXPECT_EQ(given->secret_access_key, "SECRET/+=");
  EXPECT_EQ(given->session_token, "T0KEN");
  EXPECT_EQ(given->expires, kExpires);
  EXPECT_EQ(transport.asked.at(0).method, "GET");
  EXPECT_EQ(transport.asked.at(0).url, "http://169.254.170.2/v2/credentials/id?x=y");
  EXPECT_EQ(transport.header(0, "authorization"), "(none)");
  EXPECT_EQ(transport.deadlines.at(0), clock.mono_now() + Millis{2000});
}

TEST_F(AwsContainerCredentials, SendTheTokenOfTheFileBeforeThatOfTheVariable) {
  Variables variables{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.23/v1/credentials"},
                      {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic T0KEN-1"}};
  transport.answer(kAnswer);
  EXPECT_TRUE(ContainerCredentials(parts(variables)).get(context).ok());
  EXPECT_EQ(transport.header(0, "authorization"), "Basic T0KEN-1");
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file("T0KEN-2\n");
  transport.answer(kAnswer);
  ContainerCredentials source(parts(variables));
  EXPECT_TRUE(source.get(context).ok());
  EXPECT_EQ(transport.header(1, "authorization"), "T0KEN-2");
  file("T0KEN-3");
  transport.answer(kAnswer);
  EXPECT_TRUE(source.get(context).ok());
  EXPECT_EQ(transport.header(2, "authorization"), "T0KEN-3") << "read at each fetch";
}

TEST_F(AwsContainerCredentials, SendNoTokenToStrangers) {
  const auto with = [&](const std::string& url) {
    return failure_of<ContainerCredentials>(
        {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "T0KEN"}});
  };
  for (const char* const bad :
       {"http://example.com/", "http://169.254.170.3/", "http://127.0.0.1.example.com/", "http://[::2]/",
        "http://localhost.example/", "ftp://127.0.0.1/", "http://user@127.0.0.1/", "http://10.0.0.1/", "x"})
    EXPECT_EQ(with(bad), "invalid_argument") << bad;
  EXPECT_TRUE(transport.asked.empty());
  for (const char* const good : {"https://example.com/a", "http://127.9.9.9/", "http://[::1]:8080/x",
                                 "http://localhost/", "http://169.254.170.2/", "http://[fd00:ec2::23]/v1"}) {
    transport.answer(kAnswer);
    EXPECT_EQ(with(good), "given") << good;
  }
}

TEST_F(AwsContainerCredentials, RefuseATokenThatCannotBeAHeader) {
  Variables variables = kRelative;
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "T0KEN\r\nx-evil: 1";
  EXPECT_EQ(failure_of<ContainerCredentials>(variables), "invalid_argument");
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = folder.path() / "absent";
  EXPECT_EQ(failure_of<ContainerCredentials>(variables), "permission_denied");
  variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file(std::string(70'000, 'x'));
  EXPECT_EQ(failure_of<ContainerCredentials>(variables), "permission_denied");
}

TEST_F(AwsContainerCredentials, SayWhyThereAreNone) {
  EXPECT_EQ(failure_of<ContainerCredentials>(), "not_found");
  EXPECT_EQ(failure_of<ContainerCredentials>({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "no-slash"}}),
            "invalid_argument");
  for (const auto& [status, code] : std::vector<std::pair<int, std::string>>{{403, "permission_denied"},
                                                                             {404, "permission_denied"},
                                                                             {400, "invalid_argument"},
                                                                             {302, "invalid_argument"}}) {
    transport.answer("SECRET", status);
    EXPECT_EQ(failure_of<ContainerCredentials>(kRelative), code) << status;
  }
  for (const auto& [body, code] : std::vector<std::pair<std::string, std::string>>{
           {"", "corrupt"},
           {"SECRET", "corrupt"},
           {"[1]", "corrupt"},
           {std::string(5000, '['), "corrupt"},
           {R"({"AccessKeyId":"A","SecretAccessKey":"SECRET","Expiration":"tomorrow"})", "corrupt"},
           {R"({"AccessKeyId":"A"})", "invalid_argument"},
           {R"({"AccessKeyId":"A\nB","SecretAccessKey":"SECRET"})", "invalid_argument"},
           {R"({"AccessKeyId":"A","SecretAccessKey":"SECRET","Token":"T0KEN\r\nx: y"})", "invalid_argument"},
           {R"({"AccessKeyId":"A","SecretAccessKey":["SECRET"]})", "invalid_argument"}}) {
    transport.answer(body);
    EXPECT_EQ(failure_of<ContainerCredentials>(kRelative), code) << body.substr(0, 40);
  }
}

TEST_F(AwsContainerCredentials, AreAskedAgainWhileThatMayHelp) {
  transport.answer("", 500);
  transport.fail(ErrorCode::kTimeout);
  transport.answer(kAnswer);
  EXPECT_TRUE(ContainerCredentials(parts(kRelative)).get(context).ok());
  EXPECT_EQ(clock.slept(), Millis{300});
  for (int i = 0; i < 3; ++i) transport.answer("", 503);
  EXPECT_EQ(failure_of<ContainerCredentials>(kRelative), "unavailable");
  context.deadline = clock.mono_now() + Millis{50};
  transport.answer("", 503);
  EXPECT_EQ(failure_of<ContainerCredentials>(kRelative), "unavailable") << "no time for another try";
  EXPECT_EQ(transport.deadlines.back(), context.deadline);
}

TEST_F(AwsInstanceCredentials, AskInThreeSteps) {
  transport.answer("IMDS-T0KEN\n");
  transport.answer("my-role\nother");
  transport.answer(kAnswer);
  const auto given = InstanceCredentials(parts()).get(context);
  ASSERT_TRUE(given.ok()) << given.error().message();
  EXPECT_EQ(given->session_token, "T0KEN");
  EXPECT_EQ(given->expires, kExpires);
  ASSERT_EQ(transport.asked.size(), 3U);
  EXPECT_EQ(transport.asked[0].method, "PUT");
  EXPECT_EQ(transport.asked[0].url, "http://169.254.169.254/latest/api/token");
  EXPECT_EQ(transport.header(0, "x-aws-ec2-metadata-token-ttl-seconds"), "21600");
  EXPECT_EQ(transport.asked[1].url, "http://169.254.169.254/latest/meta-data/iam/security-credentials/");
  EXPECT_EQ(transport.header(1, "x-aws-ec2-metadata-token"), "IMDS-T0KEN");
  EXPECT_EQ(transport.asked[2].url, "http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role");
  EXPECT_EQ(transport.header(2, "x-aws-ec2-metadata-token"), "IMDS-T0KEN");
  EXPECT_EQ(transport.deadlines.at(0), clock.mono_now() + Millis{1000});
}

TEST_F(AwsInstanceCredentials, AskWhereTheEnvironmentSays) {
  const auto url = [&](Variables variables) {
    transport.fail(ErrorCode::kTimeout);
    EXPECT_EQ(failure_of<InstanceCredentials>(std::move(variables)), "not_found");
    return transport.asked.back().url;
  };
  EXPECT_EQ(url({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/"}}),
            "http://127.0.0.1:1338/latest/api/token");
  EXPECT_EQ(url({{"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6"}}), "http://[fd00:ec2::254]/latest/api/token");
  EXPECT_EQ(failure_of<InstanceCredentials>({{"AWS_EC2_METADATA_DISABLED", "True"}}), "not_found");
  EXPECT_EQ(failure_of<InstanceCredentials>({{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "nowhere"}}), "invalid_argument");
  EXPECT_EQ(transport.asked.size(), 2U);
}

TEST_F(AwsInstanceCredentials, AreNoneWhereNobodyEverAnsweredAndUnavailableAfterThat) {
  transport.fail(ErrorCode::kTimeout);  // one try only: each start on a machine that is no instance waits for it
  EXPECT_EQ(failure_of<InstanceCredentials>(), "not_found");
  transport.fail(ErrorCode::kCancelled);
  EXPECT_EQ(failure_of<InstanceCredentials>(), "cancelled");
  InstanceCredentials source(parts());
  transport.answer("IMDS-T0KEN");
  transport.answer("role");
  transport.answer(kAnswer);
  EXPECT_TRUE(source.get(context).ok());
  for (int i = 0; i < 3; ++i) transport.fail(ErrorCode::kTimeout);
  EXPECT_TRUE(source.get(context).failed_with(ErrorCode::kTimeout));
}

TEST_F(AwsInstanceCredentials, SayWhyThereAreNone) {
  const auto after_token = [&](std::vector<std::pair<std::string, int>> answers) {
    transport.answer("IMDS-T0KEN");
    for (auto& [body, status] : answers) transport.answer(body, status);
    return failure_of<InstanceCredentials>();
  };
  EXPECT_EQ(after_token({{"", 404}}), "not_found");
  EXPECT_EQ(after_token({{"", 200}}), "not_found");
  EXPECT_EQ(after_token({{"", 401}}), "permission_denied");
  EXPECT_EQ(after_token({{"a b", 200}}), "corrupt");
  EXPECT_EQ(after_token({{"role", 200}, {R"({"Code":"Failed\u001b"})", 200}}), "unavailable");
  EXPECT_EQ(after_token({{"role", 200}, {"<html>", 200}}), "corrupt");
  transport.answer("a\r\nb");
  EXPECT_EQ(failure_of<InstanceCredentials>(), "corrupt");
  transport.answer("", 403);
  EXPECT_EQ(failure_of<InstanceCredentials>(), "permission_denied");
}

std::string sts_answer(const std::string& action) {
  return "<" + action + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + action +
         "Result><Credentials><AccessKeyId>AKID</AccessKeyId><SecretAccessKey>SECRET</SecretAccessKey><SessionToken>"
         "T0KEN</SessionToken><Expiration>2026-11-22T09:00:00Z</Expiration></Credentials></" +
         action + "Result></" + action + "Response>";
}

Variables web_identity(const std::string& path) {
  return {
      {"AWS_WEB_IDENTITY_TOKEN_FILE", path}, {"AWS_ROLE_ARN", "arn:aws:iam::1:role/r"}, {"AWS_REGION", "cn-north-1"}};
}

TEST_F(AwsStsCredentials, ChangeTheTokenOfAFileIntoARole) {
  Variables variables = web_identity(file("header.T0KEN.sig\n"));
  transport.answer("", 500);
  transport.answer(sts_answer("AssumeRoleWithWebIdentity"));
  const auto given = WebIdentityCredentials(parts(variables)).get(context);
  ASSERT_TRUE(given.ok()) << given.error().message();
  EXPECT_EQ(given->access_key_id, "AKID");
  EXPECT_EQ(given->expires, kExpires);
  EXPECT_EQ(transport.asked.at(0).url, "https://sts.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(transport.asked.at(0).body,
            "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&"
            "RoleSessionName=silent-scalper&Version=2011-06-15&WebIdentityToken=header.T0KEN.sig");
  EXPECT_EQ(transport.header(1, "authorization"), "(none)");
}

TEST_F(AwsStsCredentials, SayWhyThereAreNone) {
  const Variables variables = web_identity(file("T0KEN"));
  const auto answered = [&](const std::string& body, int status, int times = 1) {
    for (int i = 0; i < times; ++i) transport.answer(body, status);
    return failure_of<WebIdentityCredentials>(variables);
  };
  const auto error = [](const std::string& code) {
    return "<ErrorResponse><Error><Code>" + code + "</Code><Message>SECRET</Message></Error></ErrorResponse>";
  };
  EXPECT_EQ(answered(error("AccessDenied"), 403), "permission_denied");
  EXPECT_EQ(answered(error("IDPCommunicationError"), 400, 3), "unavailable");
  EXPECT_EQ(answered("SECRET", 503, 3), "unavailable");
  EXPECT_EQ(answered("SECRET", 200, 3), "corrupt");
  EXPECT_EQ(answered("<a/>", 200, 3), "corrupt");
  EXPECT_EQ(failure_of<WebIdentityCredentials>(), "not_found");
  EXPECT_EQ(failure_of<WebIdentityCredentials>({{"AWS_WEB_IDENTITY_TOKEN_FILE", "x"}}), "invalid_argument");
  EXPECT_EQ(failure_of<WebIdentityCredentials>(web_identity(folder.path() / "absent")), "permission_denied");
  EXPECT_EQ(failure_of<WebIdentityCredentials>(web_identity(file("T0KEN T0KEN"))), "invalid_argument");
}

}  // namespace
}  // namespace scalper::aws
