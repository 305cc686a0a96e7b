// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "feed/feed.hpp"
#include "feed/to_json.hpp"

/// tocsin_parse_tool [--url U] [--content-type CT] [FILE|-]: the feed library alone, by hand.
/// Prints JSON and exits 0, or says why not and exits 65.
int main(int argc, char** argv) {
  std::string url;
  std::string content_type;
  std::string file = "-";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool has_value = i + 1 < argc;
    if (argument == "--url" && has_value) {
      url = argv[++i];
    } else if (argument == "--content-type" && has_value) {
      content_type = argv[++i];
    } else {
      file = argument;
    }
  }
  std::ifstream opened{file, std::ios::binary};
  std::istream& in = file == "-" ? std::cin : opened;
  const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  const auto feed = tocsin::feed::parse(bytes, {.url = url, .content_type = content_type});
  if (!feed) {
    std::cerr << feed.error().message << '\n';
    return 65;
  }
  std::cout << tocsin::feed::to_json(*feed) << '\n';
  return 0;
}
