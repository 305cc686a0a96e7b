// SPDX-License-Identifier: Apache-2.0
#include "base/key_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "support/temp_dir.hpp"

namespace tocsin {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string public_half(40, 'p');
const std::string secret_half(40, 's');

std::string text_of(const std::string& one, const std::string& other) {
  return "# a comment\n\npublic = \"" + one + "\"\r\n  secret=\"" + other + "\"";
}

class KeyFile : public testing::Test {
 protected:
  std::string write(const std::string& text, mode_t mode) {
    const std::string path = folder_.file("test.key");
    std::ofstream{path} << text;
    ::chmod(path.c_str(), mode);
    return path;
  }

  test::TempDir folder_;
};

TEST(KeyPairText, HoldsBothHalves) {
  const auto pair = parse_key_pair(text_of(public_half, secret_half));
  ASSERT_TRUE(pair) << pair.error().message;
  EXPECT_EQ(pair->public_key, public_half);
  EXPECT_EQ(pair->secret_key, secret_half);
}

TEST(KeyPairText, IsReadAsItIsWritten) {
  const auto pair =
      parse_key_pair(render({.public_key = public_half, .secret_key = secret_half}, "archive"));
  ASSERT_TRUE(pair) << pair.error().message;
  EXPECT_EQ(pair->secret_key, secret_half);
}

class WrongKeyText : public testing::TestWithParam<std::string> {};

TEST_P(WrongKeyText, IsRefusedWithoutShowingWhatIsInIt) {
  const auto pair = parse_key_pair(GetParam());
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().code, Errc::invalid_input);
  EXPECT_THAT(pair.error().message, Not(HasSubstr("sss")));
}

INSTANTIATE_TEST_SUITE_P(Each, WrongKeyText,
                         testing::Values("", "public = \"" + public_half + "\"",
                                         text_of(public_half, secret_half + "s"),
                                         text_of(public_half, std::string(39, 's') + "~"),
                                         text_of(public_half, secret_half) + "\nsecret " +
                                             secret_half));

TEST_F(KeyFile, IsReadWhenItIsClosedToOthers) {
  const auto pair = load_key_pair(write(text_of(public_half, secret_half), 0600));
  ASSERT_TRUE(pair) << pair.error().message;
  EXPECT_EQ(pair->public_key, public_half);
}

TEST_F(KeyFile, IsRefusedWhenOthersMayReadIt) {
  const auto pair = load_key_pair(write(text_of(public_half, secret_half), 0644));
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().code, Errc::refused);
  EXPECT_THAT(pair.error().message, HasSubstr("chmod 0600"));
}

TEST_F(KeyFile, IsRefusedWhenItsGroupMayChangeIt) {
  EXPECT_FALSE(load_key_pair(write(text_of(public_half, secret_half), 0620)));
}

TEST_F(KeyFile, IsRefusedWhenItIsTooLong) {
  const auto pair = load_key_pair(write(std::string(5000, '#'), 0600));
  ASSERT_FALSE(pair);
  EXPECT_EQ(pair.error().code, Errc::too_large);
}

TEST_F(KeyFile, IsAFileAndNothingElse) {
  EXPECT_EQ(load_key_pair(folder_.path()).error().code, Errc::refused);
  EXPECT_EQ(load_key_pair(folder_.file("missing")).error().code, Errc::not_found);
}

}  // namespace
}  // namespace tocsin
