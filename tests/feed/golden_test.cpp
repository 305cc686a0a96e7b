// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "feed/feed.hpp"
#include "feed/to_json.hpp"

/// Each folder of tests/golden/feeds is one odd feed: its bytes, the JSON it must become, and why.
namespace tocsin::feed {
namespace {

namespace fs = std::filesystem;

const fs::path golden = fs::path{TOCSIN_SOURCE_DIR} / "tests" / "golden" / "feeds";

std::string content_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

fs::path input_in(const fs::path& folder) {
  const fs::path xml = folder / "input.xml";
  return fs::exists(xml) ? xml : folder / "input.json";
}

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& one : fs::directory_iterator{golden}) names.push_back(one.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string without_end_of_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

class GoldenFeed : public testing::TestWithParam<std::string> {};

TEST_P(GoldenFeed, BecomesTheExpectedJson) {
  const fs::path folder = golden / GetParam();
  const std::string content_type = without_end_of_line(content_of(folder / "content_type"));
  const auto feed =
      parse(content_of(input_in(folder)),
            {.url = "https://news.example/feeds/all.xml", .content_type = content_type});
  const std::string json = feed ? to_json(*feed) : "error: " + feed.error().message;
  EXPECT_EQ(json, without_end_of_line(content_of(folder / "expected.json")));
}

TEST_P(GoldenFeed, SaysWhyItIsHere) {
  EXPECT_FALSE(content_of(golden / GetParam() / "why.md").empty());
}

std::string name_of(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Feeds, GoldenFeed, testing::ValuesIn(cases()), name_of);

}  // namespace
}  // namespace tocsin::feed
