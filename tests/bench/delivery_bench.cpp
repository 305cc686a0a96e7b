// SPDX-License-Identifier: Apache-2.0
// From the log to the reader, over ZeroMQ, between two processes: what is committed with FULL
// durability, published, received by eight subscribers and decoded by one.
//
// The bare halves are the yardsticks: an SQLite append loop, and PUB/SUB without anything around
// it. On a noisy machine the ratio to them tells more than the figure. Runs in the current folder,
// whose disk is the one that is synced.

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "alert/codec.hpp"
#include "bus/wire.hpp"
#include "percentile.hpp"
#include "reader_process.hpp"
#include "scratch_store.hpp"
#include "store/log_reader.hpp"
#include "store/store.hpp"

namespace tocsin::bench {
namespace {

constexpr std::size_t alert_bytes = 1024;
constexpr std::size_t topics = 20;
constexpr std::size_t group = 100;  // alerts in one commit while they come faster than commits
/// Alerts that may be on their way. A reader's queue holds 1,000, of which up to half, and
/// what is read within a millisecond, may be read already without the sender knowing.
constexpr std::uint64_t lead = 300;
constexpr std::uint64_t sustained = 60'000;

/// An alert whose payload takes about 1 KiB, which leaves little for the words.
alert::Alert alert_of(std::uint64_t number) {
  alert::Alert alert;
  alert.id = "0f3a91c2" + std::to_string(number);
  alert.severity = 3;
  alert.item.id = alert.id;
  alert.item.guid = std::to_string(number);
  alert.item.title = "River rises above the mark";
  alert.item.url = "https://news.example/" + std::to_string(number);
  alert.match.topic = "topic-" + std::to_string(number % topics);
  alert.match.threshold = 3;
  alert.match.score = 4;
  alert.match.evidence = {{"title", 0, 5, "River", "river", 4.0}};
  alert.story.id = "s1";
  return alert;
}

/// Store and wire as the daemon has them, with a thread that is the ledger: this one.
class Desk {
 public:
  explicit Desk(const ScratchFolder& folder)
      : store_{must(store::Store::open(folder.database()))},
        wire_{must(bus::Wire::start({.runtime_directory = folder.path()},
                                    must(store::StoreLogReader::open(folder.database())),
                                    {.on_acknowledge = [this](alert::Acknowledgement one) {
                                      keep(std::move(one));
                                    }}))} {}

  /// Commits `count` alerts together with what subscribers have acknowledged, and publishes them.
  void commit(std::size_t count) {
    auto transaction = must(store_->begin());
    std::vector<alert::LogRecord> records;
    for (std::size_t i = 0; i < count; ++i) {
      auto alert = alert_of(++number_);
      records.push_back(must(transaction.append_alert(alert, 0, Time{})));
      bytes_ += records.back().payload.size();
    }
    for (const auto& one : taken()) {
      must(transaction.acknowledge(one.subscriber, one.seq, Time{}));
    }
    must(transaction.commit());
    committed_at_ = monotonic_ns();
    wire_->publish(std::move(records));
  }

  void stop() { wire_->stop(); }

  [[nodiscard]] std::uint64_t committed() const { return number_; }

  [[nodiscard]] std::int64_t committed_at() const { return committed_at_; }

  [[nodiscard]] double bytes_each() const {
    return static_cast<double>(bytes_) / static_cast<double>(number_);
  }

  [[nodiscard]] std::uint64_t dropped() const { return wire_->counters().dropped; }

 private:
  void keep(alert::Acknowledgement one) {
    const std::lock_guard lock{mutex_};
    acknowledged_.push_back(std::move(one));
  }

  std::vector<alert::Acknowledgement> taken() {
    const std::lock_guard lock{mutex_};
    return std::exchange(acknowledged_, {});
  }

  std::mutex mutex_;  // guards acknowledged_
  std::vector<alert::Acknowledgement> acknowledged_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<bus::Wire> wire_;
  std::uint64_t number_ = 0;
  std::uint64_t bytes_ = 0;
  std::int64_t committed_at_ = 0;
};

template <typename Done>
bool wait_until(const Done& is_done) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!is_done()) {
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::sleep_for(std::chrono::microseconds{50});
  }
  return true;
}

bool wait_for_readers(ReaderProcess& readers) {
  return wait_until([&] { return readers.board().ready.load() >= readers.readers(); });
}

// --- the yardsticks ---

/// SQLite as the store sets it up, one table, one statement. Argument: rows in one commit.
void append_bare(benchmark::State& state) {
  const ScratchFolder folder;
  sqlite3* database = nullptr;
  sqlite3_open(folder.database().c_str(), &database);
  sqlite3_exec(database,
               "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
               "CREATE TABLE log (seq INTEGER PRIMARY KEY, payload TEXT)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(database, "INSERT INTO log (payload) VALUES (?)", -1, &insert, nullptr);
  const std::string payload(alert_bytes, 'x');
  bool is_well = insert != nullptr;
  for (auto _ : state) {
    sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      sqlite3_bind_text(insert, 1, payload.data(), static_cast<int>(payload.size()), SQLITE_STATIC);
      is_well = sqlite3_step(insert) == SQLITE_DONE && is_well;
      sqlite3_reset(insert);
    }
    is_well = sqlite3_exec(database, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK && is_well;
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
  if (!is_well) state.SkipWithError("SQLite refused");
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// PUB and eight SUB in the other process, three frames of which the last has 1 KiB.
void publish_bare(benchmark::State& state) {
  const ScratchFolder folder;
  ReaderProcess readers{
      {.runtime_directory = folder.path(), .has_plugin = false, .bare = Board::most_readers}};
  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::pub};
  socket.bind("ipc://" + folder.path() + "/pub.sock");
  const bool is_connected = wait_until([&] {
    socket.send(zmq::str_buffer("~head/"), zmq::send_flags::sndmore);
    socket.send(zmq::str_buffer("{}"));
    std::this_thread::sleep_for(std::chrono::milliseconds{60});
    return readers.board().ready.load() >= readers.readers();
  });
  if (!is_connected) return state.SkipWithError("the readers do not connect");
  const std::string header(120, 'h');
  const std::string payload(alert_bytes, 'x');
  std::uint64_t sent = 0;
  for (auto _ : state) {
    const std::uint64_t end = sent + sustained;
    while (sent < end) {
      if (sent >= readers.slowest() + lead) {
        std::this_thread::sleep_for(std::chrono::microseconds{100});
        continue;
      }
      socket.send(zmq::str_buffer("alert/topic-1/3/"), zmq::send_flags::sndmore);
      socket.send(zmq::buffer(header), zmq::send_flags::sndmore);
      socket.send(zmq::buffer(payload));
      ++sent;
    }
    if (!wait_until([&] { return readers.slowest() >= sent; })) {
      return state.SkipWithError("frames were lost");
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(sent));
}

// --- ours ---

/// The log alone. Argument: alerts in one commit.
void append_alerts(benchmark::State& state) {
  const ScratchFolder folder;
  const auto store = must(store::Store::open(folder.database()));
  std::uint64_t number = 0;
  for (auto _ : state) {
    auto transaction = must(store->begin());
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      auto alert = alert_of(++number);
      must(transaction.append_alert(alert, 0, Time{}));
    }
    must(transaction.commit());
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(number));
}

/// Commit, publish, eight subscribers, one of which decodes and acknowledges. As fast as the
/// slowest reader takes them, so that none is lost on the way.
void deliver(benchmark::State& state) {
  const ScratchFolder folder;
  ReaderProcess readers{{.runtime_directory = folder.path()}};
  Desk desk{folder};
  if (!wait_for_readers(readers)) return state.SkipWithError("the readers do not connect");
  for (auto _ : state) {
    const std::uint64_t end = desk.committed() + sustained;
    while (desk.committed() < end) {
      if (desk.committed() + group > readers.slowest() + lead) {
        std::this_thread::sleep_for(std::chrono::microseconds{100});
      } else {
        desk.commit(group);
      }
    }
    if (!wait_until([&] { return readers.slowest() >= desk.committed(); })) {
      return state.SkipWithError("frames were lost");
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(desk.committed()));
  state.counters["payload"] = desk.bytes_each();
  state.counters["live"] =
      static_cast<double>(readers.board().live.load()) / static_cast<double>(desk.committed());
  desk.stop();
}

/// From the commit to the handler's call, at a steady rate. Argument: alerts a second.
void handle(benchmark::State& state) {
  constexpr std::size_t alerts = 5000;
  const ScratchFolder folder;
  ReaderProcess readers{{.runtime_directory = folder.path()}};
  Desk desk{folder};
  if (!wait_for_readers(readers)) return state.SkipWithError("the readers do not connect");
  const std::chrono::nanoseconds pace{1'000'000'000 / state.range(0)};
  std::vector<std::int64_t> committed(1, 0);
  for (auto _ : state) {
    auto next = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < alerts; ++i) {
      std::this_thread::sleep_until(next);
      desk.commit(1);
      committed.push_back(desk.committed_at());
      next += pace;
    }
    if (!wait_until([&] { return readers.board().received[0] >= desk.committed(); })) {
      return state.SkipWithError("alerts were lost");
    }
  }
  std::vector<double> micros;
  for (std::size_t seq = 1; seq < committed.size() && seq < Board::most_items; ++seq) {
    micros.push_back(static_cast<double>(readers.board().handled.at(seq) - committed[seq]) / 1000);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(desk.committed()));
  state.counters["p50_us"] = percentile(micros, .50);
  state.counters["p99_us"] = percentile(micros, .99);
  state.counters["max_us"] = percentile(micros, 1);
  desk.stop();
}

/// A reader that was away fetches what it missed, as docs/reference/wire.md has it, undecoded.
void catch_up(benchmark::State& state) {
  constexpr std::uint64_t missed = 100'000;
  const ScratchFolder folder;
  Desk desk{folder};
  while (desk.committed() < missed) desk.commit(1000);
  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::dealer};
  socket.connect("ipc://" + folder.path() + "/ctl.sock");
  const auto ask = [&](const std::string& verb, const std::string& json) {
    socket.send(zmq::message_t{}, zmq::send_flags::sndmore);
    socket.send(zmq::str_buffer("TCS1"), zmq::send_flags::sndmore);
    socket.send(zmq::buffer(verb), zmq::send_flags::sndmore);
    socket.send(zmq::buffer(json));
  };
  ask("HELLO", R"({"req":1,"instance":"bench","filters":["alert/"],"start":"earliest"})");
  std::uint64_t records = 0;
  std::uint64_t cursor = 0;
  bool is_welcome = false;
  for (auto _ : state) {
    const std::uint64_t end = records + missed;
    cursor = 0;
    while (records < end || !is_welcome) {
      std::vector<zmq::message_t> frames;
      do {
        frames.emplace_back();
        static_cast<void>(socket.recv(frames.back()));
      } while (frames.back().more());
      const std::string_view verb = frames.at(2).to_string_view();
      if (verb == "DATA") {
        ++records;
        ++cursor;
        continue;
      }
      if (verb == "ERR") return state.SkipWithError(frames.at(3).to_string().c_str());
      if (verb != "END" && verb != "WELCOME") continue;
      is_welcome = true;
      if (records < end)
        ask("FETCH", R"({"req":2,"max":500,"after":)" + std::to_string(cursor) + "}");
    }
    ask("FETCH", R"({"req":2,"max":500,"after":0})");
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(records));
  desk.stop();
}

BENCHMARK(append_bare)->Arg(1)->Arg(group)->UseRealTime();
BENCHMARK(append_alerts)->Arg(1)->Arg(group)->UseRealTime();
BENCHMARK(publish_bare)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(deliver)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(handle)->Arg(1000)->Iterations(1)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(catch_up)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tocsin::bench
