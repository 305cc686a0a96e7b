// SPDX-License-Identifier: Apache-2.0
// What a condition may cost at most, in compared words and places and not in time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "topics/gate.hpp"
#include "topics/topic_fixture.hpp"

namespace tocsin::topics {
namespace {

using testing::HasSubstr;

std::string repeated(const std::string& part, std::size_t times, const std::string& between = " ") {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += (i == 0 ? "" : between) + part;
  return text;
}

/// An alias of `count` names that differ in their last word only.
Aliases alias_of(std::size_t count) {
  Aliases aliases{{"x", {}}};
  for (std::size_t i = 0; i < count; ++i) {
    aliases.front().second.push_back(repeated("a", 7) + " z" + std::to_string(i));
  }
  return aliases;
}

std::size_t steps_of(const std::string& when, const ItemFields& item, const Aliases& aliases = {}) {
  const auto gate = Gate::parse(when, aliases);
  EXPECT_TRUE(gate.has_value()) << (gate ? "" : gate.error().message);
  std::size_t steps = 0;
  if (gate) static_cast<void>(gate->holds(scored_text(item), item, steps));
  return steps;
}

std::string mistake_in(const std::string& when, const Aliases& aliases = {}) {
  const auto gate = Gate::parse(when, aliases);
  return gate ? "" : gate.error().message;
}

/// The most that words and places cost: every phrase at every scored word, and slop and NEAR.
constexpr std::size_t most_steps = 2'000'000;

/// The most that patterns cost on top: three fields under every instruction.
constexpr std::size_t most_pattern_steps = 3 * Pattern::looked_bytes * GateLimits::pattern_size;

TEST(HostileRule, OfNearsOnARepeatedWordStaysCheap) {
  const std::string text = repeated("a", scored_words);
  const std::string near = "((a OR aa* OR a) ONEAR/300 (b OR c OR \"a b\"))";
  const std::string when = repeated(near, GateLimits::distances, " OR ");
  EXPECT_LT(steps_of(when, item_of("", text)), most_steps);
}

TEST(HostileRule, OfSlopOverARepeatedWordStaysCheap) {
  const std::string text = repeated("aa", scored_words - 1) + " end";
  const std::string sloppy = "\"" + repeated("aa", 14) + " bb aa*\"~300";
  EXPECT_LT(steps_of(repeated("\"" + repeated("aa", 15) + " aa*\"~300 AND zz", 1),
                     item_of("", repeated("aa", 15))),
            most_steps);
  EXPECT_LT(steps_of(repeated(sloppy, GateLimits::distances, " OR "), item_of("", text + " bb")),
            most_steps);
}

TEST(HostileRule, OfManyNamesStaysCheap) {
  const std::string text = repeated("a", scored_words);
  EXPECT_LT(steps_of("@x OR @x", item_of("", text), alias_of(200)), most_steps);
}

TEST(HostileRule, OfALongListStaysCheap) {
  const std::string when = "300 OF (" + repeated("a", GateLimits::parts - 2, ",") + ")";
  EXPECT_LT(steps_of(when, item_of("", repeated("b", scored_words))), most_steps);
}

TEST(HostileRule, OfPatternsThatRememberMuchStaysWithinItsBytes) {
  const std::string text = repeated("a", 8000, "");
  const std::string when = repeated("/(a|b)*a(a|b){20}c/", GateLimits::patterns, " OR ");
  EXPECT_LE(steps_of(when, item_of(text, text, text)), most_steps + most_pattern_steps);
}

TEST(HostileRule, CostsNoMoreThanInProportionToTheText) {
  const std::string when =
      "(a OR b OR cc*) NEAR/300 (z OR x) OR \"a a b zz*\"~50 OR 3 OF (z, x, a, y)";
  const std::size_t half = steps_of(when, item_of("", repeated("a", 100)));
  const std::size_t whole = steps_of(when, item_of("", repeated("a", 200)));
  EXPECT_LT(whole, half * 5 / 2);
}

TEST(HostileRule, IsRefusedOverTheLimits) {
  const auto over = [](std::size_t limit) {
    return "over " + std::to_string(limit);
  };
  EXPECT_THAT(mistake_in(repeated("a", GateLimits::bytes)), HasSubstr(over(GateLimits::bytes)));
  EXPECT_THAT(mistake_in("3 OF (" + repeated("a", GateLimits::parts, ",") + ")"),
              HasSubstr(over(GateLimits::parts)));
  EXPECT_THAT(mistake_in(repeated("@x", 3, " OR "), alias_of(200)),
              HasSubstr(over(GateLimits::words)));
  EXPECT_THAT(mistake_in(repeated("(a NEAR/2 b)", GateLimits::distances + 1, " OR ")),
              HasSubstr(over(GateLimits::distances)));
  EXPECT_THAT(mistake_in(repeated("\"a b\"~2", GateLimits::distances + 1, " OR ")),
              HasSubstr(over(GateLimits::distances)));
  EXPECT_THAT(mistake_in(repeated("/a/", GateLimits::patterns + 1, " OR ")),
              HasSubstr(over(GateLimits::patterns)));
  EXPECT_THAT(mistake_in(repeated("/(foo|bar){50}/", 8, " OR ")),
              HasSubstr(over(GateLimits::pattern_size)));
  EXPECT_THAT(mistake_in(repeated("NOT", GateLimits::depth + 1) + " a"), HasSubstr("too deeply"));
}

TEST(HostileRule, IsRefusedForAPatternThatGrows) {
  EXPECT_THAT(mistake_in("/((a{30}){30}){30}/"), HasSubstr("is broken"));
  EXPECT_THAT(mistake_in("/(\\pL{100})/"), HasSubstr("regular expression"));
  EXPECT_THAT(mistake_in("/" + repeated("a", 501, "") + "/"), HasSubstr("over 500 bytes"));
}

}  // namespace
}  // namespace tocsin::topics
