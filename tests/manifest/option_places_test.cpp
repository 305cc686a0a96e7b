// SPDX-License-Identifier: Apache-2.0
#include "manifest/option_places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::manifest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Manifest pager() {
  Manifest manifest{.name = "pager", .version = "1", .program = "tocsin-pager"};
  manifest.options = {{.name = "url"}, {.name = "to", .type = Type::strings}};
  return manifest;
}

OptionPlaces places(const std::string& toml, const std::vector<std::string>& overridden = {}) {
  Diagnostics diagnostics;
  const auto find = [](const std::string&) -> Result<Manifest> {
    return pager();
  };
  const auto instance = read_instance(
      {.path = "desk.toml", .name = "desk", .toml = "format = 1\n" + toml}, find, diagnostics);
  return read_places(write_places(instance.value(), "desk.toml", overridden));
}

TEST(OptionPlaces, AreThoseOfTheFile) {
  EXPECT_THAT(
      places("connect = \"ipc:/x\"\nmax_per_hour = 3\n[options]\nurl = \"http://a\"\n"
             "to = [\"a\",\n  \"b\"]\n"),
      ElementsAre(Pair("connect", ElementsAre("desk.toml:2:11")),
                  Pair("max-per-hour", ElementsAre("desk.toml:3:16")),
                  Pair("to", ElementsAre("desk.toml:6:6", "desk.toml:6:7", "desk.toml:7:3")),
                  Pair("url", ElementsAre("desk.toml:5:7"))));
}

TEST(OptionPlaces, AreNotThoseOfOptionsThatTheCommandLineSetsAnew) {
  const std::string toml = "[options]\nurl = \"http://a\"\nto = [\"a\"]\n";
  EXPECT_EQ(places(toml, {"--url=http://b"}).count("url"), 0U);
  EXPECT_EQ(places(toml, {"--to", "b"}).count("to"), 0U);
  EXPECT_EQ(places(toml, {"--url-of-another=x"}).count("url"), 1U);
}

TEST(OptionPlaces, PassOverWhatIsNone) {
  EXPECT_THAT(read_places(""), IsEmpty());
  EXPECT_THAT(read_places("desk.toml"), IsEmpty());
  EXPECT_THAT(read_places("desk.toml\nurl\n\nto x:1 1: :1 1:x 7\n 1:2\n"), IsEmpty());
  EXPECT_THAT(read_places("desk.toml\nurl 1:x 2:3"),
              ElementsAre(Pair("url", ElementsAre("desk.toml:2:3"))));
}

TEST(OptionPlaces, AreLeftOutForAFileWhoseNameWouldBreakThem) {
  EXPECT_EQ(write_places({.options = {{.name = "url"}}}, "desk\n.toml", {}), "");
}

}  // namespace
}  // namespace tocsin::manifest
