// SPDX-License-Identifier: Apache-2.0
#include "bus/sockets.hpp"

#include <arpa/inet.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

#include <zmq.hpp>

namespace tocsin::bus {
namespace {

constexpr std::string_view ipc_scheme = "ipc://";
constexpr std::string_view tcp_scheme = "tcp://";
constexpr std::size_t ipc_path_limit = 107;  // sun_path, with its end
constexpr std::size_t frames_kept = 8;       // of one message: rid, "", greeting, verb, JSON, spare

/// Refuses at most what a peer may send before it is read; see docs/reference/wire.md, "Limits".
void harden(zmq::socket_t& socket, const WireOptions& options) {
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(frame_limit));
  socket.set(zmq::sockopt::sndhwm, options.hwm);
  socket.set(zmq::sockopt::linger, static_cast<int>(options.linger.count()));
  socket.set(zmq::sockopt::handshake_ivl, 5000);
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::tcp_keepalive_idle, 60);
  socket.set(zmq::sockopt::tcp_keepalive_intvl, 10);
  socket.set(zmq::sockopt::tcp_keepalive_cnt, 3);
}

Result<void> bind_one(zmq::socket_t& socket, const std::string& endpoint,
                      std::vector<std::string>& bound) {
  if (const auto allowed = check_endpoint(endpoint); !allowed) return fail(allowed.error());
  try {
    socket.set(zmq::sockopt::ipv6, endpoint.starts_with("tcp://[") ? 1 : 0);
    socket.bind(endpoint);
  } catch (const zmq::error_t& error) {
    const bool is_taken = error.num() == EADDRINUSE;
    return fail(is_taken ? Errc::busy : Errc::system, endpoint + ": " + error.what());
  }
  bound.push_back(socket.get(zmq::sockopt::last_endpoint));
  if (!endpoint.starts_with(ipc_scheme)) return {};
  const std::string path = endpoint.substr(ipc_scheme.size());
  if (::chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) != 0) {
    return fail(Errc::system, endpoint + ": its mode cannot be set to 0660");
  }
  return {};
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
};

Result<void> check_endpoint(const std::string& endpoint) {
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
  std::string host = endpoint.substr(tcp_scheme.size());
  host = host.substr(0, host.rfind(':'));
  in_addr address{};
  const bool is_loopback = host == "[::1]" || (::inet_pton(AF_INET, host.c_str(), &address) == 1 &&
                                               (ntohl(address.s_addr) >> 24U) == 127);
  if (is_loopback) return {};
  return fail(Errc::refused, endpoint + ": other machines could read it, which needs CURVE keys; " +
                                 "bind 127.0.0.1 or [::1]");
}

Result<std::unique_ptr<Sockets>> Sockets::bind(const WireOptions& options) {
  try {
    auto pair = std::make_unique<Pair>();
    harden(pair->pub, options);
    harden(pair->router, options);
    pair->router.set(zmq::sockopt::router_mandatory, 1);
    Endpoints bound;
    for (const auto& one : endpoints_or_default(options.pub_endpoints, options, "/pub.sock")) {
      if (const auto done = bind_one(pair->pub, one, bound.pub); !done) return fail(done.error());
    }
    for (const auto& one : endpoints_or_default(options.ctl_endpoints, options, "/ctl.sock")) {
      if (const auto done = bind_one(pair->router, one, bound.ctl); !done) {
        return fail(done.error());
      }
    }
    return std::unique_ptr<Sockets>{new Sockets{std::move(pair), std::move(bound)}};
  } catch (const zmq::error_t& error) {
    return fail(Errc::system, std::string{"ZeroMQ: "} + error.what());
  }
}

Sockets::Sockets(std::unique_ptr<Pair> pair, Endpoints endpoints)
    : pair_{std::move(pair)},
      endpoints_{std::move(endpoints)} {}

Sockets::~Sockets() = default;

void Sockets::publish(const std::vector<std::string>& frames) {
  try {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const auto more = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
      pair_->pub.send(zmq::buffer(frames[i]), more | zmq::send_flags::dontwait);
    }
  } catch (const zmq::error_t&) {
    // PUB itself never fails; a live frame lost here is found by the gap rule.
  }
}

Sent Sockets::send(const std::string& peer, const Reply& reply) {
  const Sent first = send_first(pair_->router, peer);
  if (first != Sent::ok) return first;
  std::vector<zmq::const_buffer> rest{zmq::buffer("", 0), zmq::buffer(greeting),
                                      zmq::buffer(reply.verb), zmq::buffer(reply.json)};
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
    frames.erase(frames.begin());
    inbound.frames = std::move(frames);
    return inbound;
  } catch (const zmq::error_t&) {
    return std::nullopt;  // EINTR; the message, if any, is still there
  }
}

void Sockets::wait(const std::vector<int>& descriptors, std::chrono::milliseconds timeout) {
  std::vector<zmq::pollitem_t> items{{pair_->router.handle(), 0, ZMQ_POLLIN, 0}};
  for (const int descriptor : descriptors) items.push_back({nullptr, descriptor, ZMQ_POLLIN, 0});
  try {
    zmq::poll(items, timeout);
  } catch (const zmq::error_t&) {
    // EINTR: the caller looks at everything anyway.
  }
}

}  // namespace tocsin::bus
