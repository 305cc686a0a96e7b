// SPDX-License-Identifier: Apache-2.0
#include "settings/reader_grant.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tocsin::settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string key(40, 'k');
const std::string head = "format = 1\nkey = \"" + key + "\"\n";

Result<ReaderGrant> read(const std::string& toml) {
  Diagnostics diagnostics;
  return read_reader_grant(toml, "partner.toml", diagnostics);
}

TEST(ReaderGrantFile, SaysWhatAKeyMayDo) {
  const auto grant = read(head + "topics = [\"alert/floods/\", \"ops/\"]\nverbs = [\"status\"]\n");
  ASSERT_TRUE(grant) << grant.error().message;
  EXPECT_EQ(grant->key, key);
  EXPECT_THAT(grant->topics, ElementsAre("alert/floods/", "ops/"));
  EXPECT_THAT(grant->verbs, ElementsAre("status"));
}

TEST(ReaderGrantFile, MeansEverythingByAStar) {
  EXPECT_THAT(read(head + "topics = [\"*\"]\n")->topics, IsEmpty());
}

TEST(ReaderGrantFile, AllowsNoVerbsUnlessItNamesThem) {
  EXPECT_THAT(read(head + "topics = [\"*\"]\n")->verbs, IsEmpty());
}

TEST(ReaderGrantFile, IsReadAsItIsWritten) {
  const ReaderGrant limited{.key = key, .topics = {"alert/a/"}, .verbs = {"status", "reload"}};
  EXPECT_THAT(read(render(limited))->topics, ElementsAre("alert/a/"));
  EXPECT_THAT(read(render(limited))->verbs, ElementsAre("status", "reload"));
  EXPECT_THAT(read(render({.key = key, .topics = {}, .verbs = {}}))->topics, IsEmpty());
}

struct Wrong {
  std::string toml;
  const char* told;
};

class WrongGrant : public testing::TestWithParam<Wrong> {};

TEST_P(WrongGrant, IsToldAtItsPlace) {
  const auto grant = read(GetParam().toml);
  ASSERT_FALSE(grant);
  EXPECT_THAT(grant.error().message, HasSubstr("partner.toml:"));
  EXPECT_THAT(grant.error().message, HasSubstr(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrongGrant,
    testing::Values(Wrong{head, "'topics' is missing"},
                    Wrong{head + "topics = []\n", "names nothing"},
                    Wrong{head + "topics = \"*\"\n", "'topics' holds"},
                    Wrong{head + "topics = [\"alert/floods\"]\n", "end in \"/\""},
                    Wrong{head + "topics = [\"alert /\"]\n", "end in \"/\""},
                    Wrong{head + "topics = [7]\n", "end in \"/\""},
                    Wrong{head + "topics = [\"*\"]\nverbs = [\"STATUS\"]\n", "'verbs' holds"},
                    Wrong{head + "topics = [\"*\"]\nverb = []\n", "did you mean 'verbs'"},
                    Wrong{"format = 1\nkey = \"short\"\ntopics = [\"*\"]\n", "40 characters"},
                    Wrong{"format = 1\ntopics = [\"*\"]\n", "'key' is missing"},
                    Wrong{"key = \"" + key + "\"\ntopics = [\"*\"]\n", "'format = 1'"},
                    Wrong{"format = 1\nkey =", "partner.toml:2"},
                    Wrong{std::string(70000, '#'), "64 KiB"}));

TEST(ReaderName, IsThatOfADurableReader) {
  EXPECT_TRUE(is_reader_name("archive.2_b-c"));
  EXPECT_FALSE(is_reader_name(""));
  EXPECT_FALSE(is_reader_name(".hidden"));
  EXPECT_FALSE(is_reader_name("../etc"));
  EXPECT_FALSE(is_reader_name("Archive"));
  EXPECT_FALSE(is_reader_name(std::string(65, 'a')));
}

}  // namespace
}  // namespace tocsin::settings
