// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/daemon_inputs.hpp"
#include "app/near_misses.hpp"
#include "app/plugin_children.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "bus/wire.hpp"
#include "http/curl_fetcher.hpp"
#include "log/repeat_gate.hpp"
#include "loop/counter.hpp"
#include "loop/event_loop.hpp"
#include "loop/signal_watch.hpp"
#include "loop/worker_pool.hpp"
#include "pipeline/intake.hpp"
#include "pipeline/ledger_thread.hpp"
#include "poll/poller.hpp"
#include "service/notify.hpp"
#include "store/state_lock.hpp"
#include "web/http_server.hpp"

namespace tocsin::app {

struct RunOptions {
  bool once = false;
  std::vector<std::string> plugins;  ///< Instances to run as children, see PluginChildren.
  UniqueFd ready;  ///< When open, one JSON line is written here when the daemon serves.
};

/// The daemon: owns the parts, wires them, starts and stops them in order.
///
/// Thread: the loop thread, which is the one that calls `run`. The data's way is bytes → items →
/// new items → matches → stories → alerts → log → wire; what a commit taught comes back to the
/// poller as a value. Stopping: no new polls → transfers cancelled → workers drained → ledger
/// committed → wire flushed.
class Daemon {
 public:
  /// Takes the state lock, opens the store, binds the sockets. Fails with one line naming the
  /// thing; nothing is left behind.
  [[nodiscard]] static Result<std::unique_ptr<Daemon>> create(Context context, DaemonInputs inputs,
                                                              RunOptions options);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon();

  /// Serves until SIGTERM or SIGINT, or with `once` until every feed was polled. The exit code.
  int run();

 private:
  Daemon(Context context, DaemonInputs inputs, RunOptions options);

  [[nodiscard]] Result<void> take_state();
  [[nodiscard]] Result<void> start_loop();
  [[nodiscard]] Result<void> open_store();  ///< And starts the ledger, its one writer.
  [[nodiscard]] Result<void> lock_sockets();
  [[nodiscard]] Result<void> start_wire();
  [[nodiscard]] Result<void> start_polling();
  [[nodiscard]] Result<void> start_health();
  void announce();
  void start_plugins();
  void begin_stop();  ///< Lets the plugins drain first; a second time it does not wait for them.
  void stop();

  void take(poll::Polled polled);
  void learn(const std::vector<pipeline::Learned>& learned);
  void tell_health(const store::FeedState& state);
  void reload(const bus::AdminReply& reply);
  void begin_reload();
  void submit_reload();
  void apply(Result<DaemonInputs> inputs, const Diagnostics& diagnostics);
  [[nodiscard]] std::string take_up(DaemonInputs inputs);  ///< The answer to who asked.
  void tell_refused_reload(const std::vector<std::string>& problems);
  [[nodiscard]] std::size_t old_rule_sets();  ///< Replaced, and still in somebody's hands.
  void answer(const bus::AdminRequest& request, const bus::AdminReply& reply);
  void change_stories(const bus::AdminRequest& request, const bus::AdminReply& reply);
  void take_new_name(alert::Acknowledgement place, const bus::StoredReply& reply);
  void take_verdict(bus::Verdict verdict, const bus::SettledReply& reply);
  void take_status(const bus::SubscriberStatus& status);
  void take_forgotten(const std::string& name);
  void take_due(bus::DueRequest request, const bus::DueReply& reply);
  void take_keys(const bus::AdminReply& reply);
  void change_letter(const std::string& bytes, const bus::AdminReply& reply);
  void forget_subscriber(const std::string& bytes, const bus::AdminReply& reply);
  void take_feedback(const std::string& bytes, const bus::AdminReply& reply);
  void silence(const bus::AdminRequest& request, const bus::AdminReply& reply);
  void tell_near(const std::string& bytes, const bus::AdminReply& reply);
  [[nodiscard]] bool makes_progress();
  void list_feeds();  ///< Hands them to the poller, which holds them from then on.
  [[nodiscard]] std::string status_json();
  [[nodiscard]] std::string metrics_text() const;

  Context context_;
  DaemonInputs inputs_;
  RunOptions options_;
  SystemClock clock_;
  Time started_;
  std::vector<store::StateLock> locks_;  ///< Of the state folder, and of each socket's path.
  poll::FeedBook stored_feeds_;          ///< As read from the store, until the poller takes them.
  log::RepeatGate gate_;
  loop::Flag ready_;
  loop::Flag is_wired_;           ///< The ledger may use the wire.
  log::RepeatGate refusal_gate_;  ///< Thread: the wire's.
  loop::Counter refusals_;        ///< Alerts that subscribers gave back or gave up.
  loop::Counter redelivered_;     ///< Alerts given back that were delivered again.
  std::set<std::string> halted_;  ///< Subscribers of whom that was told; of the wire thread.
  loop::Counter dead_letters_;    ///< Alerts given up for good.
  int max_deliver_ = 0;
  std::size_t not_stored_ = 0;  ///< Polls whose outcome could not be committed.
  bool is_stopping_ = false;
  bool is_reloading_ = false;
  bool is_reload_wanted_ = false;  ///< Asked for while another was under way.
  std::vector<bus::AdminReply> waiting_reloads_;
  std::vector<bus::AdminReply> reload_replies_;  ///< Of the one under way.
  std::vector<std::weak_ptr<const topics::RuleSet>> old_rules_;
  std::uint64_t reloads_ = 0;
  NearMisses near_;
  std::uint64_t last_beats_ = 0;
  std::uint64_t last_jobs_ = 0;

  // In the order they start; they are destroyed in the reverse order.
  std::unique_ptr<loop::EventLoop> loop_;
  std::unique_ptr<loop::SignalWatch> signals_;
  std::unique_ptr<pipeline::LedgerThread> ledger_;
  std::unique_ptr<bus::Wire> wire_;
  std::unique_ptr<loop::WorkerPool> workers_;
  std::unique_ptr<pipeline::Intake> intake_;
  std::unique_ptr<http::CurlFetcher> fetcher_;
  std::unique_ptr<poll::Poller> poller_;
  std::unique_ptr<service::Watchdog> watchdog_;
  std::unique_ptr<web::HttpServer> health_;
  std::unique_ptr<loop::Timer> reload_retry_;
  std::unique_ptr<loop::Timer> near_end_;
  std::unique_ptr<PluginChildren> plugins_;
};

}  // namespace tocsin::app
