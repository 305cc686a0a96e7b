// SPDX-License-Identifier: Apache-2.0
#include "reader_process.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <new>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <zmq.hpp>

#include "tocsin/plugin.hpp"

namespace tocsin::bench {
namespace {

/// One SUB socket whose frames are counted and thrown away.
struct BareReader {
  zmq::socket_t socket;
  std::atomic<std::uint64_t>* received = nullptr;
  bool is_ready = false;
};

/// Takes all that is there.
void read_all(BareReader& reader, Board& board) {
  zmq::message_t message;
  while (reader.socket.recv(message, zmq::recv_flags::dontwait)) {
    const bool is_head = message.to_string_view() == "~head/";
    while (message.more()) static_cast<void>(reader.socket.recv(message));
    if (!is_head) {
      reader.received->fetch_add(1, std::memory_order_relaxed);
    } else if (!std::exchange(reader.is_ready, true)) {
      ++board.ready;
    }
  }
}

void run_bare(const ReaderProcess::Options& options, Board& board, std::size_t first) {
  zmq::context_t context{1};
  std::vector<BareReader> readers;
  std::vector<zmq::pollitem_t> items;
  for (std::size_t i = 0; i < options.bare; ++i) {
    zmq::socket_t socket{context, zmq::socket_type::sub};
    socket.set(zmq::sockopt::subscribe, options.filter);
    socket.set(zmq::sockopt::subscribe, "~head/");
    socket.set(zmq::sockopt::reconnect_ivl, 10);
    socket.connect("ipc://" + options.runtime_directory + "/pub.sock");
    readers.push_back({.socket = std::move(socket), .received = &board.received.at(first + i)});
  }
  for (BareReader& reader : readers) items.push_back({reader.socket.handle(), 0, ZMQ_POLLIN, 0});
  while (!board.is_over) {
    zmq::poll(items, std::chrono::milliseconds{20});
    for (BareReader& reader : readers) read_all(reader, board);
  }
}

void run_plugin(const ReaderProcess::Options& options, Board& board) {
  plugin::Config config;
  config.name = "bench";
  config.connect = "ipc:" + options.runtime_directory;
  config.filters = {options.filter};
  config.max_inflight = 1000;
  config.log = [](std::string_view) {
  };
  config.on_daemon = [&board](bool is_there) {
    if (is_there) ++board.ready;
  };
  config.should_stop = [&board] {
    return board.is_over.load();
  };
  static_cast<void>(
      plugin::run(config, [&](const plugin::Alert& alert, const plugin::Delivery& one) {
        std::size_t number = 0;
        std::from_chars(alert.item.guid.data(), alert.item.guid.data() + alert.item.guid.size(),
                        number);
        if (number < Board::most_items) board.handled.at(number) = monotonic_ns();
        board.received[0].fetch_add(1, std::memory_order_relaxed);
        if (one.is_live) ++board.live;
        return plugin::Ok{};
      }));
}

void run_readers(const ReaderProcess::Options& options, Board& board) {
  std::thread bare{[&] {
    run_bare(options, board, options.has_plugin ? 1 : 0);
  }};
  if (options.has_plugin) run_plugin(options, board);
  bare.join();
}

}  // namespace

std::int64_t monotonic_ns() {
  return std::chrono::nanoseconds{std::chrono::steady_clock::now().time_since_epoch()}.count();
}

ReaderProcess::ReaderProcess(const Options& options)
    : readers_{options.bare + (options.has_plugin ? 1 : 0)} {
  void* memory =
      ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error{"no shared memory"};
  board_ = new (memory) Board;
  child_ = ::fork();
  if (child_ < 0) throw std::runtime_error{"no child process"};
  if (child_ == 0) {
    run_readers(options, *board_);
    ::_exit(0);
  }
}

ReaderProcess::~ReaderProcess() {
  board_->is_over = true;
  ::waitpid(child_, nullptr, 0);
  ::munmap(board_, sizeof(Board));
}

std::uint64_t ReaderProcess::slowest() const {
  const auto& received = board_->received;
  return *std::min_element(received.begin(),
                           received.begin() + static_cast<std::ptrdiff_t>(readers_));
}

}  // namespace tocsin::bench
