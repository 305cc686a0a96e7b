// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <string>

#include "feed/feed.hpp"

/// What pugixml parses without a word although XML forbids it.
namespace tocsin::feed {
namespace {

using testing::Contains;
using testing::IsEmpty;

Feed parsed(const std::string& text) {
  const auto feed = parse(text, {});
  EXPECT_TRUE(feed.has_value()) << text;
  return feed.value_or(Feed{});
}

std::string with_item(const std::string& inside) {
  return "<rss><channel><title>t</title><item><title>x</title>" + inside +
         "</item></channel></rss>";
}

TEST(WellFormed, KnowsADocumentWithoutAFlaw) {
  const Feed feed =
      parsed("<?xml version='1.0'?>\n<?x y?>\n" +
             with_item("<a:b xmlns:a='u:a' a:c='1' c='1' xml:lang='en'><a:d/>]]&gt;</a:b>"
                       "<b c='1]]>'/><![CDATA[]]]]><![CDATA[>]]>") +
             "\n<!-- end -->\n");
  EXPECT_FALSE(feed.bozo);
  EXPECT_THAT(feed.warnings, IsEmpty());
}

TEST(WellFormed, NoticesASecondRoot) {
  const Feed feed = parsed(with_item("") + "<rss/>");
  EXPECT_TRUE(feed.bozo);
  EXPECT_THAT(feed.warnings, Contains("more than one root element"));
}

TEST(WellFormed, NoticesTextBehindTheRoot) {
  const Feed feed = parsed(with_item("") + "\nserved in 3 ms");
  EXPECT_TRUE(feed.bozo);
  EXPECT_THAT(feed.warnings, Contains("text outside the root element"));
}

TEST(WellFormed, NoticesTextBeforeTheRoot) {
  const Feed feed = parsed("<?xml version='1.0'?>x" + with_item(""));
  EXPECT_TRUE(feed.bozo);
  EXPECT_THAT(feed.warnings, Contains("text outside the root element"));
}

TEST(WellFormed, NoticesAnAttributeGivenTwice) {
  const Feed feed = parsed(with_item("<a b='1' c='2' b='3'/>"));
  EXPECT_TRUE(feed.bozo);
  EXPECT_THAT(feed.warnings, Contains("attribute given twice"));
}

TEST(WellFormed, NoticesASectionEndInText) {
  const Feed feed = parsed(with_item("<description><![CDATA[a]]>b]]></description>"));
  EXPECT_TRUE(feed.bozo);
  EXPECT_THAT(feed.warnings, Contains("']]>' in text"));
}

TEST(WellFormed, NoticesAnUndeclaredPrefixHoweverDeepAndOnAttributes) {
  for (const char* inside :
       {"<a><b><x:c/></b></a>", "<a x:b='1'/>", "<a><b xmlns:x='u:x'/><x:c/></a>"}) {
    const Feed feed = parsed(with_item(inside));
    EXPECT_TRUE(feed.bozo) << inside;
    EXPECT_THAT(feed.warnings, Contains("undeclared namespace prefix")) << inside;
  }
}

}  // namespace
}  // namespace tocsin::feed
