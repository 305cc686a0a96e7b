// SPDX-License-Identifier: Apache-2.0
#include "tocsin/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/temp_dir.hpp"

namespace tocsin::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecretTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = folder_.file(name);
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  static Result<std::string> secret(const std::string& reference) {
    return Options{{{"token", reference}}}.secret("token");
  }

  test::TempDir folder_;
};

TEST_F(SecretTest, IsTheTextOfItsFileWithoutTheLastNewline) {
  EXPECT_EQ(secret(write("token", "s3cret\n", 0600)).value(), "s3cret");
  EXPECT_EQ(secret(write("group", "s3cret", 0640)).value(), "s3cret");
}

TEST_F(SecretTest, IsRefusedWhereOthersMayReadItAndNotShown) {
  const auto read = secret(write("token", "s3cret\n", 0644));
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("chmod 0600"));
  EXPECT_THAT(read.error().message, Not(HasSubstr("s3cret")));
}

TEST_F(SecretTest, IsACredentialWhereItsNameHasNoFolder) {
  write("token", "s3cret", 0444);
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_THAT(secret("token").error().message, HasSubstr("$CREDENTIALS_DIRECTORY"));
  ::setenv("CREDENTIALS_DIRECTORY", folder_.path().c_str(), 1);
  EXPECT_EQ(secret("token").value(), "s3cret");
  ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(SecretTest, IsNoFolderAndNothingEndless) {
  EXPECT_FALSE(secret(folder_.path()));
  EXPECT_FALSE(secret("/dev/zero"));
  EXPECT_FALSE(secret(write("long", std::string(70'000, 'x'), 0600)));
}

TEST_F(SecretTest, IsNotReadInADryRun) {
  const Options options{{{"token", std::string{"/nowhere"}}}, true};
  EXPECT_EQ(options.secret("token").value(), "<token>");
}

TEST(Options, GiveNothingForWhatIsNotSet) {
  const Options options{Options::Values{}};
  EXPECT_FALSE(options.has("x"));
  EXPECT_EQ(options.text("x"), "");
  EXPECT_EQ(options.integer("x"), 0);
  EXPECT_FALSE(options.truth("x"));
  EXPECT_TRUE(options.texts("x").empty());
  EXPECT_EQ(options.secret("x").value(), "");
}

TEST_F(SecretTest, IsWrongAtThePlaceOfItsOption) {
  const Options options{{{"token", folder_.file("none")}}, false, {{"token", {"desk.toml:7:9"}}}};
  const auto read = options.secret("token");
  EXPECT_EQ(read.error().message,
            "desk.toml:7:9: error: token: " + folder_.file("none") + ": No such file or directory");
  EXPECT_EQ(read.error().code, Errc::not_found);
  EXPECT_TRUE(options.has_place(read.error().message));
}

std::string told(const Options& options, const Mistake& mistake) {
  return options.wrong(mistake).value().message;
}

TEST(OptionMistake, IsNamedWhereTheFileHasIt) {
  const Options options{
      {}, false, {{"url", {"desk.toml:7:9"}}, {"to", {"d:1:6", "d:1:7", "d:2:3"}}}};
  EXPECT_EQ(told(options, {.option = "url", .what = "is none"}),
            "desk.toml:7:9: error: url: is none");
  EXPECT_EQ(told(options, {.option = "to", .what = "is none", .at = 1}),
            "d:2:3: error: to: is none");
  EXPECT_EQ(told(options, {.option = "to", .what = "is none", .at = 2}),
            "d:1:6: error: to: is none");
}

TEST(OptionMistake, IsNamedByItsOptionWhereNoFileHasIt) {
  const Options options{{}};
  const std::string line = told(options, {.option = "url", .what = "is none"});
  EXPECT_EQ(line, "--url: is none");
  EXPECT_FALSE(options.has_place(line));
}

}  // namespace
}  // namespace tocsin::plugin
