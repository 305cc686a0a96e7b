// SPDX-License-Identifier: Apache-2.0
#include "settings/plugin_instance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::settings {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<PluginInstance> read(std::string_view toml) {
  Diagnostics diagnostics;
  return read_plugin_instance(toml, "desk.toml", diagnostics);
}

TEST(PluginInstance, TurnsOptionsIntoArguments) {
  const auto instance = read(
      "format = 1\nplugin = \"console\"\n[options]\ncolor = \"never\"\njson = false\none-line = "
      "true\nwidth = 100\n");
  ASSERT_TRUE(instance) << instance.error().message;
  EXPECT_EQ(instance->plugin, "console");
  EXPECT_THAT(instance->arguments, ElementsAre("--color", "never", "--one-line", "--width", "100"));
}

TEST(PluginInstance, NamesAnUnknownKeyAtItsPlace) {
  const auto instance = read("format = 1\nplugn = \"console\"\n");
  ASSERT_FALSE(instance);
  EXPECT_THAT(instance.error().message, HasSubstr("desk.toml:2:1"));
  EXPECT_THAT(instance.error().message, HasSubstr("did you mean 'plugin'?"));
}

TEST(PluginInstance, WantsItsFormat) {
  EXPECT_THAT(read("plugin = \"console\"\n").error().message, HasSubstr("format = 1"));
}

TEST(PluginInstance, RefusesANameThatLeavesItsFolder) {
  EXPECT_FALSE(read("format = 1\nplugin = \"../sh\"\n"));
  EXPECT_FALSE(is_plugin_name("../sh"));
  EXPECT_FALSE(is_plugin_name(""));
  EXPECT_TRUE(is_plugin_name("console-2"));
}

}  // namespace
}  // namespace tocsin::settings
