// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/client.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

#include <zmq.hpp>

namespace tocsin::plugin {
namespace {

constexpr std::string_view greeting = "TCS1";
constexpr std::int64_t frame_limit = 64 * 1024;
constexpr std::size_t frames_kept = 8;

std::optional<std::vector<std::string>> receive(zmq::socket_t& socket) {
  try {
    std::vector<std::string> frames;
    zmq::message_t message;
    do {
      if (!socket.recv(message, zmq::recv_flags::dontwait)) return std::nullopt;
      if (frames.size() < frames_kept) frames.push_back(message.to_string());
    } while (message.more());
    return frames;
  } catch (const zmq::error_t&) {
    return std::nullopt;  // EINTR; what is there stays there
  }
}

void harden(zmq::socket_t& socket, const std::optional<ClientKeys>& keys) {
  if (keys) {
    socket.set(zmq::sockopt::curve_serverkey, keys->server_key);
    socket.set(zmq::sockopt::curve_publickey, keys->own.public_key);
    socket.set(zmq::sockopt::curve_secretkey, keys->own.secret_key);
  }
  // No ZMQ_HEARTBEAT_*: on a SUB whose reader is slow it aborts the process (libzmq issue 3937).
  // `~head/` and TCP keepalive do its work.
  socket.set(zmq::sockopt::maxmsgsize, frame_limit);
  socket.set(zmq::sockopt::tcp_keepalive, 1);
  socket.set(zmq::sockopt::linger, 200);
  socket.set(zmq::sockopt::reconnect_ivl, 100);
  socket.set(zmq::sockopt::reconnect_ivl_max, 2000);
}

}  // namespace

struct Client::Pair {
  zmq::context_t context{1};
  zmq::socket_t sub{context, zmq::socket_type::sub};
  zmq::socket_t dealer{context, zmq::socket_type::dealer};
  std::string pub;
};

Result<std::unique_ptr<Client>> Client::open(const EndpointPair& endpoints,
                                             const std::vector<std::string>& filters,
                                             const std::optional<ClientKeys>& keys) {
  try {
    auto pair = std::make_unique<Pair>();
    harden(pair->sub, keys);
    harden(pair->dealer, keys);
    pair->pub = endpoints.pub;
    for (const std::string& filter : filters) pair->sub.set(zmq::sockopt::subscribe, filter);
    pair->sub.set(zmq::sockopt::subscribe, "~head/");
    pair->sub.connect(endpoints.pub);
    pair->dealer.connect(endpoints.ctl);
    return std::unique_ptr<Client>{new Client{std::move(pair)}};
  } catch (const zmq::error_t& error) {
    return fail(Errc::invalid_input, endpoints.pub + ", " + endpoints.ctl + ": " + error.what());
  }
}

Client::Client(std::unique_ptr<Pair> pair) : pair_{std::move(pair)} {}

Client::~Client() = default;

void Client::send(const std::string& verb, const std::string& json) {
  const auto more = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
  try {
    if (!pair_->dealer.send(zmq::buffer("", 0), more)) return;  // full: the request will time out
    pair_->dealer.send(zmq::buffer(greeting), more);
    pair_->dealer.send(zmq::buffer(verb), more);
    pair_->dealer.send(zmq::buffer(json), zmq::send_flags::dontwait);
  } catch (const zmq::error_t&) {
    // The request will time out, and the reader connects anew.
  }
}

void Client::drop_live() {
  try {
    pair_->sub.disconnect(pair_->pub);
  } catch (const zmq::error_t&) {
    // libzmq gave it up already.
  }
}

std::optional<Reply> Client::receive_reply() {
  auto frames = receive(pair_->dealer);
  if (!frames) return std::nullopt;
  if (frames->size() < 4 || (*frames)[1] != greeting) return Reply{};
  Reply reply{.verb = std::move((*frames)[2]), .json = std::move((*frames)[3])};
  for (std::size_t i = 4; i < frames->size(); ++i) reply.payload.push_back(std::move((*frames)[i]));
  return reply;
}

std::optional<std::vector<std::string>> Client::receive_live() {
  return receive(pair_->sub);
}

void Client::wait(std::chrono::milliseconds timeout) {
  std::vector<zmq::pollitem_t> items{{pair_->sub.handle(), 0, ZMQ_POLLIN, 0},
                                     {pair_->dealer.handle(), 0, ZMQ_POLLIN, 0}};
  try {
    zmq::poll(items, timeout);
  } catch (const zmq::error_t&) {
    // EINTR: a signal wants to be looked at.
  }
}

}  // namespace tocsin::plugin
