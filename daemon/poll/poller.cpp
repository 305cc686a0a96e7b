// SPDX-License-Identifier: Apache-2.0
#include "poll/poller.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/url.hpp"
#include "poll/host_gate.hpp"
#include "poll/outcome.hpp"
#include "poll/schedule.hpp"

namespace tocsin::poll {
namespace {

using namespace std::chrono_literals;
using store::FeedState;

/// Where a feed stands between two polls.
enum class Phase {
  resting,          // in the schedule, or stopped
  waiting,          // due, in its host's queue
  fetching,         // its request is under way
  being_committed,  // the pipeline has its outcome
};

struct Feed {
  FeedSpec spec;
  FeedState state;
  Phase phase = Phase::resting;
  std::string host;                // while waiting or fetching
  std::optional<Seconds> max_age;  // of the outcome that is being committed
};

/// A feed whose outcome the pipeline could not store waits this long, with its old validators.
constexpr auto pause_after_loss = 60s;

}  // namespace

class Poller::Impl {
 public:
  Impl(loop::EventLoop& loop, http::Fetcher& fetcher, const Clock& clock, PollOptions options)
      : fetcher_{fetcher},
        clock_{clock},
        options_{std::move(options)},
        gate_{options_.host_spacing},
        timer_{loop, [this] {
                 wake();
               }} {}

  void on_polled(OnPolled callback) { on_polled_ = std::move(callback); }

  void reload(std::vector<FeedSpec> specs, std::vector<FeedState> known);
  void committed(const FeedState& state, const Learned& learned);
  void abandoned(const std::string& key);
  void poll_all_once(std::function<void()> on_complete);
  bool poll_now(const std::string& key);
  void wake();

  void set_paused(bool is_paused) {
    is_paused_ = is_paused;
    arm_timer();
  }

  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

  [[nodiscard]] std::size_t feeds() const { return feeds_.size(); }

  [[nodiscard]] std::optional<Time> next_due() const { return schedule_.next_due(); }

 private:
  void add(FeedSpec spec, FeedState state);
  void change(FeedNumber number, FeedSpec spec);
  void remove(FeedNumber number);
  void schedule(FeedNumber number, Time due);
  void follow_clock(Time now);
  void start_fetch(const HostGate::Turn& turn, Time now);
  void on_fetched(const HostGate::Turn& turn, bool was_conditional, Result<http::Response> outcome);
  void heed_host(const http::Response& response, Time now);
  void leave_out_silent_hosts(Time now);
  void arm_timer();
  [[nodiscard]] Feed* find(FeedNumber number);
  [[nodiscard]] Feed* find(const std::string& key);

  http::Fetcher& fetcher_;
  const Clock& clock_;
  PollOptions options_;
  OnPolled on_polled_;
  std::unordered_map<FeedNumber, Feed> feeds_;
  std::unordered_map<std::string, FeedNumber> numbers_;
  FeedNumber last_number_ = 0;
  Schedule schedule_;
  HostGate gate_;
  loop::Timer timer_;
  Time last_wake_{};
  Time last_tidied_{};
  std::size_t in_flight_ = 0;
  bool is_paused_ = false;
  bool is_once_ = false;
  std::unordered_set<FeedNumber> once_left_;
  std::function<void()> on_complete_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Feed* Poller::Impl::find(FeedNumber number) {
  const auto found = feeds_.find(number);
  return found == feeds_.end() ? nullptr : &found->second;
}

Feed* Poller::Impl::find(const std::string& key) {
  const auto number = numbers_.find(key);
  return number == numbers_.end() ? nullptr : find(number->second);
}

void Poller::Impl::reload(std::vector<FeedSpec> specs, std::vector<FeedState> known) {
  std::unordered_map<std::string, FeedState*> stored;
  for (FeedState& state : known) stored[state.key] = &state;
  std::unordered_set<FeedNumber> gone;
  for (const auto& [key, number] : numbers_) gone.insert(number);
  for (FeedSpec& spec : specs) {
    const auto listed = numbers_.find(spec.key);
    if (listed != numbers_.end()) {
      gone.erase(listed->second);
      change(listed->second, std::move(spec));
      continue;
    }
    const auto state = stored.find(spec.key);
    add(std::move(spec), state == stored.end() ? FeedState{} : std::move(*state->second));
  }
  for (const FeedNumber number : gone) remove(number);
  arm_timer();
}

void Poller::Impl::add(FeedSpec spec, FeedState state) {
  const FeedNumber number = ++last_number_;
  state.key = spec.key;
  numbers_[spec.key] = number;
  const bool is_stopped = state.disabled_at.has_value();
  const Time due = state.next_poll.value_or(clock_.now());
  Feed feed;
  feed.spec = std::move(spec);
  feed.state = std::move(state);
  feeds_.emplace(number, std::move(feed));
  if (!is_stopped) schedule(number, due);
}

void Poller::Impl::change(FeedNumber number, FeedSpec spec) {
  Feed& feed = feeds_.at(number);
  if (feed.spec.url != spec.url) {
    // As a new feed, so that an outcome still on its way is not taken for the new URL's.
    FeedState fresh;
    fresh.polls = feed.state.polls;
    fresh.baselined = feed.state.baselined;
    remove(number);
    add(std::move(spec), std::move(fresh));
    return;
  }
  const bool has_new_interval = feed.spec.options.interval != spec.options.interval;
  feed.spec = std::move(spec);
  if (has_new_interval && feed.phase == Phase::resting && !feed.state.disabled_at) {
    schedule(number, clock_.now());
  }
}

void Poller::Impl::remove(FeedNumber number) {
  const Feed& feed = feeds_.at(number);
  schedule_.remove(number);
  if (feed.phase == Phase::waiting) gate_.withdraw(feed.host, number);
  numbers_.erase(feed.spec.key);
  feeds_.erase(number);
  once_left_.erase(number);
}

void Poller::Impl::schedule(FeedNumber number, Time due) {
  if (!is_once_) schedule_.put(number, due);
}

void Poller::Impl::committed(const FeedState& state, const Learned& learned) {
  Feed* const feed = find(state.key);
  if (feed == nullptr || feed->phase != Phase::being_committed) return;
  const FeedNumber number = numbers_.at(state.key);
  const Seconds before = feed->state.interval;
  feed->phase = Phase::resting;
  feed->state = state;
  FeedState& now = feed->state;
  if (now.failures == 0 && now.last_polled && !now.disabled_at) {
    const IntervalOptions rules = interval_options(options_, feed->spec);
    now.interval = interval_of(learned.item_gaps, now.interval, rules);
    if (learned.gap_suspected && before.count() > 0) {
      now.interval = std::min(now.interval, interval_after_gap(before, rules));
    }
    const auto wish = learned.gap_suspected ? std::nullopt : std::max(feed->max_age, learned.ttl);
    const Seconds wait = wait_after_success(now.interval, wish, rules);
    now.next_poll = *now.last_polled + with_jitter(wait, now.key, now.polls);
  }
  if (now.next_poll && !now.disabled_at) schedule(number, *now.next_poll);
  once_left_.erase(number);
  arm_timer();
}

void Poller::Impl::abandoned(const std::string& key) {
  Feed* const feed = find(key);
  if (feed == nullptr || feed->phase != Phase::being_committed) return;
  feed->phase = Phase::resting;
  const FeedNumber number = numbers_.at(key);
  schedule(number, clock_.now() + pause_after_loss);
  once_left_.erase(number);
  arm_timer();
}

void Poller::Impl::poll_all_once(std::function<void()> on_complete) {
  on_complete_ = std::move(on_complete);
  const Time now = clock_.now();
  for (const auto& [number, feed] : feeds_) {
    if (feed.state.disabled_at) continue;
    once_left_.insert(number);
    if (feed.phase == Phase::resting) schedule_.put(number, now);
  }
  is_once_ = true;
  arm_timer();
}

bool Poller::Impl::poll_now(const std::string& key) {
  const Feed* const feed = find(key);
  if (feed == nullptr) return false;
  if (feed->phase == Phase::resting) schedule(numbers_.at(key), clock_.now());
  arm_timer();
  return true;
}

void Poller::Impl::wake() {
  const Time now = clock_.now();
  follow_clock(now);
  if (is_once_) leave_out_silent_hosts(now);
  while (const auto number = schedule_.take_due(now)) {
    Feed& feed = feeds_.at(*number);
    feed.phase = Phase::waiting;
    feed.host = split_url(url_of(feed.spec, feed.state)).host;
    gate_.enqueue(feed.host, *number, now);
  }
  while (!is_paused_ && in_flight_ < options_.max_in_flight) {
    const auto turn = gate_.take_ready(now);
    if (!turn) break;
    start_fetch(*turn, now);
  }
  if (is_once_ && once_left_.empty() && on_complete_) {
    const auto on_complete = std::exchange(on_complete_, nullptr);
    on_complete();
    return;
  }
  arm_timer();
}

/// A clock that was set back would leave every feed unpolled for as long.
void Poller::Impl::follow_clock(Time now) {
  constexpr auto noticed = 60s;
  if (now + noticed < last_wake_) {
    schedule_.shift(now - last_wake_);
    gate_.shift(now - last_wake_);
  }
  last_wake_ = now;
  if (now - last_tidied_ < 10min && now >= last_tidied_) return;
  gate_.tidy(now);
  last_tidied_ = now;
}

void Poller::Impl::start_fetch(const HostGate::Turn& turn, Time now) {
  Feed& feed = feeds_.at(turn.feed);
  feed.phase = Phase::fetching;
  ++in_flight_;
  http::Request request = request_for(feed.spec, feed.state, options_, now);
  const bool was_conditional = !request.etag.empty() || !request.last_modified.empty();
  const std::weak_ptr<bool> alive = alive_;
  fetcher_.start(std::move(request),
                 [this, alive, turn, was_conditional](Result<http::Response> outcome) {
                   if (alive.expired()) return;  // the poller went before the fetcher
                   on_fetched(turn, was_conditional, std::move(outcome));
                 });
}

void Poller::Impl::on_fetched(const HostGate::Turn& turn, bool was_conditional,
                              Result<http::Response> outcome) {
  const Time now = clock_.now();
  --in_flight_;
  gate_.release(turn.host, now);
  if (outcome) heed_host(*outcome, now);
  arm_timer();
  Feed* const feed = find(turn.feed);
  if (feed == nullptr) return;  // no longer listed
  feed->phase = Phase::being_committed;
  feed->max_age = outcome ? outcome->max_age : std::nullopt;
  const PollMoment moment{.options = options_, .now = now, .was_conditional = was_conditional};
  FeedState proposed = after_poll(feed->state, feed->spec, outcome, moment);
  const bool is_usable = outcome && outcome->is_ok();
  FeedState unreadable;
  if (is_usable) {
    const Result<http::Response> no_feed = fail(Errc::invalid_input, "the document is no feed");
    unreadable = after_poll(feed->state, feed->spec, no_feed, moment);
  }
  const bool is_moved = proposed.current_url != feed->state.current_url;
  const bool is_not_modified = outcome && outcome->status == 304 && proposed.failures == 0;
  const bool is_delta = outcome && outcome->status == 226;
  if (!on_polled_) return;
  on_polled_({.key = feed->spec.key,
              .proposed = std::move(proposed),
              .outcome = std::move(outcome),
              .is_not_modified = is_not_modified,
              .proposed_if_unreadable = std::move(unreadable),
              .is_usable = is_usable,
              .is_delta = is_delta,
              .is_moved = is_moved});
}

void Poller::Impl::heed_host(const http::Response& response, Time now) {
  const bool is_told_to_wait = response.status == 429 || response.status == 503;
  if (!is_told_to_wait || !response.retry_after) return;
  gate_.bind(split_url(response.final_url).host, now + *response.retry_after);
}

void Poller::Impl::leave_out_silent_hosts(Time now) {
  // Spacing is waited for, a host's wish for silence is not.
  const Time latest = now + std::max(options_.host_spacing, options_.total_timeout) + 1s;
  const auto next = gate_.next_ready();
  if (!next || *next <= latest || in_flight_ > 0) return;
  while (const auto turn = gate_.take_ready(Time::max())) {
    gate_.release(turn->host, now);
    feeds_.at(turn->feed).phase = Phase::resting;
    once_left_.erase(turn->feed);
  }
}

void Poller::Impl::arm_timer() {
  // A minute, to notice that the clock was set; less in a run that ends, to notice its end.
  const std::chrono::milliseconds longest = is_once_ ? 50ms : 60s;
  const Time now = clock_.now();
  Time next = now + longest;
  if (const auto due = schedule_.next_due()) next = std::min(next, *due);
  const bool may_start = !is_paused_ && in_flight_ < options_.max_in_flight;
  if (const auto ready = gate_.next_ready(); ready && may_start) next = std::min(next, *ready);
  timer_.fire_after(std::clamp<std::chrono::milliseconds>(next - now, 0ms, longest));
}

Poller::Poller(loop::EventLoop& loop, http::Fetcher& fetcher, const Clock& clock,
               PollOptions options)
    : impl_{std::make_unique<Impl>(loop, fetcher, clock, std::move(options))} {}

Poller::~Poller() = default;

void Poller::on_polled(OnPolled callback) {
  impl_->on_polled(std::move(callback));
}

void Poller::reload(std::vector<FeedSpec> feeds, std::vector<FeedState> known) {
  impl_->reload(std::move(feeds), std::move(known));
}

void Poller::committed(const FeedState& state, const Learned& learned) {
  impl_->committed(state, learned);
}

void Poller::abandoned(const std::string& key) {
  impl_->abandoned(key);
}

void Poller::poll_all_once(std::function<void()> on_complete) {
  impl_->poll_all_once(std::move(on_complete));
}

bool Poller::poll_now(const std::string& key) {
  return impl_->poll_now(key);
}

void Poller::set_paused(bool is_paused) {
  impl_->set_paused(is_paused);
}

void Poller::wake() {
  impl_->wake();
}

std::size_t Poller::in_flight() const {
  return impl_->in_flight();
}

std::size_t Poller::feeds() const {
  return impl_->feeds();
}

std::optional<Time> Poller::next_due() const {
  return impl_->next_due();
}

}  // namespace tocsin::poll
