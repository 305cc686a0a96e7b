// SPDX-License-Identifier: Apache-2.0
// What the daemon does while it runs: carrying polls to the pipeline and what was learnt back.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/daemon.hpp"
#include "app/poll_options_of.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "log/log.hpp"
#include "topics/topic.hpp"

namespace tocsin::app {
void Daemon::announce() {
  const bus::Endpoints& endpoints = wire_->endpoints();
  log::info("serving", {{"version", TOCSIN_VERSION},
                        {"feeds", poller_->feeds().listed()},
                        {"topics", inputs_.rules->topics().size()},
                        {"pub", endpoints.pub.front()},
                        {"ctl", endpoints.ctl.front()}});
  ready_.raise();
  service::tell_ready("watching " + std::to_string(poller_->feeds().listed()) + " feeds");
  if (!options_.ready.is_open()) return;
  const nlohmann::json every{{"pub", endpoints.pub}, {"ctl", endpoints.ctl}};
  const std::string line = nlohmann::json{{"pid", ::getpid()},
                                          {"pub", endpoints.pub.front()},
                                          {"ctl", endpoints.ctl.front()},
                                          {"endpoints", every},
                                          {"health_port", health_ ? health_->port() : 0}}
                               .dump() +
                           "\n";
  if (::write(options_.ready.get(), line.data(), line.size()) < 0) {
    log::warn("cannot tell that the daemon serves: the descriptor of --ready-fd takes nothing");
  }
  options_.ready = UniqueFd{};
}

void Daemon::take(poll::Polled polled) {
  poll::FeedSpec& feed = polled.feed;
  pipeline::FetchedDocument document{.feed = {.key = std::move(feed.key),
                                              .title = std::move(feed.title),
                                              .url = std::move(feed.url),
                                              .kind = feed.options->kind,
                                              .topics = feed.options->topics},
                                     .state = std::move(polled.proposed),
                                     .fetched = clock_.now(),
                                     .body = {},
                                     .url = {},
                                     .content_type = {}};
  if (polled.is_usable && polled.outcome) {
    document.body = std::move(polled.outcome->body);
    document.url = std::move(polled.outcome->final_url);
    document.content_type = std::move(polled.outcome->content_type);
    document.state_if_unreadable = std::move(polled.proposed_if_unreadable);
    document.is_delta = polled.is_delta;
  }
  document.reschedule = [pace = polled.pace](store::FeedState state, bool gap_suspected) {
    return poll::paced(std::move(state), gap_suspected, pace);
  };
  intake_->take(std::move(document));
}

void Daemon::learn(const std::vector<pipeline::Learned>& learned) {
  poller_->set_store_failing(ledger_->is_degraded());
  for (const pipeline::Learned& one : learned) {
    if (!one.is_committed) {
      ++not_stored_;
      poller_->abandoned(one.feed_key);
      continue;
    }
    if (one.has_document) intake_->remember(one.feed_key, one.seen, one.is_delta);
    tell_health(one.state);
    near_.add(one.near);
    if (one.gap_suspected)
      log::warn("items may have been missed", {{"feed", without_secrets(one.feed_key)}});
    poller_->committed(one.state,
                       {.new_items = static_cast<std::size_t>(std::max(one.new_items, 0)),
                        .gap_suspected = one.gap_suspected});
  }
}

void Daemon::tell_health(const store::FeedState& state) {
  if (state.failures > 0) {
    if (gate_.should_tell(state.key)) {
      log::warn("feed failing", {{"feed", without_secrets(state.key)},
                                 {"failures", state.failures},
                                 {"reason", state.last_error}});
    }
  } else if (gate_.ended(state.key)) {
    log::info("feed recovered", {{"feed", without_secrets(state.key)}});
  }
}

void Daemon::list_feeds() {
  poller_->reload(std::exchange(inputs_.feeds, {}));
  // The files were read into memory as they stand, which is a multiple of what is kept of them.
  ::malloc_trim(0);
}

}  // namespace tocsin::app
