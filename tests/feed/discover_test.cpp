// SPDX-License-Identifier: Apache-2.0
#include "feed/discover.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace tocsin::feed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<FeedCandidate> found_in(std::string_view page,
                                    std::string_view url = "https://site.example/news/page") {
  auto all = discover_feeds(page, {.url = url, .content_type = "text/html"});
  std::erase_if(all, [](const FeedCandidate& one) { return one.hint == Hint::guessed; });
  return all;
}

std::vector<std::string> urls_in(std::string_view page,
                                 std::string_view url = "https://site.example/news/page") {
  std::vector<std::string> urls;
  for (const FeedCandidate& one : found_in(page, url)) urls.push_back(one.url);
  return urls;
}

TEST(DiscoverFeeds, FindsDeclaredFeedsInAnySpelling) {
  EXPECT_THAT(urls_in(R"(<LINK HREF=/a.xml TYPE=application/rss+xml REL=alternate>
<link rel='nofollow Alternate' type='Application/Atom+XML; charset=utf-8' href='b?x=1&amp;y=2'/>
<link
  title="C" rel="alternate" href="//other.example/c" type="application/feed+json">)"),
              ElementsAre("https://site.example/a.xml", "https://site.example/news/b?x=1&y=2",
                          "https://other.example/c"));
}

TEST(DiscoverFeeds, HeedsTheBaseWhereverItStands) {
  EXPECT_THAT(urls_in("<link rel=alternate type=application/rss+xml href=feed>"
                      "<base href='/blog/'>"),
              ElementsAre("https://site.example/blog/feed"));
}

TEST(DiscoverFeeds, KeepsThePagesAddressWhenTheBaseIsNoWebAddress) {
  EXPECT_THAT(urls_in("<base href='javascript:x'><link rel=feed href=f>"),
              ElementsAre("https://site.example/news/f"));
}

TEST(DiscoverFeeds, FindsALinkThatStandsInTheBody) {
  EXPECT_THAT(urls_in("<body><p>x<link rel=feed href=/f></p>"),
              ElementsAre("https://site.example/f"));
}

TEST(DiscoverFeeds, PassesOverWhatIsCommentedOutOrScript) {
  EXPECT_THAT(urls_in("<!-- > <link rel=feed href=/a> --><script>'<link rel=feed href=/b>'</script>"
                      "<style><link rel=feed href=/c></style><link rel=feed href=/d>"),
              ElementsAre("https://site.example/d"));
}

TEST(DiscoverFeeds, PassesOverOtherAlternates) {
  EXPECT_THAT(urls_in("<link rel=alternate hreflang=de href=/de>"
                      "<link rel=alternate type=application/json+oembed href=/o>"
                      "<link rel=stylesheet type=text/xml href=/s>"),
              IsEmpty());
}

TEST(DiscoverFeeds, PutsGeneralTypesBehindThoseOfFeeds) {
  const auto found = found_in(
      "<link rel=alternate type=application/json href=/wp-json/1>"
      "<link rel=alternate type=application/rss+xml href=/rss>");
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].url, "https://site.example/rss");
  EXPECT_EQ(found[1].hint, Hint::possible);
}

TEST(DiscoverFeeds, FindsLinksThatLookLikeFeeds) {
  EXPECT_THAT(
      urls_in(R"(<a href="/about">About</a> <a href="/feed/">x</a> <a href="/w.rss">x</a>
<a href="?format=feed">x</a> <a href="/sitemap.xml">x</a> <a href="/syndication">RSS 2.0</a>
<a href="/compressed">Compressed</a> <a href="https://feeds.example/world">x</a>
<a href="feed://old.example/news">x</a> <a href="javascript:rss">RSS</a> <a href="#rss">RSS</a>)"),
      ElementsAre("https://site.example/feed/", "https://site.example/w.rss",
                  "https://site.example/news/page?format=feed", "https://site.example/syndication",
                  "https://feeds.example/world", "http://old.example/news"));
}

TEST(DiscoverFeeds, RanksDeclaredBeforeLinkedBeforeGuessedAndCommentsLast) {
  const auto all = discover_feeds(
      "<a href=/rss>RSS</a>"
      "<link rel=alternate type=application/rss+xml href=/comments/feed/ title='Site: Comments'>"
      "<link rel=alternate type=application/rss+xml href=/main title=Site>",
      {.url = "https://site.example/", .content_type = {}});
  ASSERT_GE(all.size(), 4U);
  EXPECT_EQ(all[0].url, "https://site.example/main");
  EXPECT_EQ(all[0].title, "Site");
  EXPECT_EQ(all[1].url, "https://site.example/rss");
  EXPECT_EQ(all[2].hint, Hint::guessed);
  EXPECT_TRUE(all.back().is_comments);
}

TEST(DiscoverFeeds, GuessesUsualPlacesOfTheSite) {
  const auto all = discover_feeds("", {.url = "https://site.example/a/b", .content_type = {}});
  ASSERT_THAT(all, SizeIs(6));
  EXPECT_EQ(all[0].url, "https://site.example/feed");
  EXPECT_TRUE(std::all_of(all.begin(), all.end(),
                          [](const auto& one) { return one.hint == Hint::guessed; }));
}

TEST(DiscoverFeeds, NamesEachPlaceOnce) {
  EXPECT_THAT(urls_in("<link rel=alternate type=application/rss+xml href=/feed>"
                      "<link rel=alternate type=application/rss+xml href='/feed/#top'>"
                      "<a href='http://www.site.example/feed'>RSS</a>"),
              ElementsAre("https://site.example/feed"));
}

TEST(DiscoverFeeds, ReadsThePagesCharset) {
  const auto found = found_in("<meta charset=windows-1252><link rel=feed href=/f title='Caf\xE9'>");
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].title, "Caf\u00E9");
}

TEST(DiscoverFeeds, FindsNothingWithoutAWebAddress) {
  EXPECT_THAT(discover_feeds("<link rel=feed href=https://a.example/>", {}), IsEmpty());
}

TEST(DiscoverFeeds, BoundsWhatItReturns) {
  std::string page;
  for (int i = 0; i < 100'000; ++i) page += "<link rel=feed href=/f" + std::to_string(i) + ">";
  EXPECT_THAT(found_in(page), SizeIs(most_candidates));
}

TEST(DiscoverFeeds, SurvivesQuotesThatNeverEnd) {
  std::string page;
  for (int i = 0; i < 200'000; ++i) page += "<a b=\"<a c='";
  EXPECT_THAT(found_in(page), IsEmpty());
}

}  // namespace
}  // namespace tocsin::feed
