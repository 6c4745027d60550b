#include "adapters/aws/client/profile_file.h"

#include <gtest/gtest.h>

namespace scalper::aws {
namespace {

std::string profile_setting(const ProfileFiles& files, std::string_view profile, std::string_view name) {
  const auto found = files.profiles.find(profile);
  return found == files.profiles.end() ? "(no profile)" : setting(found->second, name);
}

TEST(AwsProfileFile, ReadsProfilesSessionsAndServices) {
  const auto files = parse_profiles(
      "\xEF\xBB\xBF# first\r\n"
      "[default]\r\nRegion = eu-west-1 ; here\r\n\r\n"
      "[profile dev]\nregion=eu-west-2\n  ; between\ncredential_process = /bin/x --a=b #c\n"
      "s3 =\n  addressing_style = path\n  max = 3\n"
      "[profile \"two words\"] # so\nregion = eu-west-3\n"
      "[sso-session corp]\nsso_region = us-east-1\n"
      "[services s]\nsqs =\n  endpoint_url = https://q.example\n"
      "[plugins]\ncli = x\n[nonsense here]\nregion = moon\n",
      "[default]\naws_access_key_id = AK\naws_secret_access_key = a/b+c=#d;e\n[dev]\nregion = eu-west-9\n"
      "[profile dev]\nregion = moon\n");
  ASSERT_TRUE(files.ok()) << files.error().message();
  EXPECT_EQ(profile_setting(*files, "default", "region"), "eu-west-1");
  EXPECT_EQ(profile_setting(*files, "default", "aws_secret_access_key"), "a/b+c=#d;e");
  EXPECT_EQ(profile_setting(*files, "dev", "region"), "eu-west-9") << "the credentials file goes first";
  EXPECT_EQ(profile_setting(*files, "dev", "credential_process"), "/bin/x --a=b");
  EXPECT_EQ(profile_setting(*files, "dev", "s3.addressing_style"), "path");
  EXPECT_EQ(profile_setting(*files, "dev", "s3.max"), "3");
  EXPECT_EQ(profile_setting(*files, "two words", "region"), "eu-west-3");
  EXPECT_EQ(setting(files->sso_sessions.at("corp"), "sso_region"), "us-east-1");
  EXPECT_EQ(setting(files->services.at("s"), "sqs.endpoint_url"), "https://q.example");
  EXPECT_EQ(files->profiles.size(), 3U);
}

TEST(AwsProfileFile, JoinsWhatIsContinuedAndRepeated) {
  const auto files = parse_profiles("[profile a]\nx = one\n  two\ny = 1\n[profile b]\n[profile a]\ny = 2\n", "");
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(profile_setting(*files, "a", "x"), "one\ntwo");
  EXPECT_EQ(profile_setting(*files, "a", "y"), "2");
  EXPECT_EQ(profile_setting(*files, "b", "y"), "");
}

TEST(AwsProfileFile, PrefersProfileDefaultToDefault) {
  for (const std::string_view config : {"[default]\nregion = a\nextra = x\n[profile default]\nregion = b\n",
                                        "[profile default]\nregion = b\n[default]\nregion = a\nextra = x\n"}) {
    const auto files = parse_profiles(config, "");
    ASSERT_TRUE(files.ok());
    EXPECT_EQ(profile_setting(*files, "default", "region"), "b");
    EXPECT_EQ(profile_setting(*files, "default", "extra"), "");
  }
}

TEST(AwsProfileFile, NamesTheMalformedLineAndRepeatsNothingOfIt) {
  for (const std::string_view bad :
       {"[default]\nSECRET\n", "[default]\n= SECRET\n", "[SECRET\nregion = a\n", "\nSECRET = b\n", "[default] SECRET\n",
        "[default]\n  SECRET = b\n", "[default]\ns3 =\n  SECRET\n"}) {
    for (const bool config : {true, false}) {
      const auto files = config ? parse_profiles(bad, "") : parse_profiles("", bad);
      ASSERT_TRUE(files.failed_with(ErrorCode::kInvalidArgument)) << bad;
      EXPECT_EQ(files.error().message().find("SECRET"), std::string::npos);
      EXPECT_NE(files.error().message().find(config ? "config file" : "credentials file"), std::string::npos);
    }
  }
  EXPECT_NE(parse_profiles("[a]\n\nx\n", "").error().message().find("line: 3"), std::string::npos);
}

TEST(AwsProfileFile, TakesEmptyFiles) {
  const auto files = parse_profiles("", "\n \n#");
  ASSERT_TRUE(files.ok());
  EXPECT_TRUE(files->profiles.empty());
}

}  // namespace
}  // namespace scalper::aws
