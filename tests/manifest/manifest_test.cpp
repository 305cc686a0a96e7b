// SPDX-License-Identifier: Apache-2.0
#include "manifest/manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tocsin::manifest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string head =
    "format = 1\nname = \"page\"\nversion = \"1.0\"\nsummary = \"Pages.\"\nexec = \"main.py\"\n";

Result<Manifest> read(const std::string& toml) {
  Diagnostics diagnostics;
  return read_manifest(toml, "plugin.toml", diagnostics);
}

std::string complaint(const std::string& toml) {
  const auto manifest = read(toml);
  return manifest ? "" : manifest.error().message;
}

std::string option_complaint(const std::string& lines) {
  return complaint(head + "[options.x]\nhelp = \"x\"\n" + lines);
}

OptionSpec option(const std::string& lines) {
  return read(head + "[options.x]\nhelp = \"x\"\n" + lines).value().options.at(0);
}

TEST(Manifest, SaysWhatThePluginIs) {
  const auto manifest =
      read(head + "delivery = \"tail\"\nfilters = [\"ops/\"]\nneeds = [\"network\"]\n").value();
  EXPECT_EQ(manifest.name, "page");
  EXPECT_EQ(manifest.exec, "main.py");
  EXPECT_EQ(manifest.delivery, Delivery::tail);
  EXPECT_THAT(manifest.filters, ElementsAre("ops/"));
  EXPECT_THAT(manifest.needs, ElementsAre("network"));
}

TEST(Manifest, IsDurableAndTakesAlertsUnlessItSaysOtherwise) {
  const auto manifest = read(head).value();
  EXPECT_EQ(manifest.delivery, Delivery::durable);
  EXPECT_THAT(manifest.filters, ElementsAre("alert/"));
}

TEST(Manifest, NamesAMistakeAtItsPlace) {
  EXPECT_THAT(complaint(head + "filtres = []\n"), HasSubstr("plugin.toml:6:1: error: unknown key"));
  EXPECT_THAT(complaint(head + "filtres = []\n"), HasSubstr("did you mean 'filters'?"));
  EXPECT_THAT(complaint(head + "delivery = \"fast\"\n"), HasSubstr("plugin.toml:6:12"));
  EXPECT_THAT(complaint(head + "[options.x]\nhelp = \"x\"\ntype = \"text\"\n"),
              HasSubstr("plugin.toml:8:8: error: 'type' must be one of"));
}

TEST(Manifest, WantsWhatNobodyCanGuess) {
  EXPECT_THAT(complaint("format = 1\n"), HasSubstr("'name' is missing"));
  EXPECT_THAT(complaint("name = \"a\"\n"), HasSubstr("format = 1"));
  EXPECT_THAT(complaint("format = 1\nname = \"a\"\nversion = \"1\"\nsummary = \"A.\"\n"),
              HasSubstr("'program' and 'exec'"));
  EXPECT_THAT(complaint(head + "program = \"tocsin-page\"\n"), HasSubstr("'program' and 'exec'"));
}

TEST(Manifest, RefusesAProgramOutsideItsFolder) {
  EXPECT_THAT(complaint("format = 1\nexec = \"../sh\"\n"), HasSubstr("without a folder"));
  EXPECT_FALSE(is_plugin_name("../sh"));
  EXPECT_FALSE(is_plugin_name(""));
  EXPECT_TRUE(is_plugin_name("console-2"));
}

TEST(Manifest, RefusesWhatIsNoToml) {
  EXPECT_THAT(complaint("format = \n"), HasSubstr("plugin.toml:1:"));
  EXPECT_THAT(complaint(std::string(70'000, '#')), HasSubstr("over 64 KiB"));
}

TEST(ManifestOption, HasADefaultOfItsType) {
  EXPECT_EQ(option("type = \"duration\"\ndefault = \"15m\"\n").fallback.value(),
            Value{std::int64_t{900'000}});
  EXPECT_EQ(option("type = \"size\"\ndefault = \"2KiB\"\n").fallback.value(),
            Value{std::int64_t{2048}});
  EXPECT_EQ(option("type = \"boolean\"\ndefault = true\n").fallback.value(), Value{true});
  EXPECT_EQ(option("type = \"number\"\ndefault = 1\n").fallback.value(), Value{1.0});
  EXPECT_EQ(option("type = \"strings\"\ndefault = [\"a\"]\n").fallback.value(),
            Value{std::vector<std::string>{"a"}});
}

TEST(ManifestOption, RefusesADefaultThatItsOwnRulesForbid) {
  EXPECT_THAT(option_complaint("type = \"integer\"\ndefault = 3\nmin = 4\n"),
              HasSubstr("must be at least 4"));
  EXPECT_THAT(option_complaint("choices = [\"a\", \"b\"]\ndefault = \"c\"\n"),
              HasSubstr("must be one of a, b"));
  EXPECT_THAT(option_complaint("type = \"duration\"\ndefault = 15\n"),
              HasSubstr("a duration such as \"15m\""));
}

TEST(ManifestOption, NeedsAnExampleWhenItIsRequired) {
  EXPECT_THAT(option_complaint("required = true\n"), HasSubstr("'example'"));
  EXPECT_EQ(option_complaint("required = true\nexample = \"a\"\n"), "");
  EXPECT_EQ(option_complaint("required = true\nsecret = true\n"), "");
}

TEST(ManifestOption, HasNoDefaultWhenItIsSecret) {
  EXPECT_THAT(option_complaint("secret = true\ndefault = \"hunter2\"\n"),
              HasSubstr("has no default"));
}

TEST(ManifestOption, TakesNoNameThatEveryPluginHas) {
  EXPECT_THAT(complaint(head + "[options.connect]\nhelp = \"x\"\n"), HasSubstr("cannot name"));
  EXPECT_THAT(complaint(head + "[options.\"a b\"]\nhelp = \"x\"\n"), HasSubstr("cannot name"));
}

TEST(ManifestOption, ReadsWhatItWrites) {
  const std::vector<std::pair<Type, std::string>> values{
      {Type::duration, "15m"}, {Type::size, "3MiB"},     {Type::integer, "-4"},
      {Type::number, "0.25"},  {Type::boolean, "false"}, {Type::string, "a b"}};
  for (const auto& [type, text] : values) {
    const OptionSpec spec{.name = "x", .type = type};
    EXPECT_THAT(words_of(spec, parse_value(spec, text).value()), ElementsAre(text));
  }
}

TEST(ManifestOption, RefusesAValueOfAnotherType) {
  for (const auto type : {Type::duration, Type::size, Type::integer, Type::number, Type::boolean}) {
    EXPECT_FALSE(parse_value({.name = "x", .type = type}, "1x")) << name_of(type);
  }
}

}  // namespace
}  // namespace tocsin::manifest
