// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "topics/topic_file.hpp"

namespace tocsin::topics {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string topic_text(const std::string& id, const std::string& more = "") {
  return "format = 1\n[topic]\nid = \"" + id + "\"\ntitle = \"T\"\nthreshold = 1\n" + more +
         "[terms]\nx = 1\n";
}

constexpr std::string_view both_tests =
    "format = 1\n[[test]]\nname = \"a\"\ntitle = \"x\"\nexpect = { alert = true }\n"
    "[[test]]\nname = \"b\"\ntitle = \"y\"\nexpect = { alert = false }\n";

/// Two directories of its own, gone afterwards.
class LoadTopics : public testing::Test {
 protected:
  LoadTopics() {
    std::string name = (fs::temp_directory_path() / "topics-XXXXXX").string();
    root_ = mkdtemp(name.data());
    fs::create_directory(vendor());
    fs::create_directory(house());
  }

  ~LoadTopics() override { fs::remove_all(root_); }

  LoadTopics(const LoadTopics&) = delete;
  LoadTopics& operator=(const LoadTopics&) = delete;

  [[nodiscard]] fs::path vendor() const { return root_ / "vendor"; }

  [[nodiscard]] fs::path house() const { return root_ / "house"; }

  static void write(const fs::path& path, std::string_view text) { std::ofstream{path} << text; }

  std::vector<std::string> ids(const std::vector<fs::path>& directories) {
    std::vector<std::string> ids;
    const auto topics = load_topics(directories, diagnostics_);
    EXPECT_TRUE(topics.has_value()) << told();
    for (const Topic& topic : topics.value_or(std::vector<Topic>{})) ids.push_back(topic.id);
    return ids;
  }

  [[nodiscard]] std::string told() const {
    std::string lines;
    for (const Diagnostic& one : diagnostics_) lines += to_line(one) + '\n';
    return lines;
  }

  fs::path root_;
  Diagnostics diagnostics_;
};

TEST_F(LoadTopics, SortsTopicsByTheirIds) {
  write(house() / "b.toml", topic_text("b"));
  write(house() / "a.toml", topic_text("a"));
  write(house() / "notes.txt", "no topic");
  EXPECT_THAT(ids({house()}), ElementsAre("a", "b"));
}

TEST_F(LoadTopics, ReadsTheTestsBesideATopic) {
  write(house() / "a.toml", topic_text("a", "status = \"stable\"\n"));
  write(house() / "a.test.toml", both_tests);
  const auto topics = load_topics(house(), diagnostics_);
  ASSERT_TRUE(topics.has_value()) << told();
  ASSERT_THAT(*topics, SizeIs(1));
  EXPECT_THAT(topics->front().tests, SizeIs(2));
}

TEST_F(LoadTopics, TakesAStableTopicWithoutTestsForExperimentalAndWarns) {
  write(house() / "a.toml", topic_text("a", "status = \"stable\"\n"));
  const auto topics = load_topics(house(), diagnostics_);
  ASSERT_TRUE(topics.has_value()) << told();
  EXPECT_EQ(topics->front().status, Status::experimental);
  EXPECT_THAT(told(), HasSubstr("a.toml: warning: the topic stays experimental"));
}

TEST_F(LoadTopics, TakesACorpusForATest) {
  write(house() / "a.toml", topic_text("a", "status = \"stable\"\n"));
  write(house() / "a.must.jsonl", "{}\n");
  write(house() / "a.must-not.jsonl", "{}\n");
  const auto topics = load_topics(house(), diagnostics_);
  ASSERT_TRUE(topics.has_value()) << told();
  EXPECT_EQ(topics->front().status, Status::stable);
}

TEST_F(LoadTopics, TakesAnEmptyCorpusForNone) {
  write(house() / "a.toml", topic_text("a", "status = \"stable\"\n"));
  write(house() / "a.must.jsonl", "{}\n");
  write(house() / "a.must-not.jsonl", "");
  const auto topics = load_topics(house(), diagnostics_);
  ASSERT_TRUE(topics.has_value()) << told();
  EXPECT_EQ(topics->front().status, Status::experimental);
}

TEST_F(LoadTopics, LetsALaterDirectoryMaskAFileOfTheSameName) {
  write(vendor() / "a.toml", topic_text("a"));
  write(vendor() / "b.toml", topic_text("b"));
  write(house() / "a.toml", topic_text("a", "severity = 1\n"));
  const auto topics = load_topics({vendor(), house()}, diagnostics_);
  ASSERT_TRUE(topics.has_value()) << told();
  ASSERT_THAT(*topics, SizeIs(2));
  EXPECT_EQ(topics->front().severity, 1);
}

TEST_F(LoadTopics, TakesAnEmptyFileForARemoval) {
  write(vendor() / "a.toml", topic_text("a"));
  write(house() / "a.toml", "");
  EXPECT_THAT(ids({vendor(), house()}), IsEmpty());
}

TEST_F(LoadTopics, SkipsADirectoryThatDoesNotExist) {
  write(house() / "a.toml", topic_text("a"));
  EXPECT_THAT(ids({root_ / "nowhere", house()}), ElementsAre("a"));
}

TEST_F(LoadTopics, TellsThatTheOnlyDirectoryDoesNotExist) {
  const auto topics = load_topics(root_ / "nowhere", diagnostics_);
  ASSERT_FALSE(topics.has_value());
  EXPECT_EQ(topics.error().code, Errc::not_found);
}

TEST_F(LoadTopics, TellsAnIdUnlikeTheFileName) {
  write(house() / "a.toml", topic_text("b"));
  EXPECT_FALSE(load_topics(house(), diagnostics_).has_value());
  EXPECT_THAT(told(),
              HasSubstr("a.toml:3:6: error: the topic's id is 'b', so the file must be named"));
}

TEST_F(LoadTopics, TellsTestsWithoutATopic) {
  write(house() / "b.test.toml", both_tests);
  EXPECT_FALSE(load_topics(house(), diagnostics_).has_value());
  EXPECT_THAT(told(), HasSubstr("there is no topic 'b' beside it"));
}

TEST_F(LoadTopics, TellsTheMistakesOfEveryFileAtOnce) {
  write(house() / "a.toml", "format = 1\n[topic\n");
  write(house() / "b.toml", topic_text("b", "severity = 0\n"));
  EXPECT_FALSE(load_topics(house(), diagnostics_).has_value());
  EXPECT_THAT(told(), HasSubstr("a.toml:2:"));
  EXPECT_THAT(told(), HasSubstr("b.toml:6:12: error: 'severity' is 0"));
}

TEST_F(LoadTopics, RefusesAFileOverItsLimit) {
  write(house() / "a.toml", std::string(TopicLimits::file_bytes + 1, '#'));
  EXPECT_FALSE(load_topics(house(), diagnostics_).has_value());
  EXPECT_THAT(told(), HasSubstr("the file is over 1048576 bytes"));
}

}  // namespace
}  // namespace tocsin::topics
