// SPDX-License-Identifier: Apache-2.0
#include "app/feed_look.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <unordered_set>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/feed_spec_of.hpp"
#include "app/output.hpp"
#include "app/poll_options_of.hpp"
#include "base/time_format.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/html_text.hpp"
#include "http/curl_fetcher.hpp"
#include "loop/event_loop.hpp"
#include "poll/outcome.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t most_named = 8;    // of a page's candidates are fetched
constexpr std::size_t most_guessed = 6;  // and of the usual places

void show_progress(std::string_view url) {
  static const bool is_watched = ::isatty(STDERR_FILENO) != 0;
  if (!is_watched) return;
  const std::string line = "looking at " + shown(without_secrets(url)) + "\n";
  static_cast<void>(std::fputs(line.c_str(), stderr));
}

/// A fetched document as a feed to list, or why it is none.
Result<SeenFeed> seen_of(const http::Response& reply, const std::string& asked, Time now) {
  const auto document =
      feed::parse(reply.body, {.url = reply.final_url, .content_type = reply.content_type});
  if (!document) return fail(document.error());
  const std::string target = http::permanent_target(reply.redirects);
  SeenFeed seen{.url = target.empty() ? asked : target,
                .fetched_url = reply.final_url,
                .moved_from = target.empty() ? "" : asked,
                .title = feed::fold_space(document->channel.title),
                .site = document->channel.link,
                .format = document->format,
                .items = document->items.size(),
                .newest = {}};
  if (!parse_http_url(seen.site)) seen.site.clear();
  const std::vector<Time> dates = dates_of(*document, now);
  if (!dates.empty()) seen.newest = dates.front();
  return seen;
}

class Searcher {
 public:
  Searcher(HandFetcher& fetcher, const feed::Subscription& asked)
      : fetcher_{fetcher},
        asked_{asked} {}

  Search run() {
    const auto reply = fetch(asked_.url);
    if (!reply) return failed(reply.error().message);
    if (!reply->is_ok()) return failed("answered with status " + std::to_string(reply->status));
    auto seen = seen_of(*reply, asked_.url, SystemClock{}.now());
    if (seen) {
      search_.feeds.push_back(std::move(*seen));
      return std::move(search_);
    }
    search_.was_page = true;
    const auto candidates = feed::discover_feeds(
        reply->body, {.url = reply->final_url, .content_type = reply->content_type});
    try_candidates(candidates, false, most_named);
    if (search_.feeds.empty()) try_candidates(candidates, true, most_guessed);
    if (search_.feeds.empty()) {
      search_.problem = seen.error().message + ", and none of the " +
                        std::to_string(search_.tried) + " places tried from there has one";
    }
    return std::move(search_);
  }

 private:
  Search failed(std::string problem) {
    search_.problem = std::move(problem);
    return std::move(search_);
  }

  Result<http::Response> fetch(const std::string& url) {
    show_progress(url);
    return fetcher_.fetch(fetcher_.spec_of(asked_), url);
  }

  void try_candidates(const std::vector<feed::FeedCandidate>& candidates, bool guesses,
                      std::size_t most) {
    for (const feed::FeedCandidate& candidate : candidates) {
      if ((candidate.hint == feed::Hint::guessed) != guesses) continue;
      if (most-- == 0) return;
      ++search_.tried;
      const auto reply = fetch(candidate.url);
      if (!reply || !reply->is_ok()) continue;
      auto seen = seen_of(*reply, candidate.url, SystemClock{}.now());
      if (!seen || !places_.insert(canonical_link(seen->fetched_url)).second) continue;
      seen->is_comments = candidate.is_comments;
      if (seen->title.empty()) seen->title = candidate.title;
      search_.feeds.push_back(std::move(*seen));
      if (guesses) return;  // the usual places lead to one feed
    }
  }

  HandFetcher& fetcher_;
  const feed::Subscription& asked_;
  Search search_;
  std::unordered_set<std::string> places_;
};

}  // namespace

struct HandFetcher::Parts {
  const Configuration& configuration;
  Credentials credentials;
  poll::PollOptions options;
  SystemClock clock{};
  std::unique_ptr<loop::EventLoop> loop{};
  std::unique_ptr<http::CurlFetcher> fetcher{};
};

HandFetcher::HandFetcher(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

HandFetcher::~HandFetcher() = default;

Result<std::unique_ptr<HandFetcher>> HandFetcher::create(const Configuration& configuration,
                                                         Credentials credentials) {
  auto guard = address_guard_of(configuration.settings.http);
  if (!guard) return fail(guard.error());
  auto loop = loop::EventLoop::create();
  if (!loop) return fail(loop.error());
  std::unique_ptr<Parts> parts{new Parts{.configuration = configuration,
                                         .credentials = std::move(credentials),
                                         .options = poll_options_of(configuration.settings)}};
  parts->loop = std::move(*loop);
  http::CurlFetcherOptions fetching;
  fetching.guard = std::move(*guard);
  auto fetcher = http::CurlFetcher::create(*parts->loop, parts->clock, std::move(fetching));
  if (!fetcher) return fail(fetcher.error());
  parts->fetcher = std::move(*fetcher);
  return std::unique_ptr<HandFetcher>{new HandFetcher{std::move(parts)}};
}

poll::FeedSpec HandFetcher::spec_of(const feed::Subscription& feed) const {
  const auto options = settings::options_of(parts_->configuration.settings, feed.key(), feed.tags);
  return feed_spec_of(feed, feed_options_of(options, parts_->credentials));
}

Result<http::Response> HandFetcher::fetch(const poll::FeedSpec& spec, const std::string& url) {
  http::Request request = poll::request_to(url, spec, parts_->options);
  Result<http::Response> reply = fail(Errc::system, "fetching ended without a reply");
  parts_->fetcher->start(std::move(request), [&](Result<http::Response> outcome) {
    reply = std::move(outcome);
    parts_->loop->stop();
  });
  parts_->loop->run();
  return reply;
}

const poll::PollOptions& HandFetcher::options() const {
  return parts_->options;
}

std::vector<Time> dates_of(const feed::Feed& feed, Time now) {
  std::vector<Time> dates;
  for (const feed::Item& item : feed.items) {
    const auto date = item.published ? item.published : item.updated;
    if (date && *date <= now + std::chrono::hours{24}) dates.push_back(*date);
  }
  std::sort(dates.rbegin(), dates.rend());
  return dates;
}

nlohmann::json to_json(const SeenFeed& seen) {
  return {{"url", without_secrets(seen.url)},
          {"title", seen.title},
          {"site", seen.site},
          {"format", feed::to_string(seen.format)},
          {"items", seen.items},
          {"newest", seen.newest ? nlohmann::json(to_rfc3339(*seen.newest)) : nlohmann::json()},
          {"moved_from", without_secrets(seen.moved_from)},
          {"comments", seen.is_comments}};
}

Search search_feeds(HandFetcher& fetcher, const feed::Subscription& asked) {
  return Searcher{fetcher, asked}.run();
}

}  // namespace tocsin::app
