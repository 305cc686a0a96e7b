// SPDX-License-Identifier: Apache-2.0
#include "app/feed_spec_of.hpp"

#include <chrono>

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

poll::FeedSpec feed_spec_of(const feed::Subscription& subscription,
                            const settings::FeedOptions& options, const Credentials& credentials) {
  poll::FeedSpec spec{.key = subscription.key(),
                      .url = subscription.url,
                      .title = subscription.title,
                      .tags = subscription.tags,
                      .options = {}};
  if (options.interval) spec.options.interval = std::chrono::ceil<poll::Seconds>(*options.interval);
  if (options.priority) spec.options.priority = priority_of(*options.priority);
  spec.options.kind = options.kind;
  spec.options.user_agent = options.agent;
  spec.options.wants_http2 = options.http2.value_or(false);
  if (const auto found = credentials.find(options.credential); found != credentials.end()) {
    spec.options.credential = found->second;
  }
  return spec;
}

}  // namespace tocsin::app
