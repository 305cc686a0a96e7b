// SPDX-License-Identifier: Apache-2.0
#include "bus/sockets.hpp"

#include <arpa/inet.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include <zmq.hpp>

#include "bus/monitor.hpp"
#include "bus/zap.hpp"

namespace tocsin::bus {
namespace {

constexpr std::string_view ipc_scheme = "ipc://";
constexpr std::string_view tcp_scheme = "tcp://";
constexpr std::size_t ipc_path_limit = 107;  // sun_path, with its end
constexpr std::size_t monitored_per_turn = 4096;
constexpr std::size_t frames_kept = 8;  // of one message: rid, "", greeting, verb, JSON, spare

/// Replies held for one reader. Twice what one FETCH, one DUE and all that it may wait for come to,
/// since libzmq learns of what was read only half a queue at a time.
constexpr int replies_held = 2000;
static_assert(replies_held > 2 * static_cast<int>(fetch_limit + due_limit + waiting_limit));

/// Refuses at most what a peer may send before it is read; see docs/reference/wire.md, "Limits".
void harden(zmq::socket_t& socket, const WireOptions& options, int held) {
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(frame_limit));
  socket.set(zmq::sockopt::sndhwm, held);
  socket.set(zmq::sockopt::linger, static_cast<int>(options.linger.count()));
  socket.set(zmq::sockopt::handshake_ivl,
             static_cast<int>(std::chrono::milliseconds{Connections::handshake_limit}.count()));
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, 60);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, 10);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, 3);
}

/// How a socket asks who may connect: the mechanism and the ZAP domain hold for endpoints bound
/// from now on.
void guard(zmq::socket_t& socket, const std::string& endpoint, const std::string& domain,
           bool has_key) {
  const bool is_local = endpoint.starts_with(ipc_scheme);
  const bool has_curve = !is_local && has_key;
  socket.set(zmq::sockopt::curve_server, has_curve ? 1 : 0);
  // Without a key tcp is on loopback only, where everybody may read.
  const std::string open_to_all = is_local ? "local" : "loopback";
  socket.set(zmq::sockopt::zap_domain, has_curve ? domain : open_to_all);
}

Result<void> bind_one(zmq::socket_t& socket, const std::string& endpoint, const std::string& domain,
                      bool has_key) {
  if (const auto allowed = check_endpoint(endpoint, has_key); !allowed) {
    return fail(allowed.error());
  }
  try {
    guard(socket, endpoint, domain, has_key);
    socket.set(zmq::sockopt::ipv6, endpoint.starts_with("tcp://[") ? 1 : 0);
    socket.bind(endpoint);
  } catch (const zmq::error_t& error) {
    const bool is_taken = error.num() == EADDRINUSE;
    return fail(is_taken ? Errc::busy : Errc::system, endpoint + ": " + error.what());
  }
  if (!endpoint.starts_with(ipc_scheme)) return {};
  const std::string path = endpoint.substr(ipc_scheme.size());
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0) {
    return fail(Errc::system, endpoint + ": its mode cannot be set to 0660");
  }
  return {};
}

Result<std::vector<std::string>> bind_all(zmq::socket_t& socket,
                                          const std::vector<std::string>& endpoints,
                                          const std::string& domain, bool has_key) {
  std::vector<std::string> bound;
  for (const std::string& endpoint : endpoints) {
    if (const auto done = bind_one(socket, endpoint, domain, has_key); !done) {
      return fail(done.error());
    }
    bound.push_back(socket.get(zmq::sockopt::last_endpoint));
  }
  return bound;
}

std::vector<std::string> endpoints_or_default(const std::vector<std::string>& given,
                                              const WireOptions& options, const char* file) {
  if (!given.empty()) return given;
  return {"ipc://" + options.runtime_directory + file};
}

/// libzmq tells the peer of an ipc connection as "localhost:uid:gid:pid" (SO_PEERCRED), that of a
/// tcp one as a numeric address. It is read from the last frame: frame 0 loses its metadata after
/// a poll in libzmq 4.3.4.
Peer peer_of(std::string id, std::string_view address) {
  constexpr std::string_view local = "localhost:";
  Peer peer{.id = std::move(id), .is_local = address.starts_with(local)};
  if (!peer.is_local) return peer;
  const std::string_view digits = address.substr(local.size());
  std::uint32_t uid = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), uid);
  if (read.ec == std::errc{}) peer.uid = uid;
  return peer;
}

std::string_view address_of(zmq::message_t& message) {
  try {
    return message.gets("Peer-Address");
  } catch (const zmq::error_t&) {
    return {};
  }
}

std::string reader_of(zmq::message_t& message) {
  try {
    return message.gets("User-Id");
  } catch (const zmq::error_t&) {
    return {};
  }
}

/// False when the peer is gone or full; nothing of the message was sent then.
Sent send_first(zmq::socket_t& socket, const std::string& id) {
  try {
    const auto flags = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
    return socket.send(zmq::buffer(id), flags) ? Sent::ok : Sent::full;
  } catch (const zmq::error_t&) {
    return Sent::gone;  // EHOSTUNREACH, by ROUTER_MANDATORY
  }
}

}  // namespace

struct Sockets::Pair {
  zmq::context_t context{1};
  zmq::socket_t pub{context, zmq::socket_type::pub};
  zmq::socket_t router{context, zmq::socket_type::router};
  zmq::socket_t zap{context, zmq::socket_type::rep};
  Monitor pub_monitor{context, pub, Door::pub};  // last: they end before the sockets
  Monitor ctl_monitor{context, router, Door::ctl};
};

Result<void> check_endpoint(const std::string& endpoint, bool has_key) {
  if (endpoint.starts_with(ipc_scheme)) {
    const std::string path = endpoint.substr(ipc_scheme.size());
    if (path.empty() || path.front() != '/') {
      return fail(Errc::invalid_input, endpoint + ": an absolute path must follow ipc://");
    }
    if (path.size() >= ipc_path_limit) {
      return fail(Errc::invalid_input, endpoint + ": the path is longer than the system allows");
    }
    return {};
  }
  if (!endpoint.starts_with(tcp_scheme)) {
    return fail(Errc::invalid_input, endpoint + ": expected ipc:// or tcp://");
  }
  if (has_key) return {};
  std::string host = endpoint.substr(tcp_scheme.size());
  host = host.substr(0, host.rfind(':'));
  in_addr address{};
  const bool is_loopback = host == "[::1]" || (::inet_pton(AF_INET, host.c_str(), &address) == 1 &&
                                               (ntohl(address.s_addr) >> 24U) == 127);
  if (is_loopback) return {};
  return fail(Errc::refused, endpoint +
                                 ": other machines could read it, which needs a key (bus.key); " +
                                 "without one bind 127.0.0.1 or [::1]");
}

Result<std::unique_ptr<Sockets>> Sockets::bind(const WireOptions& options) {
  try {
    auto pair = std::make_unique<Pair>();
    harden(pair->pub, options, options.hwm);
    harden(pair->router, options, replies_held);
    pair->router.set(zmq::sockopt::router_mandatory, 1);
    // Before any endpoint: from the first connection on somebody must answer who may come in.
    pair->zap.set(zmq::sockopt::linger, 0);
    pair->zap.bind("inproc://zeromq.zap.01");
    const bool has_key = options.key.has_value();
    if (has_key) {
      pair->pub.set(zmq::sockopt::curve_secretkey, options.key->secret_key);
      pair->router.set(zmq::sockopt::curve_secretkey, options.key->secret_key);
    }
    auto pub =
        bind_all(pair->pub, endpoints_or_default(options.pub_endpoints, options, "/pub.sock"),
                 "pub", has_key);
    if (!pub) return fail(pub.error());
    auto ctl =
        bind_all(pair->router, endpoints_or_default(options.ctl_endpoints, options, "/ctl.sock"),
                 "ctl", has_key);
    if (!ctl) return fail(ctl.error());
    Endpoints bound{.pub = std::move(*pub), .ctl = std::move(*ctl)};
    return std::unique_ptr<Sockets>{new Sockets{std::move(pair), std::move(bound), options}};
  } catch (const zmq::error_t& error) {
    return fail(Errc::system, std::string{"ZeroMQ: "} + error.what());
  }
}

Sockets::Sockets(std::unique_ptr<Pair> pair, Endpoints endpoints, const WireOptions& options)
    : pair_{std::move(pair)},
      endpoints_{std::move(endpoints)},
      has_key_{options.key.has_value()},
      connections_{options.connection_limit} {}

Sockets::~Sockets() = default;

namespace {

void send_all(zmq::socket_t& socket, const std::vector<std::string>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto more = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
    socket.send(zmq::buffer(frames[i]), more | zmq::send_flags::dontwait);
  }
}

}  // namespace

void Sockets::publish(const std::vector<std::string>& frames) {
  try {
    send_all(pair_->pub, frames);
  } catch (const zmq::error_t&) {
    // PUB itself never fails; a live frame lost here is found by the gap rule.
  }
}

Sent Sockets::send(const std::string& peer, const Reply& reply) {
  const Sent first = send_first(pair_->router, peer);
  if (first != Sent::ok) return first;
  std::vector<zmq::const_buffer> rest;
  constexpr std::size_t before_payload = 4;
  rest.reserve(before_payload + reply.payload.size());
  rest.assign({zmq::buffer("", 0), zmq::buffer(greeting), zmq::buffer(reply.verb),
               zmq::buffer(reply.json)});
  for (const std::string& frame : reply.payload) rest.push_back(zmq::buffer(frame));
  try {
    for (std::size_t i = 0; i < rest.size(); ++i) {
      const auto more = i + 1 < rest.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
      pair_->router.send(rest[i], more | zmq::send_flags::dontwait);
    }
  } catch (const zmq::error_t&) {
    return Sent::gone;
  }
  return Sent::ok;
}

std::optional<Inbound> Sockets::receive() {
  try {
    std::vector<std::string> frames;
    zmq::message_t message;
    do {
      if (!pair_->router.recv(message, zmq::recv_flags::dontwait)) return std::nullopt;
      // Frames past those that mean something are read and forgotten.
      if (frames.size() < frames_kept) frames.push_back(message.to_string());
    } while (message.more());
    Inbound inbound{.peer = peer_of(frames.front(), address_of(message))};
    inbound.peer.reader = reader_of(message);
    frames.erase(frames.begin());
    inbound.frames = std::move(frames);
    return inbound;
  } catch (const zmq::error_t&) {
    return std::nullopt;  // EINTR; the message, if any, is still there
  }
}

void Sockets::watch_connections(Callers& callers, Instant now) {
  for (Monitor* monitor : {&pair_->pub_monitor, &pair_->ctl_monitor}) {
    const BrokenHandshakes broken = monitor->read(connections_, now, monitored_per_turn);
    callers.garbled += broken.garbled;
    callers.unfinished += broken.unfinished;
    callers.no_room += broken.no_room;
  }
}

void Sockets::answer_caller(const std::vector<std::string>& frames, const Grants& grants,
                            Instant now, Callers& callers) {
  // libzmq asks, nobody else can: inproc is within this process.
  const auto question = read_zap(frames);
  auto admission = question ? admit(question->caller, grants, ::geteuid()) : Admission{};
  if (!admission.is_welcome) {
    ++callers.denied;
  } else if (!admission.is_operator && !connections_.has_room(now)) {
    ++callers.turned_away;
    admission.comes_too_early = true;
  } else {
    ++callers.admitted;
    connections_.admitted(now);
  }
  send_all(pair_->zap, zap_answer(question.value_or(ZapQuestion{}), admission));
}

Sockets::Callers Sockets::answer_callers(const Grants& grants, Instant now) {
  Callers callers;
  try {
    watch_connections(callers, now);
    while (true) {
      std::vector<std::string> frames;
      zmq::message_t message;
      do {
        if (!pair_->zap.recv(message, zmq::recv_flags::dontwait)) return callers;
        frames.push_back(message.to_string());
      } while (message.more());
      answer_caller(frames, grants, now, callers);
    }
  } catch (const zmq::error_t&) {
    return callers;  // EINTR; the question, if any, is still there
  }
}

void Sockets::cut_remote() {
  if (!has_key_) return;
  const auto cut = [](zmq::socket_t& socket, const std::vector<std::string>& endpoints,
                      std::vector<std::string>& unbound) {
    for (const std::string& endpoint : endpoints) {
      if (endpoint.starts_with(ipc_scheme)) continue;
      if (std::find(unbound.begin(), unbound.end(), endpoint) != unbound.end()) continue;
      try {
        socket.unbind(endpoint);
      } catch (const zmq::error_t&) {
        continue;  // not bound: nobody is connected
      }
      unbound.push_back(endpoint);
    }
  };
  cut(pair_->pub, endpoints_.pub, cut_.pub);
  cut(pair_->router, endpoints_.ctl, cut_.ctl);
}

bool Sockets::rebind() {
  // The port is free only once libzmq's own thread has closed it, some milliseconds later.
  const auto bind = [this](zmq::socket_t& socket, std::vector<std::string>& endpoints,
                           const std::string& domain) {
    std::erase_if(endpoints, [&](const std::string& endpoint) {
      return bind_one(socket, endpoint, domain, has_key_).has_value();
    });
  };
  bind(pair_->pub, cut_.pub, "pub");
  bind(pair_->router, cut_.ctl, "ctl");
  return !cut_.pub.empty() || !cut_.ctl.empty();
}

void Sockets::wait(const std::vector<int>& descriptors, std::chrono::milliseconds timeout) {
  std::vector<zmq::pollitem_t> items{{pair_->router.handle(), 0, ZMQ_POLLIN, 0},
                                     {pair_->zap.handle(), 0, ZMQ_POLLIN, 0},
                                     {pair_->pub_monitor.handle(), 0, ZMQ_POLLIN, 0},
                                     {pair_->ctl_monitor.handle(), 0, ZMQ_POLLIN, 0}};
  for (const int descriptor : descriptors) items.push_back({nullptr, descriptor, ZMQ_POLLIN, 0});
  try {
    zmq::poll(items, timeout);
  } catch (const zmq::error_t&) {
    // EINTR: the caller looks at everything anyway.
  }
}

}  // namespace tocsin::bus
