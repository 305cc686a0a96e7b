// SPDX-License-Identifier: Apache-2.0
#include "bus/grants.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bus/zap.hpp"

namespace tocsin::bus {
namespace {

constexpr std::uint32_t own_user = 990;
const std::string everybodys_key(40, 'a');
const std::string limited_key(40, 'b');

Grants sample() {
  return {.keys = {{.name = "archive", .key = everybodys_key},
                   {.name = "partner", .key = limited_key, .topics = {"alert/floods/"}}},
          .users = {}};
}

bool may_come(const std::string& domain, const std::string& key) {
  return admit({.domain = domain, .address = "192.0.2.7", .key = key}, sample(), own_user)
      .is_welcome;
}

TEST(Admission, IsForKeysOnTheList) {
  EXPECT_TRUE(may_come("ctl", everybodys_key));
  EXPECT_TRUE(may_come("pub", everybodys_key));
  EXPECT_FALSE(may_come("ctl", std::string(40, 'c')));
  EXPECT_FALSE(may_come("ctl", ""));
  EXPECT_FALSE(may_come("pub", ""));
}

TEST(Admission, KeepsPubForThoseWhoMayReadEverything) {
  EXPECT_TRUE(may_come("ctl", limited_key));
  EXPECT_FALSE(may_come("pub", limited_key));
}

TEST(Admission, KnowsNoOtherDoors) {
  EXPECT_FALSE(may_come("", everybodys_key));
  EXPECT_FALSE(may_come("PUB", everybodys_key));
}

TEST(Admission, IsToTheKeyAndNotToItsName) {
  EXPECT_EQ(admit({.domain = "ctl", .address = {}, .key = limited_key}, sample(), own_user).key,
            limited_key);
}

struct Local {
  const char* address;
  bool is_welcome;
};

class LocalAdmission : public testing::TestWithParam<Local> {};

TEST_P(LocalAdmission, IsForTheUsersListed) {
  const Grants grants{.keys = {}, .users = {1000}};
  const Caller caller{.domain = "local", .address = GetParam().address, .key = {}};
  EXPECT_EQ(admit(caller, grants, own_user).is_welcome, GetParam().is_welcome);
}

INSTANTIATE_TEST_SUITE_P(
    Users, LocalAdmission,
    testing::Values(Local{"localhost:1000:1000:4711", true}, Local{"localhost:990:990:1", true},
                    Local{"localhost:0:0:1", true}, Local{"localhost:1001:1000:4711", false},
                    Local{"localhost:10000", false}, Local{"localhost:", false},
                    Local{"localhost:-1", false}, Local{"192.0.2.7", false}, Local{"", false}));

TEST(LocalAdmissions, AreLeftToTheFileWithoutAListOfUsers) {
  EXPECT_TRUE(admit({.domain = "local", .address = "localhost:5:5:5", .key = {}}, Grants{}, 990)
                  .is_welcome);
}

TEST(Grant, CoversWhatLiesInsideItsTopics) {
  const Grant grant{.name = "partner", .key = {}, .topics = {"alert/floods/"}};
  EXPECT_TRUE(grant.covers({"alert/floods/"}));
  EXPECT_TRUE(grant.covers({"alert/floods/3/"}));
  EXPECT_TRUE(grant.covers({}));
  EXPECT_FALSE(grant.covers({"alert/"}));
  EXPECT_FALSE(grant.covers({""}));
  EXPECT_FALSE(grant.covers({"alert/floods/", "ops/"}));
  EXPECT_FALSE(grant.covers({"alert/floods"}));
}

TEST(Grant, MakesEverythingOfItsTopicsWhereNoFilterIsGiven) {
  const Grant grant{.name = "partner", .key = {}, .topics = {"alert/floods/"}};
  EXPECT_EQ(grant.within({}), (alert::Filters{"alert/floods/"}));
  EXPECT_EQ(grant.within({"alert/floods/3/"}), (alert::Filters{"alert/floods/3/"}));
}

TEST(Grants, TakeFromThoseWhoseFileWentOrChanged) {
  Grants next = sample();
  EXPECT_FALSE(sample().takes_from(next));
  next.keys.push_back({.name = "third", .key = std::string(40, 'd')});
  EXPECT_FALSE(sample().takes_from(next));
  next.keys[1].topics = {"alert/fires/"};
  EXPECT_TRUE(sample().takes_from(next));
  next = sample();
  next.keys.erase(next.keys.begin());
  EXPECT_TRUE(sample().takes_from(next));
}

TEST(Zap, ReadsAKeyFromACurveQuestion) {
  const auto question =
      read_zap({"1.0", "7", "ctl", "192.0.2.7", "", "CURVE", std::string(32, '\0')});
  ASSERT_TRUE(question);
  EXPECT_EQ(question->id, "7");
  EXPECT_EQ(question->caller.domain, "ctl");
  EXPECT_EQ(question->caller.key, std::string(40, '0'));
}

TEST(Zap, TakesNoKeyFromAnotherMechanism) {
  EXPECT_EQ(read_zap({"1.0", "7", "ctl", "", "", "PLAIN", std::string(32, 'x')})->caller.key, "");
  EXPECT_EQ(read_zap({"1.0", "7", "ctl", "", "", "CURVE", "short"})->caller.key, "");
  EXPECT_EQ(read_zap({"1.0", "7", "ctl", "", "", "CURVE"})->caller.key, "");
}

TEST(Zap, ReadsNothingFromWhatIsNoQuestion) {
  EXPECT_FALSE(read_zap({}));
  EXPECT_FALSE(read_zap({"1.0", "7", "ctl"}));
  EXPECT_FALSE(read_zap({"2.0", "7", "ctl", "", "", "NULL"}));
}

TEST(Zap, AnswersWithTheNameOrARefusal) {
  const ZapQuestion question{.id = "7", .caller = {}};
  EXPECT_EQ(zap_answer(question, {.is_welcome = true, .key = "archive"}),
            (std::vector<std::string>{"1.0", "7", "200", "OK", "archive", ""}));
  EXPECT_EQ(zap_answer(question, {}).at(2), "400");
}

}  // namespace
}  // namespace tocsin::bus
