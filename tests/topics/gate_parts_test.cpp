// SPDX-License-Identifier: Apache-2.0
#include "topics/gate_parts.hpp"

#include <gtest/gtest.h>

#include <string>

#include "topics/topic.hpp"

namespace tocsin::topics {
namespace {

/// "+" for a part that holds and "-" for one that does not, with its own in brackets.
std::string drawn(const GatePart& part) {
  std::string text = (part.holds ? "+" : "-") + part.text;
  if (part.parts.empty()) return text;
  text += " [";
  for (const GatePart& inner : part.parts) {
    text += (&inner == &part.parts.front() ? "" : "; ") + drawn(inner);
  }
  return text + "]";
}

std::string parts_of(const std::string& when) {
  Topic topic;
  topic.aliases = {{"port", {"harbour", "port"}}};
  topic.when = when;
  ItemFields item;
  item.title = "Harbour fire";
  item.content = "The fire at the old quay burnt for hours, and nobody came home.";
  return drawn(gate_parts(topic, item));
}

TEST(GateParts, TellWhichSideHolds) {
  EXPECT_EQ(parts_of("fire AND flood"), "-fire AND flood [+fire; -flood]");
  EXPECT_EQ(parts_of("fire OR flood"), "+fire OR flood [+fire; -flood]");
}

TEST(GateParts, FollowTheOperatorsPrecedence) {
  EXPECT_EQ(parts_of("flood OR fire AND NOT home"),
            "-flood OR fire AND NOT home [-flood; -fire AND NOT home [+fire; -NOT home [+home]]]");
}

TEST(GateParts, TellBothSidesOfADistance) {
  EXPECT_EQ(parts_of("(quay OR pier) NEAR/2 home"),
            "-(quay OR pier) NEAR/2 home [+quay OR pier [+quay; -pier]; +home]");
  EXPECT_EQ(parts_of("fire ONEAR/5 quay"), "+fire ONEAR/5 quay [+fire; +quay]");
}

TEST(GateParts, TellTheMembersOfAList) {
  EXPECT_EQ(parts_of("2 OF (flood, \"old quay\", (pier OR jetty))"),
            "-2 OF (flood, \"old quay\", (pier OR jetty)) [-flood; +\"old quay\"; -pier OR jetty "
            "[-pier; -jetty]]");
}

TEST(GateParts, LeavePhrasesFieldsAndAliasesWhole) {
  EXPECT_EQ(parts_of("\"fire AND flood\" OR title:(quay OR fire) OR @port"),
            "+\"fire AND flood\" OR title:(quay OR fire) OR @port [-\"fire AND flood\"; "
            "+title:(quay OR fire); +@port]");
}

TEST(GateParts, AreNoneWithoutACondition) {
  EXPECT_EQ(parts_of(""), "-");
}

}  // namespace
}  // namespace tocsin::topics
