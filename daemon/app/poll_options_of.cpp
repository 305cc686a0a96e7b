// SPDX-License-Identifier: Apache-2.0
#include "app/poll_options_of.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace tocsin::app {

using std::chrono::duration_cast;

namespace {

/// For operators who name none of their own: whoever reads a server's log can ask what this is.
constexpr const char* own_agent = "Tocsin/" TOCSIN_VERSION " (+" TOCSIN_URL ")";

}  // namespace

poll::PollOptions poll_options_of(const settings::Settings& settings) {
  poll::PollOptions options;
  options.interval.floor = duration_cast<poll::Seconds>(settings.poll.min_interval);
  options.interval.ceiling = duration_cast<poll::Seconds>(settings.poll.max_interval);
  options.host_spacing = settings.poll.host_spacing;
  options.max_in_flight = settings.poll.concurrency;
  options.body_limit = settings.http.body_limit;
  options.connect_timeout = settings.http.connect_timeout;
  options.total_timeout = settings.http.timeout;
  options.max_redirects = static_cast<int>(settings.http.redirects);
  options.user_agent = settings.http.user_agent;
  if (options.user_agent.empty()) options.user_agent = own_agent;
  return options;
}

Result<http::AddressGuard> address_guard_of(const settings::HttpSettings& settings) {
  std::vector<http::AllowedTarget> allowed;
  for (const std::string& text : settings.allow) {
    auto target = http::parse_allowed_target(text);
    if (!target) return fail(target.error());
    allowed.push_back(*target);
  }
  return http::AddressGuard{std::move(allowed)};
}

}  // namespace tocsin::app
