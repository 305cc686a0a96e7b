// SPDX-License-Identifier: Apache-2.0
// Fetches one URL after the other, each with a fetcher of its own, and prints a line for each:
//   tocsin_fetch_tool [--allow NETWORK] [--proxy URL] [--timeout MS] URL…
#include <chrono>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "support/fetch_client.hpp"

int main(int count, char** arguments) {
  using namespace tocsin;
  std::vector<http::AllowedTarget> allowed;
  http::Request request;
  const std::vector<std::string> words(arguments + 1, arguments + count);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--allow") {
      allowed.push_back(http::parse_allowed_target(words.at(++i)).value());
    } else if (words[i] == "--proxy") {
      request.route.proxy = words.at(++i);
    } else if (words[i] == "--timeout") {
      request.connect_timeout = std::chrono::milliseconds{std::stol(words.at(++i))};
    } else {
      request.url = words[i];
      const auto got = test::FetchClient{{.guard = http::AddressGuard{allowed}}}.get(request);
      std::cout << (got ? std::to_string(got->status) + " " + got->body : got.error().message)
                << std::endl;
    }
  }
}
