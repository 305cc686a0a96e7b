// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/time_format.hpp"
#include "feed/feed.hpp"
#include "plugins/feed/folder.hpp"
#include "plugins/feed/item.hpp"
#include "plugins/feed/shelf.hpp"
#include "support/sample_alert.hpp"
#include "support/temp_dir.hpp"

namespace tocsin::feed_plugin {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

const Shelf::Instant start{std::chrono::hours{1}};

class FeedShelf : public testing::Test {
 protected:
  Shelf open() { return Shelf{options_, std::move(Folder::open(folder_.path()).value()), clock_}; }

  static alert::Alert alert(const std::string& id, const std::string& topic = "floods") {
    auto alert = test::sample_alert(topic, id);
    alert.match.title = "Floods";
    return alert;
  }

  [[nodiscard]] std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream{folder_.file(name)}.rdbuf();
    return text.str();
  }

  [[nodiscard]] feed::Feed parsed(const std::string& name) const {
    return feed::parse(content(name), {}).value();
  }

  [[nodiscard]] std::vector<std::string> ids(const std::string& name) const {
    std::vector<std::string> out;
    for (const auto& item : parsed(name).items) out.push_back(item.id);
    return out;
  }

  test::TempDir folder_;
  ManualClock clock_{test::sample_alert().times.committed};
  ShelfOptions options_;
};

TEST_F(FeedShelf, HoldsAnAlertInTheFeedOfItsTopicAndInThatOfAll) {
  auto shelf = open();
  shelf.add(alert("a"), 1);
  shelf.add(alert("b", "fires"), 2);
  EXPECT_EQ(shelf.write_due(start), "");
  for (const char* ending : {".json", ".atom"}) {
    EXPECT_THAT(ids(std::string{"alerts"} + ending),
                ElementsAre("urn:tocsin:alert:b", "urn:tocsin:alert:a"));
    EXPECT_THAT(ids(std::string{"topics/floods"} + ending), ElementsAre("urn:tocsin:alert:a"));
  }
}

TEST_F(FeedShelf, IsReadBackAsTheAlertWas) {
  auto shelf = open();
  shelf.add(alert("a"), 1);
  EXPECT_TRUE(shelf.write_now(start));
  for (const char* name : {"alerts.json", "alerts.atom"}) {
    const auto item = parsed(name).items.at(0);
    EXPECT_EQ(item.title, "Foreign fighters return from Raqqa") << name;
    EXPECT_EQ(item.link, "https://news.example/a?x=1") << name;
    EXPECT_EQ(to_rfc3339(item.published.value()), "2017-04-28T19:00:00.000Z") << name;
  }
}

TEST_F(FeedShelf, ListsWhatADigestTellsOf) {
  auto told = alert("a");
  told.item.content.clear();
  told.item.summary.clear();
  told.digest = alert::DigestPart{.count = 3, .more = 1};
  told.digest->items = {
      {.title = "Dam holds", .url = "https://news.example/1", .source = "news.example"},
      {.title = "", .source = "wire.example"}};
  auto shelf = open();
  shelf.add(told, 1);
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(
      content("alerts.json"),
      HasSubstr(
          R"(- Dam holds · news.example · https://news.example/1\n- (no title) · wire.example\nand 1 more)"));
}

TEST_F(FeedShelf, TellsHostileTextAsText) {
  auto hostile = alert("a");
  hostile.item.title = "<script>alert(1)</script> ]]> &amp; \x1b[31m \xEF\xBF\xBF\"'\xE2\x80\xAE";
  hostile.item.summary = "</summary><entry>";
  hostile.item.url = "javascript:alert(1)";
  hostile.source.name = "A & <B>";
  auto shelf = open();
  shelf.add(hostile, 1);
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(content("alerts.atom"), Not(HasSubstr("<script>")));
  for (const char* name : {"alerts.json", "alerts.atom"}) {
    const auto feed = parsed(name);
    EXPECT_THAT(feed.items, SizeIs(1)) << name;
    EXPECT_THAT(feed.items[0].title, HasSubstr("<script>alert(1)</script> ]]> &amp; [31m \"'"))
        << name;
    EXPECT_EQ(feed.items[0].link, "") << name;
  }
}

TEST_F(FeedShelf, KeepsTheNewestItems) {
  options_.items = 2;
  auto shelf = open();
  for (int i = 1; i <= 4; ++i) shelf.add(alert(std::to_string(i)), static_cast<std::uint64_t>(i));
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(ids("alerts.json"), ElementsAre("urn:tocsin:alert:4", "urn:tocsin:alert:3"));
}

TEST_F(FeedShelf, TakesAnAlertThatComesAgainOnce) {
  auto shelf = open();
  for (const std::uint64_t seq : {1U, 2U, 1U, 2U}) shelf.add(alert(std::to_string(seq)), seq);
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(ids("alerts.json"), ElementsAre("urn:tocsin:alert:2", "urn:tocsin:alert:1"));
}

TEST_F(FeedShelf, LetsOldAlertsLeave) {
  auto shelf = open();
  shelf.add(alert("a"), 1);
  clock_.advance(options_.since + milliseconds{1});
  auto later = alert("b");
  later.times.committed = clock_.now();
  shelf.add(later, 2);
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(ids("alerts.json"), ElementsAre("urn:tocsin:alert:b"));
}

TEST_F(FeedShelf, TakesOutWhatIsRetracted) {
  auto shelf = open();
  shelf.add(alert("a"), 1);
  shelf.add(alert("b"), 2);
  auto retraction = alert("c");
  retraction.kind = alert::Kind::retracted;
  retraction.first_id = "a";
  shelf.add(retraction, 3);
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(ids("alerts.json"), ElementsAre("urn:tocsin:alert:b"));
  EXPECT_THAT(ids("topics/floods.atom"), ElementsAre("urn:tocsin:alert:b"));
}

TEST_F(FeedShelf, TellsItsOwnAddress) {
  options_.url = "https://news.example/alerts/";
  auto shelf = open();
  shelf.add(alert("a"), 1);
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(content("topics/floods.json"),
              HasSubstr("\"feed_url\": \"https://news.example/alerts/topics/floods.json\""));
  EXPECT_THAT(content("alerts.atom"),
              HasSubstr(R"(<link rel="self" href="https://news.example/alerts/alerts.atom" />)"));
}

TEST_F(FeedShelf, WritesAtMostOnceInAnInterval) {
  auto shelf = open();
  shelf.add(alert("a"), 1);
  EXPECT_EQ(shelf.write_due(start), "");
  shelf.add(alert("b"), 2);
  EXPECT_EQ(shelf.write_due(start + milliseconds{999}), "");
  EXPECT_THAT(ids("alerts.json"), SizeIs(1));
  EXPECT_EQ(shelf.write_due(start + milliseconds{1000}), "");
  EXPECT_THAT(ids("alerts.json"), SizeIs(2));
}

TEST_F(FeedShelf, KeepsWhatItCouldNotWriteAndTriesAgainLater) {
  auto shelf = open();
  shelf.add(alert("a"), 1);
  std::filesystem::create_directories(folder_.file("alerts.json"));  // nothing can take its name
  EXPECT_THAT(shelf.write_due(start), HasSubstr(folder_.file("alerts.json")));
  EXPECT_FALSE(shelf.write_now(start + milliseconds{999}));
  EXPECT_FALSE(std::filesystem::exists(folder_.file(".alerts.json.new")));
  std::filesystem::remove(folder_.file("alerts.json"));
  EXPECT_EQ(shelf.write_due(start + milliseconds{1000}), "");
  EXPECT_THAT(ids("alerts.json"), SizeIs(1));
}

TEST_F(FeedShelf, MakesTheSameFilesOfTheSameAlertsWhateverTheirOrder) {
  std::string first;
  for (const bool is_turned : {false, true}) {
    auto shelf = open();
    shelf.add(alert(is_turned ? "b" : "a"), is_turned ? 2 : 1);
    shelf.add(alert(is_turned ? "a" : "b"), is_turned ? 1 : 2);
    EXPECT_TRUE(shelf.write_now(start));
    const std::string now = content("alerts.json") + content("alerts.atom");
    EXPECT_TRUE(first.empty() || first == now);
    first = now;
  }
}

TEST_F(FeedShelf, WritesNoFileForATopicThatIsNoName) {
  auto shelf = open();
  shelf.add(alert("a", "../../evil"), 1);
  EXPECT_TRUE(shelf.write_now(start));
  EXPECT_THAT(ids("alerts.json"), SizeIs(1));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.file("topics")));
}

TEST_F(FeedShelf, LeavesAFileAloneThatHasItsBytes) {
  const auto inode = [&] {
    struct stat status {};

    EXPECT_EQ(::stat(folder_.file("alerts.json").c_str(), &status), 0);
    return status.st_ino;
  };
  ino_t before = 0;
  for (int round = 0; round < 2; ++round) {
    auto shelf = open();
    shelf.add(alert("a"), 1);
    EXPECT_TRUE(shelf.write_now(start));
    EXPECT_TRUE(round == 0 || inode() == before);
    before = inode();
  }
}

TEST_F(FeedShelf, MayBeReadByAnyoneWhateverTheUmask) {
  const auto before = ::umask(0077);
  auto shelf = open();
  shelf.add(alert("a"), 1);
  EXPECT_TRUE(shelf.write_now(start));
  ::umask(before);
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(folder_.file("alerts.atom")).permissions(), fs::perms{0644});
  EXPECT_EQ(fs::status(folder_.file("topics")).permissions(), fs::perms{0755});
}

TEST(FeedFolder, KeepsASecondWriterOut) {
  const test::TempDir folder;
  const auto first = Folder::open(folder.path());
  const auto second = Folder::open(folder.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
}

TEST(FeedFolder, NamesAFolderThatIsNotThere) {
  const auto opened = Folder::open("/nonexistent/alerts");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, "/nonexistent/alerts: No such file or directory");
}

}  // namespace
}  // namespace tocsin::feed_plugin
