// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/cpp/src/client.hpp"
#include "sdk/cpp/src/dispatcher.hpp"
#include "sdk/cpp/src/messages.hpp"
#include "sdk/cpp/src/sd_notify.hpp"
#include "tocsin/gap_rule.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

/// NAK, TERM or DONE on its way; sent again until the daemon answers.
struct Report {
  const char* verb = "";
  std::string json = {};
  std::optional<Instant> sent_at = {};
};

/// One reader from its first HELLO to its BYE, over as many connections as it takes.
///
/// Thread: one, which also runs the handler. While an alert waits to be tried again the sockets are
/// still read; while the handler works they are not, and what is lost meanwhile is fetched.
class Runner {
 public:
  Runner(const Config& config, const Handler& handler, EndpointPair endpoints,
         std::optional<ClientKeys> keys);

  /// Until `config` or `should_stop` says so. The exit status of `run`.
  [[nodiscard]] int run(const std::function<bool()>& should_stop);

 private:
  void turn(const std::function<bool()>& is_over);
  void connect();
  void lose_connection(std::string_view why);
  void say_hello();

  void read_sockets();
  void on_live(std::vector<std::string> frames);
  void on_head(const std::string& json);
  void on_reply(Reply reply);
  void on_welcome(const Answer& answer);
  void on_end(const Answer& answer);
  void on_gap(const Answer& answer);
  void on_error(const Answer& answer);

  void ask();
  void take_due();
  void on_due(const Answer& answer);
  void on_settled(const Answer& answer);
  void handle(const std::function<bool()>& is_over);
  void finish();
  void idle();
  void conclude(const Step& step);
  void tell(const Step& step);
  void tell_of_hold();
  void tell_of_summary(const Step& step, const std::string& reason);
  void report(const char* verb, const Step& step);
  void send_reports();
  void acknowledge(bool at_once);
  void chores();
  void tell_status();
  void send_status();
  void drain();
  void finish_work();
  void wait_for(const std::function<bool()>& is_done, std::chrono::milliseconds limit);

  [[nodiscard]] std::chrono::milliseconds time_to_wait() const;
  [[nodiscard]] bool has_finished() const;
  [[nodiscard]] std::chrono::milliseconds answer_limit() const;
  void end(int status, const std::string& why);
  void tell_gap(const Gap& gap);
  [[nodiscard]] std::string last_error() const;
  void log(const std::string& line) const;

  const Config& config_;
  EndpointPair endpoints_;
  std::optional<ClientKeys> keys_;
  Greeting greeting_;
  Dispatcher dispatcher_;
  ServiceManager manager_;

  std::unique_ptr<Client> client_;  // null while between connections
  bool is_welcome_ = false;
  Instant now_;
  Instant began_;
  Instant connect_at_;
  Instant last_head_;
  Instant asked_at_;
  std::chrono::milliseconds pause_{0};  // before the next connection
  std::chrono::milliseconds heartbeat_{1000};

  std::optional<GapRule> rule_;  // from the first WELCOME on
  std::string epoch_;
  std::uint64_t number_ = 0;  // of the request under way
  std::vector<Frame> batch_;  // DATA until its END
  /// What the daemon has not yet said it wrote down, by seq.
  std::map<std::uint64_t, Report> reports_;
  bool is_taking_due_ = false;
  Instant due_at_;  // when to ask for what was given back
  std::uint64_t acknowledged_ = 0;
  std::uint64_t handled_at_ack_ = 0;
  Instant ack_at_;
  Instant status_at_;
  Instant status_turn_at_;
  Instant watchdog_at_;
  bool was_failing_ = false;
  std::int64_t held_told_ = 0;
  std::string problem_;    // what `idle` says is wrong
  std::string halted_;     // why the handler wants no more
  unsigned refusals_ = 0;  // "busy" in a row
  bool said_bye_ = false;
  std::optional<int> status_;
};

}  // namespace tocsin::plugin
