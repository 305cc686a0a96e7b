// SPDX-License-Identifier: Apache-2.0
#include "settings/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "settings/rows.hpp"
#include "settings/settings.hpp"

namespace tocsin::settings {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string contents_of(const std::string& path) {
  std::ifstream file{std::string{TOCSIN_SOURCE_DIR} + "/" + path};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

std::string sample() {
  return contents_of("config/tocsin.toml");
}

/// How a setting must stand in the file.
std::string described(const SettingInfo& setting) {
  const std::string key = setting.name.substr(setting.name.find('.') + 1);
  return key + " = " + setting.default_value + "\n";
}

/// Without line breaks and comment signs, so that a sentence may be wrapped.
std::string in_one_line(const std::string& text) {
  std::istringstream words{text};
  std::string line;
  for (std::string word; words >> word;) {
    if (word != "#") line += (line.empty() ? "" : " ") + word;
  }
  return line;
}

Settings read_sample() {
  Diagnostics diagnostics;
  auto settings = read_settings(sample(), "config/tocsin.toml", diagnostics);
  EXPECT_THAT(diagnostics, IsEmpty());
  return settings.value_or(Settings{});
}

TEST(SampleConfiguration, ListsEverySettingWithItsDefault) {
  const std::string text = sample();
  for (const SettingInfo& setting : settings_table()) {
    EXPECT_THAT(text, HasSubstr("\n" + described(setting))) << setting.name;
  }
}

TEST(SampleConfiguration, SaysInOneSentenceWhatEachSettingDoes) {
  const std::string text = in_one_line(sample());
  for (const SettingInfo& setting : settings_table()) {
    const std::string key = setting.name.substr(setting.name.find('.') + 1);
    EXPECT_THAT(text, HasSubstr(in_one_line(setting.sentence) + " " + key + " = ")) << setting.name;
  }
}

TEST(SampleConfiguration, ListsEveryOptionOfAFeed) {
  const std::string text = in_one_line(sample());
  for (const SettingInfo& option : feed_options_table()) {
    EXPECT_THAT(text, HasSubstr(in_one_line(option.sentence))) << option.name;
  }
}

TEST(SampleConfiguration, ListsEveryOptionOfATopic) {
  const std::string text = in_one_line(sample());
  for (const SettingInfo& option : topic_options_table()) {
    EXPECT_THAT(text, HasSubstr(in_one_line(option.sentence))) << option.name;
  }
}

TEST(SampleConfiguration, YieldsTheDefaults) {
  Settings from_file = read_sample();
  Settings defaults;
  for (const auto& row : settings_rows()) {
    const Target read = row.target(from_file);
    const Target expected = row.target(defaults);
    std::visit(
        [&expected, &row](const auto* value) {
          EXPECT_EQ(*value, *std::get<std::remove_const_t<std::remove_pointer_t<decltype(value)>>*>(
                                expected))
              << row.name;
        },
        read);
  }
}

TEST(DemoConfiguration, IsReadWithoutAMistake) {
  Diagnostics diagnostics;
  const auto settings =
      read_settings(contents_of("config/demo.toml"), "config/demo.toml", diagnostics);
  EXPECT_THAT(diagnostics, IsEmpty());
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->poll.max_interval, std::chrono::seconds{1});
  EXPECT_EQ(settings->log.level, LogLevel::warn);
}

TEST(Reference, NamesEverySettingWithItsTypeDefaultAndSentence) {
  const std::string text = contents_of("docs/reference/configuration.md");
  for (const SettingInfo& setting : settings_table()) {
    const std::string key = setting.name.substr(setting.name.find('.') + 1);
    EXPECT_THAT(text, HasSubstr("| `" + key + "` | " + setting.type + " | `" +
                                setting.default_value + "` | " + setting.sentence + " |"))
        << setting.name;
  }
}

TEST(Reference, NamesEveryOptionOfAFeed) {
  const std::string text = contents_of("docs/reference/configuration.md");
  for (const SettingInfo& option : feed_options_table()) {
    EXPECT_THAT(text, HasSubstr("| `" + option.name + "` | " + option.type + " | " +
                                option.sentence + " |"))
        << option.name;
  }
}

TEST(Reference, NamesEveryOptionOfATopic) {
  const std::string text = contents_of("docs/reference/configuration.md");
  for (const SettingInfo& option : topic_options_table()) {
    EXPECT_THAT(text, HasSubstr("| `" + option.name + "` | " + option.type + " | " +
                                option.sentence + " |"))
        << option.name;
  }
}

}  // namespace
}  // namespace tocsin::settings
