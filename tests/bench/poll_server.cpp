// SPDX-License-Identifier: Apache-2.0
#include "bench/poll_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <deque>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "base/unique_fd.hpp"

namespace tocsin::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

void must(bool is_well, const char* what) {
  if (!is_well) throw std::system_error{errno, std::generic_category(), what};
}

UniqueFd listen_everywhere() {
  UniqueFd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  must(fd.is_open(), "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  must(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
  must(::listen(fd.get(), SOMAXCONN) == 0, "listen");
  return fd;
}

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  must(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0, "getsockname");
  return ntohs(address.sin_port);
}

/// The server's process: one epoll loop without an end.
class Responder {
 public:
  Responder(UniqueFd listener, const PollServerOptions& options)
      : listener_{std::move(listener)},
        delay_{options.delay},
        unchanged_percent_{options.unchanged_percent},
        closes_{options.closes} {
    const std::string tail = closes_ ? "Connection: close\r\n\r\n" : "\r\n";
    const std::string validators =
        "ETag: \"v1\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n";
    unchanged_ = "HTTP/1.1 304 Not Modified\r\n" + validators + tail;
    changed_ = "HTTP/1.1 200 OK\r\n" + validators + "Content-Type: " + options.content_type +
               "\r\nContent-Length: " + std::to_string(options.document.size()) + "\r\n" + tail +
               options.document;
    watch(listener_.get(), EPOLLIN, EPOLL_CTL_ADD);
  }

  [[noreturn]] void run() {
    std::array<epoll_event, 256> ready{};
    while (true) {
      const int count = ::epoll_wait(epoll_.get(), ready.data(), static_cast<int>(ready.size()),
                                     milliseconds_to_next_answer());
      for (int i = 0; i < count; ++i) serve(ready.at(static_cast<std::size_t>(i)));
      answer_due();
    }
  }

 private:
  struct Peer {
    UniqueFd fd{};
    std::string in{};
    std::string_view out{};
    bool is_blocked = false;
    std::uint64_t number = 0;  ///< Tells a peer from the earlier ones with its descriptor.
  };

  struct Due {
    SteadyClock::time_point at;
    int fd;
    std::uint64_t number;
    std::string_view answer;
  };

  void watch(int fd, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(epoll_.get(), operation, fd, &event);
  }

  void serve(const epoll_event& event) {
    if (event.data.fd == listener_.get()) return accept_all();
    Peer& peer = peers_.at(static_cast<std::size_t>(event.data.fd));
    if (!peer.fd.is_open()) return;
    if ((event.events & EPOLLOUT) != 0 && !send(peer)) return drop(peer);
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive(peer);
  }

  void accept_all() {
    while (true) {
      UniqueFd fd{::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
      if (!fd.is_open()) return;
      const int no_delay = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
      const auto place = static_cast<std::size_t>(fd.get());
      if (place >= peers_.size()) peers_.resize(place * 2 + 1);
      watch(fd.get(), EPOLLIN, EPOLL_CTL_ADD);
      peers_[place] = Peer{.fd = std::move(fd), .number = ++last_number_};
    }
  }

  void receive(Peer& peer) {
    std::array<char, 16'384> buffer{};
    const ssize_t got = ::read(peer.fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(peer);
    peer.in.append(buffer.data(), static_cast<std::size_t>(got));
    const auto end = peer.in.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const bool is_conditional =
        std::string_view{peer.in}.substr(0, end).find("If-None-Match:") != std::string_view::npos;
    peer.in.erase(0, end + 4);
    const std::string_view answer = choose_answer(is_conditional);
    if (delay_.count() > 0) {
      due_.push_back({SteadyClock::now() + delay_, peer.fd.get(), peer.number, answer});
    } else {
      respond(peer, answer);
    }
  }

  std::string_view choose_answer(bool is_conditional) {
    if (!is_conditional) return changed_;
    // 37 and 100 have no common factor: the documents come spread out and not in one run.
    const bool is_unchanged = ++conditional_ * 37 % 100 < unchanged_percent_;
    return is_unchanged ? unchanged_ : changed_;
  }

  void respond(Peer& peer, std::string_view answer) {
    peer.out = answer;
    if (!send(peer)) drop(peer);
  }

  /// False when the connection is over.
  bool send(Peer& peer) {
    const ssize_t sent = ::send(peer.fd.get(), peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent > 0) peer.out.remove_prefix(static_cast<std::size_t>(sent));
    const bool is_blocked = !peer.out.empty();
    if (is_blocked != peer.is_blocked) {
      watch(peer.fd.get(), is_blocked ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
      peer.is_blocked = is_blocked;
    }
    return is_blocked || !closes_;
  }

  static void drop(Peer& peer) { peer = Peer{}; }

  void answer_due() {
    if (due_.empty()) return;
    const auto now = SteadyClock::now();
    while (!due_.empty() && due_.front().at <= now) {
      const Due due = due_.front();
      due_.pop_front();
      Peer& peer = peers_.at(static_cast<std::size_t>(due.fd));
      if (peer.fd.is_open() && peer.number == due.number) respond(peer, due.answer);
    }
  }

  [[nodiscard]] int milliseconds_to_next_answer() const {
    if (due_.empty()) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - SteadyClock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
  }

  UniqueFd listener_;
  UniqueFd epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  std::chrono::milliseconds delay_;
  unsigned unchanged_percent_;
  bool closes_;
  std::string unchanged_;
  std::string changed_;
  std::vector<Peer> peers_{64};
  std::deque<Due> due_;  // the delay is the same for all: in the order of their time
  std::uint64_t last_number_ = 0;
  std::uint64_t conditional_ = 0;
};

/// A descriptor for each connection, as many as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

PollServer::PollServer(PollServerOptions options) {
  UniqueFd listener = listen_everywhere();
  port_ = port_of(listener.get());
  const pid_t parent = ::getpid();
  process_ = ::fork();
  must(process_ >= 0, "fork");
  if (process_ > 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(0);
  raise_descriptor_limit();
  Responder{std::move(listener), options}.run();
}

PollServer::~PollServer() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

std::string PollServer::url(std::uint32_t number, std::uint32_t hosts) const {
  const std::uint32_t host = 1 + number % std::max(hosts, 1U);
  return "http://127." + std::to_string(host >> 16U & 0xFFU) + "." +
         std::to_string(host >> 8U & 0xFFU) + "." + std::to_string(host & 0xFFU) + ":" +
         std::to_string(port_) + "/feed/" + std::to_string(number);
}

}  // namespace tocsin::bench
