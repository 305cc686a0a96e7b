// SPDX-License-Identifier: Apache-2.0
#include "app/daemon.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include "app/delivery_options_of.hpp"
#include "app/feed_spec_of.hpp"
#include "app/poll_options_of.hpp"
#include "app/story_orders.hpp"
#include "log/log.hpp"
#include "store/log_reader.hpp"
#include "store/store.hpp"
#include "topics/topic.hpp"
#include "web/health.hpp"

namespace tocsin::app {
namespace {

using std::chrono::duration_cast;

constexpr std::size_t most_workers = 4;

/// Each transfer has a descriptor, and a shell gives 1024 where more are to be had.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<void> make_folder(const std::string& path, std::string_view what) {
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (!problem && std::filesystem::is_directory(path)) return {};
  const std::string why = problem ? problem.message() : "it is no folder";
  return fail(Errc::system, std::string{what} + " folder " + path + ": " + why);
}

pipeline::LedgerThreadOptions ledger_options(const settings::Settings& settings) {
  using std::chrono::hours;
  pipeline::LedgerThreadOptions options;
  options.ledger.policy = {.late = settings.alerts.late,
                           .update_interval = settings.alerts.update_interval};
  options.ledger.delivery = delivery_options_of(settings);
  options.ledger.notices = {.failing_after = settings.alerts.failing_after,
                            .silent_after = settings.alerts.silent_after};
  options.ledger.story = story_options_of(settings);
  options.retention = {.items = duration_cast<hours>(settings.store.keep_items),
                       .alerts = duration_cast<hours>(settings.store.keep_alerts),
                       .tombstones = duration_cast<hours>(settings.store.keep_tombstones)};
  return options;
}

void tell_failed_tests(const std::vector<topics::TestReport>& failed) {
  for (const topics::TestReport& report : failed) {
    log::warn("topic test fails",
              {{"topic", report.topic}, {"test", report.name}, {"why", report.why}});
  }
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::create(Context context, DaemonInputs inputs,
                                               RunOptions options) {
  std::unique_ptr<Daemon> daemon{
      new Daemon{std::move(context), std::move(inputs), std::move(options)}};
  if (auto taken = daemon->take_state(); !taken) return fail(taken.error());
  if (auto started = daemon->start_loop(); !started) return fail(started.error());
  if (auto opened = daemon->open_store(); !opened) return fail(opened.error());
  if (auto started = daemon->start_wire(); !started) return fail(started.error());
  if (auto started = daemon->start_polling(); !started) return fail(started.error());
  if (auto started = daemon->start_health(); !started) return fail(started.error());
  return daemon;
}

Daemon::Daemon(Context context, DaemonInputs inputs, RunOptions options)
    : context_{std::move(context)},
      inputs_{std::move(inputs)},
      options_{std::move(options)},
      started_{clock_.now()} {}

Daemon::~Daemon() {
  stop();
}

Result<void> Daemon::take_state() {
  const std::string& folder = inputs_.configuration.paths.state;
  if (auto made = make_folder(folder, "state"); !made) return made;
  auto lock = store::StateLock::take(folder);
  if (!lock) return fail(lock.error());
  locks_.push_back(std::move(*lock));
  return {};
}

Result<void> Daemon::start_loop() {
  raise_descriptor_limit();
  auto loop = loop::EventLoop::create();
  if (!loop) return fail(loop.error());
  loop_ = std::move(*loop);
  // Before the first thread, so that no other thread takes the signals.
  auto signals = loop::SignalWatch::create(*loop_, [this](int signal) {
    if (signal == SIGHUP) {
      reload({});
    } else {
      begin_stop();
    }
  });
  if (!signals) return fail(signals.error());
  signals_ = std::move(*signals);
  reload_retry_ = std::make_unique<loop::Timer>(*loop_, [this] { submit_reload(); });
  near_end_ = std::make_unique<loop::Timer>(*loop_, [this] { intake_->watch_near(0); });
  return {};
}

Result<void> Daemon::open_store() {
  const settings::Paths& paths = inputs_.configuration.paths;
  auto store = store::Store::open(paths.database);
  if (!store) return fail(store.error());
  stored_feeds_.reserve(inputs_.feeds.size());
  const auto read = (*store)->visit_feed_states(
      [this](const store::FeedState& state) { stored_feeds_.remember(state); });
  if (!read) return fail(read.error());

  Diagnostics diagnostics;
  auto weights = load_word_weights(paths.background, diagnostics);
  for (const Diagnostic& one : diagnostics) log::warn("background", {{"problem", to_line(one)}});
  auto ledger = pipeline::LedgerThread::start(
      std::move(*store), clock_, ledger_options(inputs_.configuration.settings), std::move(weights),
      {.on_learned =
           [this](std::vector<pipeline::Learned> learned) {
             loop_->post([this, learned = std::move(learned)] { learn(learned); });
           },
       .on_committed =
           [this](std::vector<alert::LogRecord> records) {
             // What was due as soon as the log opened is fetched by those who come later.
             if (is_wired_.is_up()) wire_->publish(std::move(records));
           }});
  if (!ledger) return fail(ledger.error());
  ledger_ = std::move(*ledger);
  return {};
}

Result<void> Daemon::lock_sockets() {
  constexpr std::string_view scheme = "ipc://";
  const settings::Paths& paths = inputs_.configuration.paths;
  for (const auto* endpoints : {&paths.pub, &paths.ctl}) {
    for (const std::string& endpoint : *endpoints) {
      if (!endpoint.starts_with(scheme)) continue;
      auto lock = store::StateLock::take_socket(endpoint.substr(scheme.size()));
      if (!lock) return fail(lock.error());
      locks_.push_back(std::move(*lock));
    }
  }
  return {};
}

Result<void> Daemon::start_wire() {
  const settings::Paths& paths = inputs_.configuration.paths;
  const settings::BusSettings& bus = inputs_.configuration.settings.bus;
  if (auto made = make_folder(paths.runtime, "runtime"); !made) return made;
  if (auto locked = lock_sockets(); !locked) return locked;
  auto reader = store::StoreLogReader::open(paths.database);
  if (!reader) return fail(reader.error());
  bus::WireOptions options;
  options.runtime_directory = paths.runtime;
  options.pub_endpoints = paths.pub;
  options.ctl_endpoints = paths.ctl;
  options.heartbeat = bus.heartbeat;
  options.key = inputs_.key;
  options.grants = inputs_.grants;
  options.hwm = static_cast<int>(bus.high_water_mark);
  options.connection_limit = bus.max_connections;
  bus::WireCallbacks callbacks;
  callbacks.on_acknowledge = [this](alert::Acknowledgement one) {
    ledger_->acknowledge(std::move(one));
  };
  callbacks.on_new_name = [this](alert::Acknowledgement place, const bus::StoredReply& reply) {
    take_new_name(std::move(place), reply);
  };
  max_deliver_ = static_cast<int>(bus.max_deliver);
  callbacks.on_verdict = [this](bus::Verdict verdict, const bus::SettledReply& reply) {
    take_verdict(std::move(verdict), reply);
  };
  callbacks.on_status = [this](const bus::SubscriberStatus& status) {
    take_status(status);
  };
  callbacks.on_forgotten = [this](const std::string& name) {
    take_forgotten(name);
  };
  callbacks.on_due = [this](bus::DueRequest request, const bus::DueReply& reply) {
    take_due(std::move(request), reply);
  };
  callbacks.admin = [this](const bus::AdminRequest& request, bus::AdminReply reply) {
    loop_->post([this, request, reply = std::move(reply)] { answer(request, reply); });
  };
  auto wire = bus::Wire::start(options, std::move(*reader), std::move(callbacks));
  if (!wire) return fail(wire.error());
  wire_ = std::move(*wire);
  is_wired_.raise();
  return {};
}

Result<void> Daemon::start_polling() {
  const settings::Settings& settings = inputs_.configuration.settings;
  loop::WorkerPoolOptions pool;
  const auto cores = static_cast<std::size_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  pool.threads =
      settings.pipeline.workers > 0 ? settings.pipeline.workers : std::min(cores, most_workers);
  pool.queue_limit = settings.pipeline.queue;
  auto workers = loop::WorkerPool::start(pool);
  if (!workers) return fail(workers.error());
  workers_ = std::move(*workers);
  intake_ = std::make_unique<pipeline::Intake>(
      *loop_, *workers_, *ledger_, [this](bool is_full) { poller_->set_paused(is_full); });
  intake_->use(inputs_.rules);

  auto guard = address_guard_of(settings.http);
  if (!guard) return fail(guard.error());
  http::CurlFetcherOptions fetching;
  fetching.guard = std::move(*guard);
  fetching.max_in_flight = settings.poll.concurrency;
  auto fetcher = http::CurlFetcher::create(*loop_, clock_, std::move(fetching));
  if (!fetcher) return fail(fetcher.error());
  fetcher_ = std::move(*fetcher);
  poller_ = std::make_unique<poll::Poller>(*loop_, *fetcher_, clock_, poll_options_of(settings));
  poller_->on_polled([this](poll::Polled polled) { take(std::move(polled)); });
  return {};
}

Result<void> Daemon::start_health() {
  const std::string& listen = inputs_.configuration.settings.web.listen;
  if (listen.empty()) return {};
  web::ServerOptions options{.thread_name = "health"};
  constexpr std::string_view unix_prefix = "unix:";
  if (listen.starts_with(unix_prefix)) {
    options.unix_path = listen.substr(unix_prefix.size());
  } else {
    options.port = static_cast<std::uint16_t>(std::stoul(listen.substr(listen.rfind(':') + 1)));
  }
  auto health = web::HttpServer::start(
      options,
      web::health_handler({.is_live = [] { return true; },
                           .is_ready = [this] { return ready_.is_up() && !ledger_->is_degraded(); },
                           .metrics =
                               [this] {
                                 return metrics_text();
                               }}));
  if (!health) {
    return fail(health.error().code, "health endpoint " + health.error().message);
  }
  health_ = std::move(*health);
  return {};
}

int Daemon::run() {
  tell_failed_tests(inputs_.failed_tests);
  if (const auto interval = service::watchdog_interval()) {
    watchdog_ =
        std::make_unique<service::Watchdog>(*loop_, *interval, [this] { return makes_progress(); });
  }
  poller_->start_from(std::move(stored_feeds_));
  list_feeds();
  announce();
  start_plugins();
  if (options_.once) poller_->poll_all_once([this] { begin_stop(); });
  loop_->run();
  log::info("stopping");
  service::tell_stopping();
  stop();
  log::info("stopped", {{"alerts", ledger_->alerts()}, {"items", ledger_->new_items()}});
  // `--once` is asked by scripts, which want to know; a service that drains has done its work.
  return options_.once && not_stored_ > 0 ? Exit::failed : Exit::ok;
}

void Daemon::start_plugins() {
  if (options_.plugins.empty()) return;
  // Not the path behind it: a package may have put another program there meanwhile.
  std::vector<std::string> words{"/proc/self/exe", "plugin", "run"};
  const settings::Paths& paths = inputs_.configuration.paths;
  if (paths.is_config_given) words.insert(words.end(), {"--config", paths.config});
  words.insert(words.end(), {"--runtime", paths.runtime, "--"});
  plugins_ = std::make_unique<PluginChildren>(*loop_, std::move(words));
  plugins_->start(options_.plugins);
}

void Daemon::begin_stop() {
  if (!plugins_ || is_stopping_) return loop_->stop();
  is_stopping_ = true;
  poller_->set_paused(true);
  plugins_->stop([this] { loop_->stop(); });
}

void Daemon::stop() {
  if (poller_) poller_->set_paused(true);
  if (fetcher_) fetcher_->cancel_all();
  if (workers_) workers_->drain();
  if (ledger_) ledger_->stop();
  if (wire_) wire_->stop();
}

bool Daemon::makes_progress() {
  const bool ledger_beats = ledger_->beats() != last_beats_;
  const bool workers_work = workers_->queued() == 0 || workers_->done() != last_jobs_;
  last_beats_ = ledger_->beats();
  last_jobs_ = workers_->done();
  return ledger_beats && workers_work;
}

}  // namespace tocsin::app
