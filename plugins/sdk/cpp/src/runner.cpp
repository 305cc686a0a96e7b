// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/runner.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <random>
#include <utility>

#include "base/utf8.hpp"

namespace tocsin::plugin {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t ack_alerts = 64;
constexpr milliseconds longest_wait{100};
constexpr milliseconds work_pause{10};  // between looks at what is at work
constexpr milliseconds shortest_answer{5000};
constexpr milliseconds longest_pause{5000};
constexpr milliseconds drain_limit{1000};
constexpr std::size_t messages_per_turn = 256;
constexpr milliseconds longest_turn{1};  // of handling, before the sockets are looked at again
constexpr std::size_t fetch_records = 500;
constexpr unsigned quick_tries = 3;
constexpr std::size_t most_reports = 32;  // the daemon lets a reader wait for 64
constexpr unsigned busy_limit = 3;        // a predecessor that is just leaving gets so many chances

std::string random_token() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

Greeting greeting_of(const Config& config) {
  auto filters = config.filters;
  if (filters.empty()) filters.emplace_back("alert/");
  return {.name = config.name,
          .instance = random_token(),
          .filters = std::move(filters),
          .from = config.from,
          .takeover = config.takeover,
          .max_inflight = config.max_inflight,
          .program = config.program,
          .version = config.version};
}

DispatcherOptions dispatching(const Config& config) {
  const bool is_durable = !config.name.empty();
  return {.limit = std::max<std::size_t>(config.max_inflight, 1),
          .quick_tries = is_durable && !config.keep_order ? quick_tries : 0,
          .is_durable = is_durable,
          .longest_pause = config.longest_pause,
          .at_once = std::max<std::size_t>(config.at_once, 1),
          .cap = config.cap,
          .subscriber = config.name};
}

}  // namespace

Runner::Runner(const Config& config, const Handler& handler, EndpointPair endpoints,
               std::optional<ClientKeys> keys)
    : config_{config},
      endpoints_{std::move(endpoints)},
      keys_{std::move(keys)},
      greeting_{greeting_of(config)},
      dispatcher_{handler, dispatching(config)},
      now_{std::chrono::steady_clock::now()},
      began_{now_},
      connect_at_{now_} {}

int Runner::run(const std::function<bool()>& should_stop) {
  const auto is_over = [&] {
    return should_stop() || has_finished();
  };
  while (!status_) {
    turn(is_over);
    if (!status_ && is_over()) end(0, "");
    if (status_) break;
    if (client_) {
      client_->wait(time_to_wait());
    } else {
      // No socket to wait on; a poll of nothing keeps the pause.
      ::poll(nullptr, 0, static_cast<int>(time_to_wait().count()));
    }
  }
  drain();
  return *status_;
}

void Runner::turn(const std::function<bool()>& is_over) {
  now_ = std::chrono::steady_clock::now();
  if (!client_ && now_ >= connect_at_) connect();
  if (client_) read_sockets();
  handle(is_over);
  idle();
  if (client_ && is_welcome_) {
    send_reports();
    ask();
    take_due();
    acknowledge(false);
  }
  chores();
}

void Runner::connect() {
  auto client = Client::open(endpoints_, greeting_.filters, keys_);
  if (!client) return end(64, client.error().message);
  client_ = std::move(*client);
  last_head_ = now_;
  say_hello();
}

void Runner::say_hello() {
  if (rule_) {  // it comes back with a cursor of its own
    greeting_.from = {.place = From::Place::seq, .seq = rule_->cursor()};
    greeting_.epoch = epoch_;
  }
  client_->send("HELLO", hello_json(++number_, greeting_));
  asked_at_ = std::chrono::steady_clock::now();
}

void Runner::lose_connection(std::string_view why) {
  if (is_welcome_) log(fmt::format("connection lost: {}", why));
  if (is_welcome_ && config_.on_daemon) config_.on_daemon(false);
  client_.reset();
  is_welcome_ = false;
  batch_.clear();
  is_taking_due_ = false;
  for (auto& [seq, report] : reports_) report.sent_at.reset();
  if (rule_) rule_->ask_failed();
  connect_at_ = now_ + pause_;
  pause_ = std::clamp(pause_ * 2, milliseconds{100}, longest_pause);
}

void Runner::read_sockets() {
  bool has_replies = true;  // asking an empty socket costs as much as reading a message
  bool has_live = true;
  for (std::size_t i = 0; client_ && !status_ && i < messages_per_turn; ++i) {
    if (has_replies) {
      auto reply = client_->receive_reply();
      has_replies = reply.has_value();
      if (reply) on_reply(std::move(*reply));
      if (!client_) return;
    }
    if (has_live) {
      auto live = client_->receive_live();
      has_live = live.has_value();
      if (live) on_live(std::move(*live));
    }
    if (!has_replies && !has_live) return;
  }
}

void Runner::on_live(std::vector<std::string> frames) {
  if (frames.size() == 2 && frames[0] == "~head/") {
    return on_head(frames[1]);
  }
  // Without room a live frame is let go: the gap rule finds it again when there is room.
  if (!is_welcome_ || !dispatcher_.has_room()) return;
  auto arrived = read_record(std::move(frames), true);
  if (!arrived) return;
  if (arrived->epoch != epoch_) return lose_connection("the log is another one");
  if (auto frame = rule_->live(std::move(arrived->frame))) dispatcher_.add({std::move(*frame)});
}

void Runner::on_head(const std::string& json) {
  const Answer head = read_answer(json);
  last_head_ = now_;
  if (!is_welcome_) return;
  if (head.epoch != epoch_) return lose_connection("the log is another one");
  rule_->head(head.seq);
}

void Runner::on_reply(Reply reply) {
  if (reply.verb == "HEAD") return on_head(reply.json);
  const Answer answer = read_answer(reply.json);
  if (answer.req != 0 && answer.req != number_) return;  // to a request given up
  if (reply.verb == "ERR") return on_error(answer);
  if (reply.verb == "SETTLED") return on_settled(answer);
  if (answer.req == 0) return;  // PING, and what later versions may say
  if (reply.verb == "WELCOME") return on_welcome(answer);
  if (reply.verb == "BYE") said_bye_ = true;
  if (!rule_) return;
  if (reply.verb == "DATA") {
    if (auto record = read_record(std::move(reply.payload), false)) {
      batch_.push_back(std::move(record->frame));
    }
  } else if (reply.verb == "END") {
    is_taking_due_ ? on_due(answer) : on_end(answer);
  } else if (reply.verb == "CHECKED") {
    rule_->checked(answer.upto, answer.is_equal);
  } else if (reply.verb == "GAP") {
    on_gap(answer);
  }
}

void Runner::on_welcome(const Answer& answer) {
  heartbeat_ = milliseconds{std::max<std::int64_t>(answer.heartbeat_ms, 1)};
  if (!rule_ || answer.is_reset) {
    const std::uint64_t before = rule_ ? rule_->cursor() : answer.acked;
    rule_.emplace(answer.cursor);
    acknowledged_ = answer.acked;
    if (answer.is_reset) {
      // What was given back belonged to the other log.
      reports_.clear();
      dispatcher_.forget_unsettled();
      tell_gap({.after = before, .floor = answer.floor, .reason = "epoch"});
    }
  }
  epoch_ = answer.epoch;
  rule_->head(answer.head);
  is_welcome_ = true;
  if (!answer.has_pub) client_->drop_live();
  last_head_ = now_;
  pause_ = milliseconds{0};
  refusals_ = 0;
  status_at_ = now_;
  due_at_ = now_;
  log(fmt::format("connected: name={} cursor={} head={}", config_.name.empty() ? "-" : config_.name,
                  rule_->cursor(), answer.head));
  manager_.tell("READY=1\nSTATUS=receiving alerts");
  if (config_.on_log) config_.on_log(epoch_);
  if (config_.on_daemon) config_.on_daemon(true);
}

void Runner::on_end(const Answer& answer) {
  auto records = std::exchange(batch_, {});
  if (records.size() != answer.count) return rule_->ask_failed();
  dispatcher_.add(rule_->fetched(std::move(records), answer.scanned_to, answer.has_more));
}

void Runner::on_gap(const Answer& answer) {
  batch_.clear();
  tell_gap({.after = rule_->cursor(), .floor = answer.floor, .reason = answer.reason});
  if (answer.reason == "epoch") return lose_connection("the log is another one");
  rule_->gap(answer.floor);
}

void Runner::on_error(const Answer& answer) {
  const std::string said = fmt::format("{}: {}", answer.code, escape_for_line(answer.message));
  if (answer.code == "taken-over") return end(75, said);
  if (answer.req == 0) return log(said);
  if (answer.code == "busy") {
    if (++refusals_ >= busy_limit) return end(75, said);
    return lose_connection(said);
  }
  if (is_taking_due_ && answer.code != "no-session") {
    on_due({});
    return log(said);
  }
  if (!is_welcome_ && (answer.code == "bad-request" || answer.code == "bad-frame")) {
    return end(64, said);
  }
  lose_connection(said);
}

void Runner::ask() {
  if (!dispatcher_.has_room() || is_taking_due_) return;
  const auto ask = rule_->next_ask();
  if (!ask) return;
  const bool is_fetch = std::holds_alternative<GapRule::Fetch>(*ask);
  client_->send(is_fetch ? "FETCH" : "CHECK", ask_json(++number_, *ask, fetch_records));
  batch_.clear();
  asked_at_ = std::chrono::steady_clock::now();  // a handler may have taken its time since `now_`
}

/// Quick alerts are handled several in a turn, as looking at the sockets costs more than they do.
void Runner::handle(const std::function<bool()>& is_over) {
  // The daemon answers only so many reports; until then the alerts behind wait.
  if (reports_.size() < most_reports) finish();
  const Instant until = now_ + longest_turn;
  while (reports_.size() < most_reports) {
    const Step step = dispatcher_.step(std::chrono::steady_clock::now());
    conclude(step);
    const bool is_quick = step.kind == Step::Kind::handled || step.kind == Step::Kind::held;
    const bool goes_on = is_quick && !is_over();
    if (!goes_on || std::chrono::steady_clock::now() >= until) return;
  }
}

void Runner::acknowledge(bool at_once) {
  const std::uint64_t safe = dispatcher_.safe(rule_->cursor());
  if (config_.name.empty() || safe <= acknowledged_) return;
  const bool is_due =
      now_ >= ack_at_ || dispatcher_.handled() - handled_at_ack_ >= ack_alerts || at_once;
  if (!is_due) return;
  handled_at_ack_ = dispatcher_.handled();
  ack_at_ = now_ + config_.ack_interval;
  if (config_.before_ack && !config_.before_ack()) return;
  client_->send("ACK", seq_json(safe, ""));
  acknowledged_ = safe;
}

void Runner::chores() {
  if (const auto every = manager_.watchdog(); every && now_ >= watchdog_at_) {
    manager_.tell("WATCHDOG=1");
    watchdog_at_ = now_ + *every;
  }
  if (!client_) return;
  const bool waits = !is_welcome_ || is_taking_due_ || rule_->is_asking();
  if (waits && now_ - asked_at_ > answer_limit()) {
    return lose_connection(keys_ ? "no answer; is the key on the daemon's list?" : "no answer");
  }
  if (!is_welcome_) return;
  // Three missed, and some time for a busy machine.
  if (now_ - last_head_ > heartbeat_ * 3 + milliseconds{200}) {
    return lose_connection("the daemon is silent");
  }
  tell_status();
}

void Runner::drain() {
  manager_.tell("STOPPING=1");
  finish_work();
  if (!client_ || !is_welcome_) return;
  if (!config_.name.empty()) {
    send_reports();
    wait_for([this] { return reports_.empty(); }, drain_limit);
    if (!client_) return;
    // One last CHECK, so that what was handled live need not come again.
    constexpr auto all = std::numeric_limits<std::uint64_t>::max();
    if (const auto check = rule_->last_check(dispatcher_.safe(all))) {
      client_->send("CHECK", ask_json(++number_, *check, 0));
      wait_for([this] { return !rule_->is_asking(); }, drain_limit);
    }
    if (!client_) return;
    acknowledge(true);
    send_status();
  }
  client_->send("BYE", number_json(++number_));
  wait_for([this] { return said_bye_; }, drain_limit);
}

void Runner::wait_for(const std::function<bool()>& is_done, milliseconds limit) {
  const Instant until = std::chrono::steady_clock::now() + limit;
  while (client_ && !is_done() && std::chrono::steady_clock::now() < until) {
    client_->wait(milliseconds{10});
    while (client_ && client_->receive_live()) {
      // Live frames that come now are left for the next start.
    }
    while (client_ && !is_done()) {
      auto reply = client_->receive_reply();
      if (!reply) break;
      on_reply(std::move(*reply));
    }
  }
}

milliseconds Runner::time_to_wait() const {
  const milliseconds longest = dispatcher_.is_at_work() ? work_pause : longest_wait;
  if (reports_.size() >= most_reports) return longest;  // the socket's answer ends the wait
  const auto due = dispatcher_.due();
  if (!due) return longest;
  const auto left = std::chrono::ceil<milliseconds>(*due - std::chrono::steady_clock::now());
  return std::clamp(left, milliseconds{0}, longest);
}

bool Runner::has_finished() const {
  if (config_.exit_after && dispatcher_.handled() >= *config_.exit_after) return true;
  return config_.run_for && now_ - began_ >= *config_.run_for;
}

milliseconds Runner::answer_limit() const {
  return std::max(shortest_answer, heartbeat_ * 3);
}

void Runner::end(int status, const std::string& why) {
  if (!why.empty()) log(why);
  status_ = status;
}

void Runner::tell_gap(const Gap& gap) {
  log(fmt::format("alerts lost for good: after={} floor={} reason={}", gap.after, gap.floor,
                  gap.reason));
  if (config_.on_gap) config_.on_gap(gap);
}

void Runner::log(const std::string& line) const {
  if (config_.log) {
    config_.log(line);
  } else {
    fmt::print(stderr, "{}: {}\n", config_.program, line);
  }
}

}  // namespace tocsin::plugin
