// The shared files of the AWS tools as a source: keys, credential_process, IAM Identity Center, roles.
#include "adapters/aws/client/credentials/profile_credentials.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "adapters/aws/client/credentials/default_credentials.h"
#include "adapters/aws/client/shared_profiles.h"
#include "adapters/local/system_clock.h"
#include "support/fake_clock.h"
#include "support/scripted_http_transport.h"
#include "support/temp_dir.h"
#include "support/variables.h"

namespace scalper::aws {
namespace {

namespace fs = std::filesystem;

// Root may read everything: for a while it is somebody else.
class AsNobody {
 public:
  AsNobody() { EXPECT_EQ(was_root_ ? ::seteuid(65534) : 0, 0); }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() { EXPECT_EQ(was_root_ ? ::seteuid(0) : 0, 0); }

 private:
  const bool was_root_ = ::geteuid() == 0;
};

struct AwsProfile : testing::Test {
  AwsProfile() { fs::create_directories(home() + "/.aws/sso/cache"); }
  [[nodiscard]] std::string home() const { return folder.path(); }
  void write(const std::string& path, const std::string& text) const {
    std::ofstream(home() + "/" + path, std::ios::binary) << text;
  }
  void config(const std::string& text) const { write(".aws/config", text); }
  [[nodiscard]] SourceParts parts() {
    variables.emplace("HOME", home());
    variables.emplace("AWS_REGION", "eu-central-1");
    return {environment_of(variables), transport, clock};
  }
  Result<Credentials> get() { return ProfileCredentials(parts(), limits).get(context); }
  // The access key id, or the error's code; its message must hold no secret.
  std::string id() {
    const auto given = get();
    if (given.ok()) return given->access_key_id;
    EXPECT_EQ(given.error().message().find("SECRET"), std::string::npos);
    message = given.error().message();
    return std::string(to_string(given.error().code()));
  }

  TempDir folder;
  SystemClock system_clock;
  FakeClock fake_clock;
  Clock& clock = fake_clock;
  ScriptedHttpTransport transport;
  CallContext context;
  Variables variables;
  CommandLimits limits;
  std::string message;
};

TEST_F(AwsProfile, GivesTheKeysOfTheChosenProfile) {
  write(".aws/credentials",
        "[default]\naws_access_key_id=A\naws_secret_access_key=SECRET\n"
        "[dev]\naws_access_key_id=B\naws_secret_access_key=SECRET\naws_session_token=T\n");
  EXPECT_EQ(id(), "A");
  variables["AWS_PROFILE"] = "dev";
  const auto given = get();
  ASSERT_TRUE(given.ok());
  EXPECT_EQ(given->access_key_id, "B");
  EXPECT_EQ(given->session_token, "T");
  variables["AWS_PROFILE"] = "absent\x1b";
  EXPECT_EQ(id(), "invalid_argument");
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
}

TEST_F(AwsProfile, IsNoSourceWhereThereIsNoneOfIt) {
  EXPECT_EQ(id(), "not_found");
  config("[default]\nregion = eu-west-1\n");
  EXPECT_EQ(id(), "not_found");
  config("[profile other]\naws_access_key_id=A\naws_secret_access_key=SECRET\n");
  EXPECT_EQ(id(), "not_found");
  variables["HOME"] = "";
  EXPECT_EQ(id(), "not_found");
}

TEST_F(AwsProfile, ReadsTheFilesThatAreNamed) {
  variables["AWS_SHARED_CREDENTIALS_FILE"] = "~/keys";
  variables["AWS_CONFIG_FILE"] = home() + "/absent";
  write("keys", "[default]\naws_access_key_id=A\naws_secret_access_key=SECRET\n");
  config("[default]\nSECRET");
  EXPECT_EQ(id(), "A");
}

TEST_F(AwsProfile, TakesTheNullDeviceAndAHomeOfSomebodyElseForNone) {
  config("[default]\nSECRET");
  variables["AWS_CONFIG_FILE"] = "/dev/null";
  EXPECT_EQ(id(), "not_found");
  variables.erase("AWS_CONFIG_FILE");
  fs::permissions(home() + "/.aws", fs::perms::none);
  const AsNobody nobody;
  EXPECT_EQ(id(), "not_found");
}

TEST_F(AwsProfile, SaysThatItCannotLogIn) {
  config("[default]\nlogin_session = arn:aws:iam::1:user/u\n");
  EXPECT_EQ(id(), "unsupported");
}

TEST_F(AwsProfile, FailsOnFilesThatAreNone) {
  const std::string good = "[default]\naws_access_key_id=A\naws_secret_access_key=SECRET\n";
  config("[default]\nSECRET\n");
  EXPECT_EQ(id(), "invalid_argument");
  config("#" + std::string(2 << 20, 'x') + "\n" + good);
  EXPECT_EQ(id(), "invalid_argument") << "larger than any";
  fs::remove(home() + "/.aws/config");
  fs::create_directory(home() + "/.aws/config");
  EXPECT_EQ(id(), "invalid_argument");
  fs::remove(home() + "/.aws/config");
  ASSERT_EQ(::mkfifo((home() + "/.aws/config").c_str(), 0600), 0);
  EXPECT_EQ(id(), "invalid_argument") << "and does not wait for somebody to write";
  fs::remove(home() + "/.aws/config");
  config(good);
  fs::permissions(home() + "/.aws/config", fs::perms::none);
  fs::permissions(home(), fs::perms::all);
  {
    const AsNobody nobody;
    EXPECT_EQ(id(), "permission_denied");
  }
  config("[default]\naws_access_key_id=A\n");
  fs::permissions(home() + "/.aws/config", fs::perms::owner_all);
  config("[default]\naws_access_key_id=A\n");
  EXPECT_EQ(id(), "invalid_argument") << "one of two keys";
}

struct AwsProcess : AwsProfile {
  // A program that is a file of ours: no shell stands between.
  std::string program(const std::string& body) {
    write("give", "#!/bin/sh\n" + body);
    fs::permissions(home() + "/give", fs::perms::owner_all);
    return home() + "/give";
  }
  std::string with(const std::string& body, const std::string& arguments = "") {
    config("[default]\ncredential_process = " + program(body) + " " + arguments + "\n");
    return id();
  }
};

const std::string kPrinted =
    R"({"Version":1,"AccessKeyId":"P","SecretAccessKey":"SECRET","SessionToken":"T","Expiration":"2026-11-22T09:00:00Z"})";

TEST_F(AwsProcess, GivesWhatTheProgramPrints) {
  EXPECT_EQ(with("cat <<'.'\n" + kPrinted + "\n.\n"), "P");
  const auto given = get();
  EXPECT_EQ(given->session_token, "T");
  EXPECT_EQ(given->expires, parse_rfc3339("2026-11-22T09:00:00Z"));
}

TEST_F(AwsProcess, PassesWordsAndNoShellSyntax) {
  const std::string print =
      "[ \"$#\" = 4 ] && [ \"$1\" = 'a b' ] && [ \"$2\" = '$HOME' ] && [ \"$3\" = '|' ] && "
      "[ \"$4\" = '' ] && echo '" +
      kPrinted + "'\n";
  EXPECT_EQ(with(print, "'a b' $HOME | \"\""), "P");
}

TEST_F(AwsProcess, SaysWhyThereAreNone) {
  EXPECT_EQ(with("echo SECRET; echo SECRET >&2; exit 3"), "permission_denied");
  EXPECT_EQ(with("kill -9 $$"), "permission_denied");
  EXPECT_EQ(with("echo SECRET"), "corrupt");
  EXPECT_EQ(with("echo '{\"Version\":2,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"SECRET\"}'"), "corrupt");
  EXPECT_EQ(with("echo '{\"Version\":1,\"AccessKeyId\":\"A\"}'"), "invalid_argument");
  EXPECT_EQ(with("", "'unfinished"), "invalid_argument");
  config("[default]\ncredential_process = /nowhere/at/all\n");
  EXPECT_EQ(id(), "permission_denied");
  config("[default]\ncredential_process =\n");
  EXPECT_EQ(id(), "invalid_argument");
}

TEST_F(AwsProcess, EndsAProgramThatWritesWithoutEnd) {
  EXPECT_EQ(with("while :; do echo SECRETSECRETSECRETSECRETSECRETSECRET; done"), "corrupt");
}

struct AwsHangingProcess : AwsProfile {
  // Every process of the program inherits the end of a pipe; the pipe is at its end when all are gone.
  Result<std::string> run(const std::string& script) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    auto output = output_of(context, system_clock, {"/bin/sh", "-c", script}, limits);
    ::close(ends[1]);
    pollfd gone{ends[0], POLLIN, 0};
    EXPECT_EQ(::poll(&gone, 1, 10'000), 1) << "a process was left behind";
    ::close(ends[0]);
    return output;
  }
};

TEST_F(AwsHangingProcess, IsEndedWithItsChildren) {
  limits.time = Millis{300};
  EXPECT_TRUE(run("sleep 600 & sleep 600").failed_with(ErrorCode::kTimeout));
  EXPECT_TRUE(run("exec >&-; sleep 600").failed_with(ErrorCode::kTimeout)) << "also with its output closed";
  EXPECT_EQ(run("sleep 600 & echo out").value(), "out\n") << "what holds its output open is not waited for";
}

TEST_F(AwsHangingProcess, IsEndedWhenTheCallIs) {
  context.deadline = system_clock.mono_now() + Millis{200};
  EXPECT_TRUE(run("sleep 600").failed_with(ErrorCode::kTimeout));
  std::stop_source stopped;
  stopped.request_stop();
  context = {};
  context.stop = stopped.get_token();
  EXPECT_TRUE(run("sleep 600").failed_with(ErrorCode::kCancelled));
}

TEST(AwsCommand, IsCutLikeAShellCuts) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(words_of("a  b\tc\n").value(), (Words{"a", "b", "c"}));
  EXPECT_EQ(words_of(R"(a'b "c'd "e\"f\g" h\ i '' )").value(), (Words{"ab \"cd", R"(e"f\g)", "h i", ""}));
  EXPECT_EQ(words_of("a ; rm $(x) `y` > z").value(), (Words{"a", ";", "rm", "$(x)", "`y`", ">", "z"}));
  for (const std::string& bad :
       {std::string(), std::string("  "), std::string("'a"), std::string("a \"b"), std::string("a\0b", 3)})
    EXPECT_TRUE(words_of(bad).failed_with(ErrorCode::kInvalidArgument));
}

struct AwsSso : AwsProfile {
  // The names of the files are the SHA-1 of what they are for.
  void cache(const std::string& name, const std::string& expires, const std::string& token = "SECRET-BEARER") const {
    write(".aws/sso/cache/" + name + ".json", R"({"accessToken":")" + token + R"(","expiresAt":")" + expires + "\"}");
  }
  void answer() {
    transport.answer(R"({"roleCredentials":{"accessKeyId":"SSO","secretAccessKey":"SECRET","sessionToken":"T",)"
                     R"("expiration":1795338000000}})");
  }
};

const std::string kOfCorp = "ee0bfd2552fbd840c02cc48b6e823320543c450f";  // "corp"
const std::string kOfUrl = "f7c9b39d0b4c7a7d82c79307585f77e1c5e74378";   // "https://corp.example/start"

TEST_F(AwsSso, UsesTheTokenOfItsSession) {
  config(
      "[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Read Only\n"
      "[sso-session corp]\nsso_region = cn-north-1\nsso_start_url = https://corp.example/start\n");
  cache(kOfCorp, "2026-11-22T08:00:01Z");
  answer();
  const auto given = get();
  ASSERT_TRUE(given.ok()) << given.error().message();
  EXPECT_EQ(given->access_key_id, "SSO");
  EXPECT_EQ(given->expires, parse_rfc3339("2026-11-22T09:00:00Z"));
  EXPECT_EQ(transport.asked.at(0).url,
            "https://portal.sso.cn-north-1.amazonaws.com.cn/federation/credentials?account_id=123456789012&"
            "role_name=Read%20Only");
  EXPECT_EQ(transport.header(0, "x-amz-sso_bearer_token"), "SECRET-BEARER");
}

TEST_F(AwsSso, UsesTheTokenOfItsStartUrl) {
  config(
      "[default]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\nsso_account_id = 1\n"
      "sso_role_name = r\n");
  cache(kOfUrl, "2026-11-22T08:00:01UTC");
  answer();
  EXPECT_EQ(id(), "SSO");
}

TEST_F(AwsSso, AsksToLogInWhereTheTokenIsNoMore) {
  config(
      "[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n"
      "[sso-session corp]\nsso_region = eu-west-1\n");
  const auto refused = [&] {
    EXPECT_EQ(id(), "permission_denied");
    EXPECT_NE(message.find("aws sso login"), std::string::npos) << message;
  };
  refused();
  cache(kOfCorp, "2026-11-22T08:00:00Z");
  refused();
  cache(kOfCorp, "soon");
  refused();
  cache(kOfCorp, "2026-11-22T08:00:01Z", "SECRET\\nSECRET");
  refused();
  write(".aws/sso/cache/" + kOfCorp + ".json", "SECRET");
  refused();
  cache(kOfCorp, "2026-11-22T08:00:01Z");
  transport.answer("SECRET", 401);
  refused();
  transport.answer("SECRET", 403);
  EXPECT_EQ(id(), "permission_denied");
  transport.answer("SECRET");
  EXPECT_EQ(id(), "corrupt");
}

TEST_F(AwsSso, SaysWhatIsMissing) {
  config("[default]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n");
  EXPECT_EQ(id(), "invalid_argument");
  config("[default]\nsso_start_url = https://x.example\nsso_region = eu-west-1\nsso_account_id = 1\n");
  EXPECT_EQ(id(), "invalid_argument");
  EXPECT_NE(message.find("sso_role_name"), std::string::npos);
  config("[default]\nsso_start_url = u\nsso_region = evil.example/\nsso_account_id = 1\nsso_role_name = r\n");
  EXPECT_EQ(id(), "invalid_argument");
}

const std::string kStsAnswer =
    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>SECRET"
    "</SecretAccessKey><SessionToken>T</SessionToken><Expiration>2026-11-22T09:00:00Z</Expiration></Credentials>"
    "</AssumeRoleResult></AssumeRoleResponse>";

TEST_F(AwsProfile, AssumesARoleWithTheKeysOfAnother) {
  config(
      "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nexternal_id = x\nduration_seconds = 900\n"
      "role_session_name = me\n[profile base]\naws_access_key_id = BASE\naws_secret_access_key = SECRET\n");
  transport.answer(kStsAnswer);
  EXPECT_EQ(id(), "ROLE");
  EXPECT_EQ(transport.asked.at(0).url, "https://sts.eu-central-1.amazonaws.com/");
  EXPECT_EQ(transport.asked.at(0).body,
            "Action=AssumeRole&DurationSeconds=900&ExternalId=x&"
            "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=me&Version=2011-06-15");
  EXPECT_TRUE(transport.header(0, "authorization")
                  .starts_with("AWS4-HMAC-SHA256 Credential=BASE/20261122/eu-central-1/sts/aws4_request, "
                               "SignedHeaders=content-type;host;x-amz-date, Signature="))
      << transport.header(0, "authorization").substr(0, 100);
}

TEST_F(AwsProfile, FollowsRolesToRolesAndKeysInItself) {
  config(
      "[default]\nrole_arn = a:1\nsource_profile = mid\n[profile mid]\nrole_arn = a:2\nsource_profile = mid\n"
      "aws_access_key_id = MID\naws_secret_access_key = SECRET\n");
  transport.answer(kStsAnswer);
  transport.answer(kStsAnswer);
  EXPECT_EQ(id(), "ROLE");
  EXPECT_NE(transport.asked.at(0).body.find("RoleArn=a%3A2"), std::string::npos);
  EXPECT_NE(transport.header(0, "authorization").find("Credential=MID/"), std::string::npos);
  EXPECT_NE(transport.header(1, "authorization").find("Credential=ROLE/"), std::string::npos);
}

TEST_F(AwsProfile, RefusesRolesThatLeadNowhere) {
  for (const std::string body :
       {"role_arn = a\n", "role_arn = a\nsource_profile = absent\n", "role_arn = a\nsource_profile = default\n",
        "role_arn = a\nsource_profile = x\ncredential_source = Environment\n",
        "role_arn = a\ncredential_source = Moon\n",
        "role_arn = a\nsource_profile = p1\n[profile p1]\nrole_arn = b\nsource_profile = default\n"}) {
    config("[default]\n" + body);
    EXPECT_EQ(id(), "invalid_argument") << body;
  }
  config("[default]\nrole_arn = a\ncredential_source = Environment\n");
  EXPECT_EQ(id(), "permission_denied");
  config("[default]\nrole_arn = a\nsource_profile = x\nmfa_serial = m\n");
  EXPECT_EQ(id(), "unsupported");
  std::string chain;
  for (int i = 0; i < 20; ++i)
    chain += "[profile p" + std::to_string(i) + "]\nrole_arn = a\nsource_profile = p" + std::to_string(i + 1) + "\n";
  config("[default]\nrole_arn = a\nsource_profile = p0\n" + chain);
  EXPECT_EQ(id(), "invalid_argument");
}

TEST_F(AwsProfile, StandsInTheOrderOfTheAwsTools) {
  const auto from = [&] {
    const auto given = default_credentials(parts())->get(context);
    return given.ok() ? given->access_key_id : std::string(to_string(given.error().code()));
  };
  transport.fail(ErrorCode::kTimeout);  // no instance
  EXPECT_EQ(from(), "permission_denied") << "none at all";
  variables["AWS_EC2_METADATA_DISABLED"] = "true";
  variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/c";
  transport.answer(R"({"AccessKeyId":"C","SecretAccessKey":"SECRET","Expiration":"2026-11-22T09:00:00Z"})");
  EXPECT_EQ(from(), "C");
  config("[default]\naws_access_key_id = PROFILE\naws_secret_access_key = SECRET\n");
  EXPECT_EQ(from(), "PROFILE");
  write("token", "T");
  variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = home() + "/token";
  variables["AWS_ROLE_ARN"] = "a";
  transport.answer("", 403);
  EXPECT_EQ(from(), "permission_denied") << "what was chosen fails: no other identity is tried";
  variables["AWS_ACCESS_KEY_ID"] = "ENV";
  variables["AWS_SECRET_ACCESS_KEY"] = "SECRET";
  EXPECT_EQ(from(), "ENV");
}

}  // namespace
}  // namespace scalper::aws
