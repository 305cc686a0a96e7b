// SPDX-License-Identifier: Apache-2.0
// How long news takes through the house: from the last byte of a feed's body to the plugin's
// handler in another process, with everything between as the daemon has it: loop, workers, rules,
// stories, a store that syncs every commit, wire, plugin library. Beside it what the disk alone
// costs a commit, and what as long a way through bare threads takes on this machine: on a noisy one
// the ratios tell more than the figures.
//
// Runs in the current folder, whose disk is the one that is synced.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bus/wire.hpp"
#include "loop/event_loop.hpp"
#include "loop/worker_pool.hpp"
#include "percentile.hpp"
#include "pipeline/intake.hpp"
#include "pipeline/ledger_thread.hpp"
#include "reader_process.hpp"
#include "rule_sample.hpp"
#include "scratch_store.hpp"
#include "store/log_reader.hpp"
#include "topics/background.hpp"

namespace tocsin::bench {
namespace {

constexpr std::size_t feeds = 50;

/// Documents that go before those that count, at least: all that is done once is done. More go
/// until the reader's socket for what is live has connected, which may take a second, and not for
/// ever.
constexpr std::size_t warm_up = 100;
constexpr std::size_t longest_warm_up = 1000;

/// Worker, ledger, wire, ZeroMQ's in the other process, the plugin's.
constexpr std::size_t threads_passed = 5;

/// Fires on the item that is new in each document, and on words of no other item.
topics::Topic alarm() {
  topics::Topic topic;
  topic.id = "alarm";
  topic.title = "Alarm";
  topic.status = topics::Status::stable;
  topic.severity = 3;
  topic.threshold = 0.01;
  topic.average_length = 100;
  topic.terms = {{.text = "probe*", .weight = 100, .provenance = {}}};
  topic.digest = "0123456789abcdef";
  return topic;
}

story::InverseDocumentFrequency word_weights() {
  const auto table = std::make_shared<const topics::Background>(
      must(topics::Background::load(TOCSIN_SOURCE_DIR "/config/background.bin")));
  const auto items = static_cast<double>(table->item_count());
  return [table, items](std::string_view word) {
    return std::log((items + 1) / (static_cast<double>(table->document_frequency(word)) + 1));
  };
}

std::string item_xml(std::size_t number, const SampleItem& item) {
  return fmt::format(
      "<item><guid>{0}</guid><link>https://news{0}.example/</link>"
      "<title>Probe{0} {1}</title><description>{2}</description></item>",
      number, item.title, item.body);
}

/// Feeds whose documents hold so many items; each new document begins with one that is new.
class Feeds {
 public:
  Feeds(std::vector<SampleItem> texts, std::size_t items_of_a_feed)
      : texts_{std::move(texts)},
        items_of_a_feed_{items_of_a_feed} {}

  /// The next document of the feed `feed`; its new item has the number `items()`.
  std::string next(std::size_t feed) {
    std::deque<std::string>& window = windows_.at(feed);
    ++items_;
    window.push_front(item_xml(items_, texts_[items_ % texts_.size()]));
    if (window.size() > items_of_a_feed_) window.pop_back();
    std::string body = "<rss version=\"2.0\"><channel><title>Feed</title>";
    for (const std::string& item : window) body += item;
    return body + "</channel></rss>";
  }

  [[nodiscard]] std::size_t items() const { return items_; }

 private:
  std::vector<SampleItem> texts_;
  std::size_t items_of_a_feed_;
  std::vector<std::deque<std::string>> windows_ = std::vector<std::deque<std::string>>(feeds);
  std::size_t items_ = 0;
};

/// The daemon between the fetcher and the sockets.
class House {
 public:
  House(const ScratchFolder& folder, std::shared_ptr<const topics::RuleSet> rules)
      : loop_{must(loop::EventLoop::create())},
        workers_{must(loop::WorkerPool::start({}))} {
    auto store = must(store::Store::open(folder.database()));
    wire_ = must(bus::Wire::start({.runtime_directory = folder.path()},
                                  must(store::StoreLogReader::open(folder.database())), {}));
    ledger_ = must(pipeline::LedgerThread::start(
        std::move(store), clock_, {}, word_weights(),
        {.on_learned =
             [this](std::vector<pipeline::Learned> all) {
               loop_->post([this, all = std::move(all)] { learn(all); });
             },
         .on_committed =
             [this](std::vector<alert::LogRecord> records) {
               publish(std::move(records));
             }}));
    intake_ = std::make_unique<pipeline::Intake>(*loop_, *workers_, *ledger_, [](bool) {});
    intake_->use(std::move(rules));
  }

  House(const House&) = delete;
  House& operator=(const House&) = delete;

  ~House() {
    workers_->drain();
    ledger_->stop();
    wire_->stop();
  }

  [[nodiscard]] loop::EventLoop& loop() { return *loop_; }

  void take(std::size_t feed, std::string body) {
    pipeline::FetchedDocument document;
    document.feed.key = fmt::format("feed-{}", feed);
    document.state = states_[document.feed.key];
    document.state.key = document.feed.key;
    document.fetched = clock_.now();
    document.body = std::move(body);
    document.url = "https://news.example/rss";
    intake_->take(std::move(document));
  }

  [[nodiscard]] std::size_t learned() const { return learned_; }

  /// When each of the alarm's alerts was committed, in the order of the log. Read when all is over.
  [[nodiscard]] const std::vector<std::int64_t>& committed() const { return committed_; }

 private:
  void learn(const std::vector<pipeline::Learned>& all) {
    for (const pipeline::Learned& one : all) {
      intake_->remember(one.feed_key, one.seen);
      states_[one.feed_key] = one.state;
      ++learned_;
    }
  }

  void publish(std::vector<alert::LogRecord> records) {
    const std::int64_t now = monotonic_ns();
    for (const alert::LogRecord& record : records) {
      if (record.frame.starts_with("alert/alarm/")) committed_.push_back(now);
    }
    wire_->publish(std::move(records));
  }

  SystemClock clock_;
  std::vector<std::int64_t> committed_;  // the ledger's thread
  std::unique_ptr<loop::EventLoop> loop_;
  std::unique_ptr<loop::WorkerPool> workers_;
  std::unique_ptr<bus::Wire> wire_;
  std::unique_ptr<pipeline::LedgerThread> ledger_;
  std::unique_ptr<pipeline::Intake> intake_;
  std::map<std::string, store::FeedState> states_;  ///< As last stored.
  std::size_t learned_ = 0;
};

/// Calls `next` every `pace` on the loop until it returns false.
void run_paced(loop::EventLoop& loop, std::chrono::milliseconds pace,
               const std::function<bool()>& next) {
  loop::Timer timer{loop, [&] {
                      if (!next()) return loop.stop();
                      timer.fire_after(pace);
                    }};
  timer.fire_after(pace);
  loop.run();
}

/// How long a commit takes that appends one row of 1 KiB to SQLite, synced as ours are, at the same
/// pace: what the disk alone costs.
std::vector<double> append_bare(const ScratchFolder& folder, std::chrono::milliseconds pace,
                                std::size_t count) {
  sqlite3* database = nullptr;
  sqlite3_open((folder.path() + "/bare.db").c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "CREATE TABLE log (seq INTEGER PRIMARY KEY, payload TEXT)",
               nullptr, nullptr, nullptr);
  std::vector<double> micros;
  auto next = std::chrono::steady_clock::now();
  bool is_well = true;
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_until(next += pace);
    const std::int64_t begun = monotonic_ns();
    is_well = sqlite3_exec(database, "INSERT INTO log (payload) VALUES (hex(zeroblob(512)))",
                           nullptr, nullptr, nullptr) == SQLITE_OK &&
              is_well;
    micros.push_back(static_cast<double>(monotonic_ns() - begun) / 1000);
  }
  sqlite3_close(database);
  if (!is_well) throw std::runtime_error{"SQLite refused"};
  return micros;
}

/// Microseconds a token takes through as many threads as an alert passes, which only compute:
/// `each` at a time, at the same pace. What exceeds the sum is the machine's scheduling alone.
std::vector<double> hand_on(std::chrono::nanoseconds each, std::chrono::milliseconds pace,
                            std::size_t count) {
  std::deque<std::binary_semaphore> turns;
  for (std::size_t i = 0; i <= threads_passed; ++i) turns.emplace_back(0);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < threads_passed; ++i) {
    threads.emplace_back([&turns, i, each, count] {
      for (std::size_t n = 0; n < count; ++n) {
        turns[i].acquire();
        const std::int64_t end = monotonic_ns() + each.count();
        while (monotonic_ns() < end) continue;
        turns[i + 1].release();
      }
    });
  }
  std::vector<double> micros;
  auto next = std::chrono::steady_clock::now();
  for (std::size_t n = 0; n < count; ++n) {
    std::this_thread::sleep_until(next += pace);
    const std::int64_t begun = monotonic_ns();
    turns.front().release();
    turns.back().acquire();
    micros.push_back(static_cast<double>(monotonic_ns() - begun) / 1000);
  }
  return micros;
}

void tell(benchmark::State& state, const std::string& what, std::vector<double> micros) {
  state.counters[what + "p50_us"] = percentile(micros, .50);
  state.counters[what + "p99_us"] = percentile(micros, .99);
  state.counters[what + "max_us"] = percentile(micros, 1);
}

/// Arguments: topics; documents a second; documents; items in each, of which one is new.
void arrive(benchmark::State& state) {
  const auto arrivals = static_cast<std::size_t>(state.range(2));
  const auto items_of_a_feed = static_cast<std::size_t>(state.range(3));
  RuleSample sample{1};
  auto topics = sample.topics(static_cast<std::size_t>(state.range(0)) - 1);
  Feeds documents{sample.items(warm_up + arrivals + feeds * items_of_a_feed, 100, topics),
                  items_of_a_feed};
  topics.push_back(alarm());
  const ScratchFolder folder;
  ReaderProcess readers{{.runtime_directory = folder.path(), .bare = 0, .filter = "alert/alarm/"}};
  Diagnostics diagnostics;
  House house{folder, must(topics::RuleSet::compile(std::move(topics), diagnostics))};
  std::vector<std::int64_t> arrived(1, 0);
  // The first document of a feed is its baseline and tells nothing.
  for (std::size_t feed = 0; feed < feeds; ++feed) {
    for (std::size_t i = 0; i + 1 < items_of_a_feed; ++i) static_cast<void>(documents.next(feed));
    house.take(feed, documents.next(feed));
  }
  run_paced(house.loop(), std::chrono::milliseconds{10},
            [&] { return house.learned() < feeds || readers.board().ready < readers.readers(); });
  const std::size_t before = documents.items();
  const auto take_up_to = [&](std::size_t count) {
    run_paced(house.loop(), std::chrono::milliseconds{1000 / state.range(1)}, [&] {
      const std::size_t number = arrived.size() - 1;
      if (number == count) return false;
      std::string body = documents.next(number % feeds);
      arrived.push_back(monotonic_ns());
      house.take(number % feeds, std::move(body));
      return true;
    });
    run_paced(house.loop(), std::chrono::milliseconds{10},
              [&] { return house.learned() < feeds + count; });
  };
  std::size_t first = warm_up;
  take_up_to(first);
  while (readers.board().live == 0 && first < longest_warm_up) take_up_to(++first);
  for (auto _ : state) take_up_to(first + arrivals);
  std::vector<double> micros;
  for (std::size_t number = first + 1; number < arrived.size(); ++number) {
    const std::int64_t handled = readers.board().handled.at(before + number);
    if (handled > 0) micros.push_back(static_cast<double>(handled - arrived[number]) / 1000);
  }
  // Alerts are committed in the order of arrival, save two documents that two workers had at once.
  std::vector<double> to_commit;
  for (std::size_t i = first; i < std::min(house.committed().size(), arrived.size() - 1); ++i) {
    to_commit.push_back(static_cast<double>(house.committed()[i] - arrived[i + 1]) / 1000);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(arrivals));
  state.counters["alerts"] = static_cast<double>(micros.size());
  const std::chrono::milliseconds pace{1000 / state.range(1)};
  const std::chrono::duration<double, std::micro> each{percentile(micros, .50) / threads_passed};
  const auto bare = std::min<std::size_t>(arrivals, 1000);
  tell(state, "", std::move(micros));
  tell(state, "commit_", std::move(to_commit));
  tell(state, "bare_", append_bare(folder, pace, bare));
  tell(state, "chain_",
       hand_on(std::chrono::duration_cast<std::chrono::nanoseconds>(each), pace, bare));
}

BENCHMARK(arrive)
    ->ArgNames({"topics", "a_second", "documents", "items"})
    ->Args({100, 100, 100, 5})
    ->Args({10'000, 100, 3000, 1})
    ->Args({10'000, 100, 3000, 20})
    ->Iterations(1)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tocsin::bench
