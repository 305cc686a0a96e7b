// SPDX-License-Identifier: Apache-2.0
#include "app/feed_spec_of.hpp"

#include <chrono>
#include <memory>
#include <utility>

#include "settings/request_text.hpp"

namespace tocsin::app {
namespace {

poll::Priority priority_of(settings::Priority priority) {
  switch (priority) {
    case settings::Priority::low:
      return poll::Priority::low;
    case settings::Priority::high:
      return poll::Priority::high;
    case settings::Priority::normal:
      break;
  }
  return poll::Priority::normal;
}

/// They were found to be headers when the settings were read.
std::vector<http::Header> headers_of(const std::vector<std::string>& lines) {
  std::vector<http::Header> headers;
  for (const std::string& line : lines) {
    if (auto header = settings::parse_header(line)) headers.push_back(std::move(*header));
  }
  return headers;
}

std::string file_of(const std::string& name, const Credentials& credentials) {
  const auto found = credentials.files.find(name);
  return found == credentials.files.end() ? std::string{} : found->second;
}

http::Route route_of(const settings::FeedOptions& options, const Credentials& credentials) {
  http::Route route{.ca_file = options.ca_file};
  route.certificate_file = file_of(options.client_certificate, credentials);
  route.key_file = file_of(options.client_key, credentials);
  if (options.proxy == "none") return route;
  route.proxy = options.proxy;
  const auto login = credentials.proxies.find(options.proxy_credential);
  if (route.proxy.empty() || login == credentials.proxies.end()) return route;
  route.proxy_user = login->second.user;
  route.proxy_password = login->second.password;
  return route;
}

}  // namespace

poll::SharedOptions feed_options_of(const settings::FeedOptions& options,
                                    const Credentials& credentials) {
  poll::FeedOptions feed;
  if (options.interval) feed.interval = std::chrono::ceil<poll::Seconds>(*options.interval);
  if (options.priority) feed.priority = priority_of(*options.priority);
  feed.kind = options.kind;
  feed.topics = options.topics;
  feed.user_agent = options.agent;
  feed.wants_http2 = options.http2.value_or(false);
  feed.follows_moves = options.follow_moves.value_or(true);
  feed.headers = headers_of(options.headers);
  if (const auto found = credentials.servers.find(options.credential);
      found != credentials.servers.end()) {
    feed.credential = found->second;
  }
  feed.route = route_of(options, credentials);
  return std::make_shared<const poll::FeedOptions>(std::move(feed));
}

poll::FeedSpec feed_spec_of(const feed::Subscription& subscription, poll::SharedOptions options) {
  return {.key = subscription.key(),
          .url = subscription.url,
          .title = subscription.title,
          .options = std::move(options)};
}

Result<http::AddressGuard> guard_of(const settings::Settings& settings) {
  std::vector<http::AllowedTarget> allowed;
  for (const std::string& text : settings.http.allow) {
    auto target = http::parse_allowed_target(text);
    if (!target) return fail(target.error());
    allowed.push_back(*target);
  }
  return http::AddressGuard{std::move(allowed)};
}

}  // namespace tocsin::app
