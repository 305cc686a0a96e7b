// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tocsin::plugin {
namespace {

using manifest::Type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

manifest::Manifest pager() {
  manifest::Manifest manifest{.name = "pager", .version = "2.1", .summary = "Pages."};
  manifest.filters = {"alert/", "ops/"};
  manifest.options = {
      {.name = "url", .example = manifest::Value{std::string{"https://x"}}, .is_required = true},
      {.name = "loud", .type = Type::boolean, .fallback = manifest::Value{true}},
      {.name = "pause", .type = Type::duration, .fallback = manifest::Value{std::int64_t{5000}}},
      {.name = "limit", .type = Type::size},
      {.name = "to", .type = Type::strings},
      {.name = "share", .type = Type::number, .low = 0, .high = 1},
      {.name = "token", .is_secret = true}};
  return manifest;
}

class ArgumentsTest : public testing::Test {
 protected:
  Parsed parse(std::vector<const char*> words) {
    words.insert(words.begin(), "tocsin-pager");
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    auto parsed = parse_arguments(static_cast<int>(words.size()), words.data(), pager());
    out_ = testing::internal::GetCapturedStdout();
    said_ = testing::internal::GetCapturedStderr();
    return parsed;
  }

  Arguments good(std::vector<const char*> words) {
    words.push_back("--url=https://a");
    return parse(std::move(words)).arguments.value();
  }

  std::string refusal(std::vector<const char*> words) {
    const Parsed parsed = parse(std::move(words));
    EXPECT_FALSE(parsed.arguments);
    EXPECT_EQ(parsed.status, 64);
    return said_;
  }

  std::string said_;
  std::string out_;
};

TEST_F(ArgumentsTest, ReadOptionsByTheTypesOfTheManifest) {
  const Options options =
      good({"--pause=2m", "--limit=3KiB", "--to=a", "--to", "b", "--loud=false", "--share=0.5"})
          .options;
  EXPECT_EQ(options.text("url"), "https://a");
  EXPECT_EQ(options.duration("pause"), std::chrono::minutes{2});
  EXPECT_EQ(options.size("limit"), 3072U);
  EXPECT_THAT(options.texts("to"), ElementsAre("a", "b"));
  EXPECT_FALSE(options.truth("loud"));
  EXPECT_EQ(options.number("share"), 0.5);
}

TEST_F(ArgumentsTest, TakeTheLastOfWhatIsGivenTwice) {
  const Options options = good({"--loud=true", "--loud=false", "--pause=1s", "--pause=2s"}).options;
  EXPECT_FALSE(options.truth("loud"));
  EXPECT_EQ(options.duration("pause"), std::chrono::seconds{2});
  EXPECT_TRUE(good({"--loud=false", "--loud"}).options.truth("loud"));
}

TEST_F(ArgumentsTest, FallBackToTheManifest) {
  const Arguments arguments = good({});
  EXPECT_TRUE(arguments.options.truth("loud"));
  EXPECT_EQ(arguments.options.duration("pause"), std::chrono::seconds{5});
  EXPECT_FALSE(arguments.options.has("limit"));
  EXPECT_THAT(arguments.config.filters, ElementsAre("alert/", "ops/"));
  EXPECT_EQ(arguments.config.program, "tocsin-pager");
  EXPECT_EQ(arguments.config.version, "2.1");
}

TEST_F(ArgumentsTest, RefuseWhatTheManifestForbids) {
  EXPECT_THAT(refusal({}), HasSubstr("--url is missing"));
  EXPECT_THAT(refusal({"--url=a", "--pause=2"}), HasSubstr("a duration such as \"15m\""));
  EXPECT_THAT(refusal({"--url=a", "--share=2"}), HasSubstr("must be at most 1"));
  EXPECT_THAT(refusal({"--url=a", "--colour=red"}), HasSubstr("--colour"));
  EXPECT_THAT(refusal({"--url=a", "--name", "x", "--tail"}), HasSubstr("--tail"));
}

TEST_F(ArgumentsTest, TakeATopicForItsPrefix) {
  EXPECT_THAT(good({"--topic", "floods", "--topic", "ops/"}).config.filters,
              ElementsAre("alert/floods/", "ops/"));
  EXPECT_THAT(good({"--all"}).config.filters, ElementsAre("alert/", "lab/", "ops/"));
  EXPECT_THAT(good({"--filter=lab/a/"}).config.filters, ElementsAre("lab/a/"));
}

TEST_F(ArgumentsTest, ReadWhereToBegin) {
  EXPECT_EQ(from_of("17").value().seq, 17U);
  EXPECT_EQ(from_of("2017-04-28T19:05:00Z").value().place, From::Place::time);
  EXPECT_FALSE(from_of("yesterday"));
}

TEST_F(ArgumentsTest, BeginAtTheEndWithoutAName) {
  EXPECT_EQ(good({}).config.from.place, From::Place::latest);
  EXPECT_EQ(good({"--name", "desk"}).config.from.place, From::Place::acknowledged);
}

TEST_F(ArgumentsTest, TakeTheExampleOfWhatIsMissingInADryRun) {
  const Parsed parsed = parse({"--dry-run", "-"});
  EXPECT_EQ(parsed.arguments.value().options.text("url"), "https://x");
  EXPECT_EQ(parsed.arguments.value().options.secret("token").value(), "<token>");
}

TEST_F(ArgumentsTest, ShowTheOptionsOfTheManifestInTheHelp) {
  EXPECT_EQ(parse({"--help"}).status, 0);
  EXPECT_THAT(out_, HasSubstr("--token FILE|CREDENTIAL"));
}

TEST_F(ArgumentsTest, ReadTheCapOfASubscriber) {
  const CapOptions none = good({}).config.cap;
  EXPECT_EQ(none.max_per_hour, 0U);
  EXPECT_EQ(none.window, std::chrono::hours{1});
  const CapOptions cap =
      good({"--max-per-hour=20", "--let-through=2", "--cap-window=10m"}).config.cap;
  EXPECT_EQ(cap.max_per_hour, 20U);
  EXPECT_EQ(cap.let_through, 2);
  EXPECT_EQ(cap.window, std::chrono::minutes{10});
  EXPECT_THAT(refusal({"--url=x", "--max-per-hour=-1"}), HasSubstr("--max-per-hour must be at"));
  EXPECT_THAT(refusal({"--url=x", "--cap-window=10"}), HasSubstr("a duration"));
}

}  // namespace
}  // namespace tocsin::plugin
