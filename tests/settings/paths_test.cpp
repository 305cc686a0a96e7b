// SPDX-License-Identifier: Apache-2.0
#include "settings/paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::settings {
namespace {

using testing::ElementsAre;

Environment root() {
  return {.variables = {{"HOME", "/root"}}, .is_root = true};
}

Environment user() {
  return {.variables = {{"HOME", "/home/ada"}, {"XDG_RUNTIME_DIR", "/run/user/1000"}},
          .is_root = false,
          .working_folder = "/home/ada/news"};
}

Environment service() {
  return {.variables = {{"CONFIGURATION_DIRECTORY", "/etc/tocsin"},
                        {"STATE_DIRECTORY", "/var/lib/tocsin:/var/lib/other"},
                        {"RUNTIME_DIRECTORY", "/run/tocsin"},
                        {"CREDENTIALS_DIRECTORY", "/run/credentials/tocsin.service"}},
          .is_root = false};
}

Paths resolve(const CommandLinePaths& line, const Environment& environment,
              const Settings& settings = {}) {
  return resolve_paths(line, environment, settings).value();
}

TEST(Paths, AreTheSystemsForRoot) {
  const Paths paths = resolve({}, root());
  EXPECT_FALSE(paths.is_user_mode);
  EXPECT_EQ(paths.config, "/etc/tocsin/tocsin.toml");
  EXPECT_EQ(paths.feeds, "/etc/tocsin/feeds.opml");
  EXPECT_EQ(paths.topics.back(), "/etc/tocsin/topics");
  EXPECT_EQ(paths.plugins, "/etc/tocsin/plugins.d");
  EXPECT_EQ(paths.database, "/var/lib/tocsin/tocsin.db");
  EXPECT_THAT(paths.pub, ElementsAre("ipc:///run/tocsin/pub.sock"));
  EXPECT_THAT(paths.ctl, ElementsAre("ipc:///run/tocsin/ctl.sock"));
}

TEST(Paths, FollowXdgForAUser) {
  const Paths paths = resolve({}, user());
  EXPECT_TRUE(paths.is_user_mode);
  EXPECT_EQ(paths.config, "/home/ada/.config/tocsin/tocsin.toml");
  EXPECT_EQ(paths.state, "/home/ada/.local/state/tocsin");
  EXPECT_EQ(paths.runtime, "/run/user/1000/tocsin");
}

TEST(Paths, PreferTheXdgVariablesToTheHomeFolder) {
  Environment environment = user();
  environment.variables["XDG_CONFIG_HOME"] = "/cfg";
  environment.variables["XDG_STATE_HOME"] = "/st";
  const Paths paths = resolve({}, environment);
  EXPECT_EQ(paths.config, "/cfg/tocsin/tocsin.toml");
  EXPECT_EQ(paths.state, "/st/tocsin");
}

TEST(Paths, PutTheSocketsBesideTheStateWhereNoRuntimeFolderIs) {
  Environment environment = user();
  environment.variables.erase("XDG_RUNTIME_DIR");
  EXPECT_EQ(resolve({}, environment).runtime, "/home/ada/.local/state/tocsin/run");
}

TEST(Paths, AreWhatSystemdSaysUnderSystemd) {
  const Paths paths = resolve({}, service());
  EXPECT_FALSE(paths.is_user_mode);
  EXPECT_EQ(paths.config, "/etc/tocsin/tocsin.toml");
  EXPECT_EQ(paths.state, "/var/lib/tocsin");
  EXPECT_EQ(paths.runtime, "/run/tocsin");
  EXPECT_EQ(paths.credentials, "/run/credentials/tocsin.service");
}

TEST(Paths, OfTheFileYieldToSystemd) {
  Settings settings;
  settings.paths.state = "/srv/state";
  EXPECT_EQ(resolve({}, service(), settings).state, "/var/lib/tocsin");
  EXPECT_EQ(resolve({}, root(), settings).state, "/srv/state");
}

TEST(Paths, OfTheCommandLineWinOverAllElse) {
  Settings settings;
  settings.paths.state = "/srv/state";
  const CommandLinePaths line{
      .config = "/c/t.toml", .feeds = {}, .state = "/s", .runtime = "/r", .topics = {"/t"}};
  const Paths paths = resolve(line, service(), settings);
  EXPECT_EQ(paths.config, "/c/t.toml");
  EXPECT_TRUE(paths.is_config_given);
  EXPECT_EQ(paths.feeds, "/c/feeds.opml");
  EXPECT_EQ(paths.state, "/s");
  EXPECT_EQ(paths.runtime, "/r");
  EXPECT_THAT(paths.topics, ElementsAre("/t"));
}

TEST(Paths, OfTheCommandLineAreRelativeToTheWorkingFolder) {
  const CommandLinePaths line{.config = "./t.toml",
                              .feeds = "../f.opml",
                              .state = "state",
                              .runtime = "./run",
                              .topics = {"topics", "/t"}};
  const Paths paths = resolve(line, user());
  EXPECT_EQ(paths.config, "/home/ada/news/t.toml");
  EXPECT_EQ(paths.feeds, "/home/ada/f.opml");
  EXPECT_EQ(paths.plugins, "/home/ada/news/plugins.d");
  EXPECT_THAT(paths.topics, ElementsAre("/home/ada/news/topics", "/t"));
  EXPECT_EQ(paths.database, "/home/ada/news/state/tocsin.db");
  EXPECT_THAT(paths.pub, ElementsAre("ipc:///home/ada/news/run/pub.sock"));
  EXPECT_THAT(paths.ctl, ElementsAre("ipc:///home/ada/news/run/ctl.sock"));
}

TEST(Paths, OfAFileNamedByARelativePathAreRelativeToItsFolder) {
  Diagnostics diagnostics;
  const auto settings =
      read_settings("format = 1\n[paths]\nruntime = \"run\"\n", "c/t.toml", diagnostics);
  const CommandLinePaths line{
      .config = "c/t.toml", .feeds = {}, .state = {}, .runtime = {}, .topics = {}};
  const Paths paths = resolve(line, user(), settings.value());
  EXPECT_EQ(paths.runtime, "/home/ada/news/c/run");
  EXPECT_THAT(paths.pub, ElementsAre("ipc:///home/ada/news/c/run/pub.sock"));
}

TEST(Paths, LeaveStdinAlone) {
  CommandLinePaths line;
  line.feeds = "-";
  EXPECT_EQ(resolve(line, user()).feeds, "-");
}

TEST(Paths, FindTheSocketsOfTocsinRuntime) {
  Environment environment = user();
  environment.variables["TOCSIN_RUNTIME"] = "/run/tocsin";
  EXPECT_EQ(resolve({}, environment).runtime, "/run/tocsin");
}

TEST(Paths, TakeTheEndpointsOfTheFile) {
  Settings settings;
  settings.bus.pub = {"tcp://127.0.0.1:9700"};
  const Paths paths = resolve({}, root(), settings);
  EXPECT_THAT(paths.pub, ElementsAre("tcp://127.0.0.1:9700"));
  EXPECT_THAT(paths.ctl, ElementsAre("ipc:///run/tocsin/ctl.sock"));
}

TEST(Paths, CannotBeFoundForAUserWithoutAHome) {
  const auto paths = resolve_paths({}, Environment{});
  ASSERT_FALSE(paths.has_value());
  EXPECT_EQ(paths.error().code, Errc::invalid_input);
}

TEST(Paths, NeedNoHomeWhenEveryFolderIsNamed) {
  const CommandLinePaths line{
      .config = "/t.toml", .feeds = "/f.opml", .state = "/s", .runtime = "/r", .topics = {}};
  EXPECT_EQ(resolve(line, Environment{}).database, "/s/tocsin.db");
  EXPECT_EQ(resolve(line, Environment{}).feeds, "/f.opml");
}

}  // namespace
}  // namespace tocsin::settings
