// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "poll/host_gate.hpp"
#include "poll/outcome.hpp"
#include "poll/poller.hpp"
#include "poll/publishers.hpp"
#include "poll/schedule.hpp"

namespace tocsin::poll {

/// Later than this and it counts as late.
constexpr std::chrono::seconds patience{60};

/// The poller's inside. A feed that is due stands in the schedule until its request could be
/// started, so that hosts, queues and texts are in memory only for those about to be fetched.
class Poller::Impl {
 public:
  Impl(loop::EventLoop& loop, http::Fetcher& fetcher, const Clock& clock, PollOptions options);

  void on_polled(OnPolled callback) { on_polled_ = std::move(callback); }

  void start_from(FeedBook stored);
  void reload(std::vector<FeedSpec> specs);
  void committed(const store::FeedState& state, const Learned& learned);
  void abandoned(const std::string& key);
  void poll_all_once(std::function<void()> on_complete);
  bool poll_now(const std::string& key);
  void set_paused(bool is_paused);
  void set_store_failing(bool is_failing);
  void wake();

  [[nodiscard]] const FeedBook& feeds() const { return feeds_; }

  [[nodiscard]] const PollCounters& counters() const { return counters_; }

  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

  [[nodiscard]] std::optional<Time> next_wake() const;

  [[nodiscard]] std::optional<Time> next_due() const { return schedule_.next_due(); }

  [[nodiscard]] std::size_t late() const;

 private:
  /// Where a feed stands between two polls.
  enum class Phase : std::uint8_t {
    resting,          // in the schedule, or stopped, or not listed
    waiting,          // due, in its host's queue
    fetching,         // its request is under way
    being_committed,  // the pipeline has its outcome
  };

  /// What has to be known of a poll until it is committed.
  struct Underway {
    std::string host{};
    std::string end{};  // the other host whose turn was taken; empty: none
    Time due{};
    Time started{};
    bool was_conditional = false;
    std::optional<Seconds> max_age{};
    bool is_outdated = false;  // the listed URL has changed since
  };

  // The list: poller_list.cpp.
  void add(const FeedSpec& spec);
  [[nodiscard]] bool is_at_another_url(FeedNumber feed, const FeedSpec& spec) const;
  void change(FeedNumber feed, const FeedSpec& spec);
  void start_anew(FeedNumber feed, const FeedSpec& spec);
  [[nodiscard]] Time plausible_due(const store::FeedState& state, const FeedSpec& spec) const;

  // One poll: poller_fetch.cpp.
  [[nodiscard]] bool is_still_wanted(const HostGate::Turn& turn, const std::string& host) const;
  void give_back(const HostGate::Turn& turn);
  void remember_end(FeedNumber feed, const std::string& asked, const http::Response& response);
  void start_fetch(const HostGate::Turn& turn, Time now);
  void on_fetched(FeedNumber feed, Result<http::Response> outcome);
  void hand_over(FeedNumber feed, const Underway& underway, Result<http::Response> outcome);
  void count(const Underway& underway, const Result<http::Response>& outcome, Time now);
  void heed_hosts(const std::string& asked, const http::Response& response, Time now);

  void schedule(FeedNumber feed, Time due);
  [[nodiscard]] Pace pace_of(FeedNumber feed, std::optional<Seconds> max_age) const;
  void follow_clock(Time now);
  [[nodiscard]] bool may_start(Time now) const;

  [[nodiscard]] bool probes_store() const { return is_store_failing_ && !is_once_; }

  void start_due(Time now);
  void enqueue(const Schedule::Due& due, Time now);
  [[nodiscard]] std::string end_of(FeedNumber feed, const std::string& asked) const;
  void poll_siblings(FeedNumber feed);
  void notice_crowd(const std::string& host);
  void settle(FeedNumber feed, Time next);
  void leave_out_silent_hosts(Time now);
  void show_gauges();
  void arm_timer();
  [[nodiscard]] std::optional<FeedNumber> find_committing(const std::string& key) const;

  http::Fetcher& fetcher_;
  const Clock& clock_;
  PollOptions options_;
  OnPolled on_polled_;
  FeedBook feeds_;
  std::vector<Phase> phases_;  // by number
  std::unordered_map<FeedNumber, Underway> underway_;
  /// Where the redirects of feeds end, as far as that is another host than the one asked. Not in
  /// the store: after a restart only permanent redirects are known, by `moved_to`.
  std::unordered_map<FeedNumber, std::string> ends_;
  Publishers publishers_;
  Schedule schedule_;
  HostGate gate_;
  std::set<std::string> crowded_;
  PollCounters counters_;
  loop::Timer timer_;
  Time last_wake_{};
  std::size_t in_flight_ = 0;
  bool is_paused_ = false;
  bool is_store_failing_ = false;
  Time next_probe_{};  // while the store is failing
  bool has_list_ = false;
  bool is_once_ = false;
  std::unordered_set<FeedNumber> once_left_;
  std::function<void()> on_complete_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tocsin::poll
