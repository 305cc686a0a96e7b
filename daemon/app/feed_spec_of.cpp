// SPDX-License-Identifier: Apache-2.0
#include "app/feed_spec_of.hpp"

#include <chrono>
#include <memory>
#include <utility>

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
  if (const auto found = credentials.find(options.credential); found != credentials.end()) {
    feed.credential = found->second;
  }
  return std::make_shared<const poll::FeedOptions>(std::move(feed));
}

poll::FeedSpec feed_spec_of(const feed::Subscription& subscription, poll::SharedOptions options) {
  return {.key = subscription.key(),
          .url = subscription.url,
          .title = subscription.title,
          .options = std::move(options)};
}

}  // namespace tocsin::app
