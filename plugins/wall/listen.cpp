// SPDX-License-Identifier: Apache-2.0
#include "wall/listen.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/utf8.hpp"

namespace tocsin::wall {
namespace {

constexpr std::chrono::seconds look_around{1};

tl::unexpected<Error> refused(const std::string& listen, const std::string& why) {
  return fail(Errc::invalid_input, "\"" + escape_for_line(listen) + "\": " + why);
}

}  // namespace

Result<web::ServerOptions> server_options(const std::string& listen,
                                          const std::vector<std::string>& hosts) {
  const auto colon = listen.rfind(':');
  if (colon == std::string::npos) return refused(listen, "write \"127.0.0.1:8787\"");
  const std::string_view digits = std::string_view{listen}.substr(colon + 1);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) {
    return refused(listen, "no port from 0 to 65535");
  }
  web::ServerOptions options{.address = listen.substr(0, colon),
                             .port = port,
                             .wake_every = look_around,
                             .thread_name = "wall"};
  if (options.address == "localhost") options.address = "127.0.0.1";
  if (options.address.starts_with('[') && options.address.ends_with(']')) {
    options.address = options.address.substr(1, options.address.size() - 2);
  }
  const bool is_own = options.address.starts_with("127.") || options.address == "::1";
  if (!is_own && hosts.empty()) {
    return refused(listen, "others can reach this address; name in 'hosts' what they call it by");
  }
  options.hosts.insert(options.hosts.end(), hosts.begin(), hosts.end());
  return options;
}

}  // namespace tocsin::wall
