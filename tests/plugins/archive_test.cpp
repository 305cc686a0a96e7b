// SPDX-License-Identifier: Apache-2.0
#include "jsonl/archive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace tocsin::jsonl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string payload(const std::string& id) {
  return R"({"id":")" + id + R"(","data":{}})";
}

class ArchiveTest : public testing::Test {
 protected:
  Archive open() {
    options_.folder = folder_.path();
    return std::move(Archive::open(options_, clock_).value());
  }

  static void add(Archive& archive, const std::string& id) {
    const auto added = archive.add(id, payload(id));
    ASSERT_TRUE(added) << added.error().message;
  }

  [[nodiscard]] std::string content(const std::string& name = "alerts.jsonl") const {
    std::ostringstream text;
    text << std::ifstream{folder_.file(name)}.rdbuf();
    return text.str();
  }

  void append(const std::string& bytes) const {
    std::ofstream{folder_.file("alerts.jsonl"), std::ios::app} << bytes;
  }

  [[nodiscard]] std::vector<std::string> closed() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder_.path()}) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("alerts-")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  test::TempDir folder_;
  ManualClock clock_{SystemClock{}.now()};
  ArchiveOptions options_;
};

TEST_F(ArchiveTest, KeepsOneAlertALine) {
  auto archive = open();
  add(archive, "a");
  add(archive, "b");
  EXPECT_EQ(content(), payload("a") + "\n" + payload("b") + "\n");
}

TEST_F(ArchiveTest, LetsNoAlertTakeTwoLines) {
  auto archive = open();
  ASSERT_TRUE(archive.add("a", "{\n\"id\":\r\n\"a\"}"));
  EXPECT_EQ(content(), "{ \"id\":  \"a\"}\n");
}

TEST_F(ArchiveTest, WritesAnAlertThatComesAgainOnlyOnce) {
  auto archive = open();
  add(archive, "a");
  add(archive, "a");
  EXPECT_EQ(content(), payload("a") + "\n");
}

TEST_F(ArchiveTest, KnowsAfterARestartWhatItHas) {
  {
    auto archive = open();
    add(archive, "a");
  }
  auto archive = open();
  add(archive, "a");
  add(archive, "b");
  EXPECT_EQ(content(), payload("a") + "\n" + payload("b") + "\n");
}

TEST_F(ArchiveTest, KnowsWhatStandsInClosedFiles) {
  options_.max_size = 30;
  {
    auto archive = open();
    for (const char* id : {"a", "b", "c"}) add(archive, id);
  }
  ASSERT_THAT(closed(), SizeIs(2));
  auto archive = open();
  add(archive, "a");
  EXPECT_EQ(content(), payload("c") + "\n");
}

TEST_F(ArchiveTest, CutsOffALastLineWithoutItsEnd) {
  {
    auto archive = open();
    add(archive, "a");
  }
  append(R"({"id":"b","da)");
  auto archive = open();
  EXPECT_EQ(content(), payload("a") + "\n");
  add(archive, "b");
  EXPECT_EQ(content(), payload("a") + "\n" + payload("b") + "\n");
}

TEST_F(ArchiveTest, PassesOverLinesThatAreNoAlerts) {
  append("nonsense\n[1]\n{\"id\":4}\n\n");
  auto archive = open();
  add(archive, "a");
  EXPECT_THAT(content(), HasSubstr(payload("a")));
}

TEST_F(ArchiveTest, BeginsAnotherFileBeforeOneGrowsTooLarge) {
  options_.max_size = 2 * (payload("a").size() + 1);
  auto archive = open();
  for (const char* id : {"a", "b", "c"}) add(archive, id);
  ASSERT_THAT(closed(), SizeIs(1));
  EXPECT_EQ(content(closed()[0]), payload("a") + "\n" + payload("b") + "\n");
  EXPECT_EQ(content(), payload("c") + "\n");
}

TEST_F(ArchiveTest, BeginsAnotherFileEachDay) {
  clock_.set(Time{std::chrono::sys_days{std::chrono::year{2017} / 4 / 28}});
  auto archive = open();
  add(archive, "a");
  clock_.advance(std::chrono::hours{24});
  add(archive, "b");
  EXPECT_THAT(closed(), ElementsAre("alerts-20170428-0001.jsonl"));
  EXPECT_EQ(content(), payload("b") + "\n");
}

TEST_F(ArchiveTest, NumbersTheFilesOfOneDay) {
  clock_.set(Time{std::chrono::sys_days{std::chrono::year{2017} / 4 / 28}});
  options_.max_size = 1;
  options_.keep = 2;
  auto archive = open();
  for (const char* id : {"a", "b", "c", "d"}) add(archive, id);
  EXPECT_THAT(closed(), ElementsAre("alerts-20170428-0002.jsonl", "alerts-20170428-0003.jsonl"));
}

TEST_F(ArchiveTest, KeepsASecondOneOut) {
  const auto first = open();
  const auto second = Archive::open(options_, clock_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
}

TEST_F(ArchiveTest, NamesAFolderThatIsNotThere) {
  options_.folder = folder_.file("none");
  const auto opened = Archive::open(options_, clock_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr(options_.folder));
}

/// Files cannot grow beyond so many bytes while it lives: what a full disk does to a write.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) : handler_{std::signal(SIGXFSZ, SIG_IGN)} {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }

  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    static_cast<void>(std::signal(SIGXFSZ, handler_));
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(ArchiveTest, LeavesNoHalfLineWhereTheDiskIsFull) {
  auto archive = open();
  add(archive, "a");
  {
    const SmallDisk disk{payload("a").size() + 5};
    EXPECT_FALSE(archive.add("b", payload("b")));
    EXPECT_EQ(content(), payload("a") + "\n");
  }
  add(archive, "b");
  EXPECT_EQ(content(), payload("a") + "\n" + payload("b") + "\n");
}

}  // namespace
}  // namespace tocsin::jsonl
