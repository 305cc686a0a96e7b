// SPDX-License-Identifier: Apache-2.0
#include "manifest/instance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tocsin::manifest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Manifest console() {
  Manifest manifest{.name = "console", .version = "1", .program = "tocsin-console"};
  manifest.options = {{.name = "color", .choices = {"auto", "never"}},
                      {.name = "one-line", .type = Type::boolean, .fallback = Value{true}},
                      {.name = "width", .type = Type::integer, .low = 40, .high = 500},
                      {.name = "pause", .type = Type::duration},
                      {.name = "to", .type = Type::strings}};
  return manifest;
}

Result<Manifest> find(const std::string& plugin) {
  if (plugin == "console") return console();
  return fail(Errc::not_found, "no plugin '" + plugin + "' is installed");
}

Result<Instance> read(const std::string& toml, const FindManifest& manifest = find) {
  Diagnostics diagnostics;
  return read_instance({.path = "desk.toml", .name = "desk", .toml = toml}, manifest, diagnostics);
}

std::vector<std::string> arguments(const std::string& toml) {
  return arguments_of(read(toml).value(), console());
}

std::string complaint(const std::string& toml) {
  const auto instance = read(toml);
  return instance ? "" : instance.error().message;
}

const std::string head = "format = 1\nplugin = \"console\"\n";

TEST(PluginInstance, TurnsOptionsIntoArguments) {
  EXPECT_THAT(
      arguments(head + "[options]\ncolor = \"never\"\none-line = false\nwidth = 100\npause = "
                       "\"90s\"\nto = [\"a\", \"-b\"]\n"),
      testing::UnorderedElementsAre("--name=desk", "--filter=alert/", "--color=never",
                                    "--one-line=false", "--width=100", "--pause=90s", "--to=a",
                                    "--to=-b"));
}

TEST(PluginInstance, KeepsNoCursorWhereItOnlyListens) {
  EXPECT_THAT(arguments(head + "delivery = \"tail\"\nfilters = [\"ops/\", \"lab/\"]\n"),
              ElementsAre("--tail", "--filter=ops/", "--filter=lab/"));
}

TEST(PluginInstance, IsThePluginOfItsOwnNameUnlessItSaysWhich) {
  const auto instance = read("format = 1\n", [](const std::string& plugin) -> Result<Manifest> {
    EXPECT_EQ(plugin, "desk");
    return console();
  });
  EXPECT_EQ(instance.value().plugin, "desk");
}

TEST(PluginInstance, CapsWhatItsSubscriberGets) {
  EXPECT_THAT(arguments(head + "let_through = 1\nmax_per_hour = 20\ncap_window = \"10m\"\n"),
              ElementsAre("--name=desk", "--filter=alert/", "--max-per-hour=20", "--cap-window=10m",
                          "--let-through=1"));
  EXPECT_THAT(complaint(head + "max_per_hour = -1\n"),
              HasSubstr("desk.toml:3:16: error: 'max-per-hour' must be at least 0"));
  EXPECT_THAT(complaint(head + "max-per-hour = 1\n"), HasSubstr("mean 'max_per_hour'?"));
}

TEST(PluginInstance, NamesAnUnknownKeyAtItsPlace) {
  EXPECT_THAT(complaint("format = 1\nplugn = \"console\"\n"), HasSubstr("desk.toml:2:1"));
  EXPECT_THAT(complaint("format = 1\nplugn = \"console\"\n"), HasSubstr("did you mean 'plugin'?"));
}

TEST(PluginInstance, NamesAWrongOptionAtItsPlace) {
  EXPECT_THAT(complaint(head + "[options]\nwitdh = 3\n"),
              HasSubstr("desk.toml:4:1: error: unknown option of 'console' 'witdh'; did you mean "
                        "'width'?"));
  EXPECT_THAT(complaint(head + "[options]\nwidth = 3\n"),
              HasSubstr("desk.toml:4:9: error: 'width' must be at least 40"));
  EXPECT_THAT(complaint(head + "[options]\nwidth = \"wide\"\n"), HasSubstr("a whole number"));
  EXPECT_THAT(complaint(head + "[options]\ncolor = \"red\"\n"),
              HasSubstr("desk.toml:4:9: error: 'color' must be one of auto, never"));
}

TEST(PluginInstance, NamesAnOptionThatIsMissing) {
  const auto demanding = [](const std::string&) -> Result<Manifest> {
    Manifest manifest = console();
    manifest.options[0].is_required = true;
    return manifest;
  };
  const auto instance = read(head + "[options]\nwidth = 80\n", demanding);
  ASSERT_FALSE(instance);
  EXPECT_THAT(instance.error().message, HasSubstr("desk.toml:3:1: error: option 'color'"));
}

TEST(PluginInstance, NamesAPluginThatIsNotInstalledAtItsPlace) {
  EXPECT_THAT(complaint("format = 1\nplugin = \"pager\"\n"),
              HasSubstr("no plugin 'pager' is installed"));
}

TEST(PluginInstance, WantsItsFormat) {
  EXPECT_THAT(complaint("plugin = \"console\"\n"), HasSubstr("format = 1"));
}

TEST(PluginInstance, RefusesANameThatLeavesItsFolder) {
  EXPECT_THAT(complaint("format = 1\nplugin = \"../sh\"\n"), HasSubstr("a-z, 0-9 and -"));
}

}  // namespace
}  // namespace tocsin::manifest
