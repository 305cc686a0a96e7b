// SPDX-License-Identifier: Apache-2.0
#include "bus/client.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <zmq.hpp>

#include "base/utf8.hpp"
#include "bus/protocol.hpp"

namespace tocsin::bus {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t frames_kept = 8;
constexpr int deepest = 64;  // writing what was read goes as deep as it does

/// A local socket that is not there, or not for us, would only show as silence.
Result<void> check_local_socket(const std::string& endpoint) {
  constexpr std::string_view scheme = "ipc://";
  if (!endpoint.starts_with(scheme)) return {};
  const std::string path = endpoint.substr(scheme.size());
  if (::access(path.c_str(), R_OK | W_OK) == 0) return {};
  const int error = errno;
  const bool is_denied = error == EACCES || error == EPERM;
  return fail(is_denied ? Errc::refused : Errc::unreachable,
              "no daemon at " + path + ": " + std::generic_category().message(error));
}

void harden(zmq::socket_t& socket, const std::optional<ClientKeys>& keys) {
  if (keys) {
    socket.set(zmq::sockopt::curve_serverkey, keys->server_key);
    socket.set(zmq::sockopt::curve_publickey, keys->own.public_key);
    socket.set(zmq::sockopt::curve_secretkey, keys->own.secret_key);
  }
  socket.set(zmq::sockopt::maxmsgsize, static_cast<std::int64_t>(frame_limit));
  socket.set(zmq::sockopt::linger, 0);
}

/// All frames of one message; nothing when none came in time.
std::optional<std::vector<std::string>> receive(zmq::socket_t& socket, milliseconds timeout) {
  zmq::pollitem_t item{socket.handle(), 0, ZMQ_POLLIN, 0};
  if (zmq::poll(&item, 1, timeout) == 0) return std::nullopt;
  std::vector<std::string> frames;
  zmq::message_t message;
  do {
    if (!socket.recv(message, zmq::recv_flags::dontwait)) return std::nullopt;
    if (frames.size() < frames_kept) frames.push_back(message.to_string());
  } while (message.more());
  return frames;
}

/// Waits for nothing: a socket whose handshake was refused already takes no message for ever.
bool send_request(zmq::socket_t& socket, const std::string& object) {
  const auto more = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
  return socket.send(zmq::message_t{}, more) && socket.send(zmq::buffer(greeting), more) &&
         socket.send(zmq::str_buffer("ADMIN"), more) &&
         socket.send(zmq::buffer(object), zmq::send_flags::dontwait);
}

Result<std::string> exchange(const std::string& endpoint, const std::string& object,
                             milliseconds timeout, const std::optional<ClientKeys>& keys) {
  zmq::context_t context{1};
  zmq::socket_t socket{context, zmq::socket_type::dealer};
  harden(socket, keys);
  socket.connect(endpoint);
  const bool is_sent = send_request(socket, object);
  const auto end = steady_clock::now() + timeout;
  for (auto left = timeout; is_sent && left.count() > 0;) {
    if (const auto frames = receive(socket, left)) return read_admin_reply(*frames);
    left = std::chrono::duration_cast<milliseconds>(end - steady_clock::now());
  }
  return fail(Errc::timed_out, "no answer from " + endpoint);
}

}  // namespace

Result<KeyPair> new_key_pair() {
  constexpr std::size_t with_its_end = 41;
  std::array<char, with_its_end> public_key{};
  std::array<char, with_its_end> secret_key{};
  // One key in 85 begins with a dash, which command lines take for an option.
  do {
    if (::zmq_curve_keypair(public_key.data(), secret_key.data()) != 0) {
      return fail(Errc::system, "this libzmq makes no CURVE keys");
    }
  } while (public_key.front() == '-');
  return KeyPair{.public_key = public_key.data(), .secret_key = secret_key.data()};
}

Result<std::string> read_admin_reply(const std::vector<std::string>& frames) {
  using nlohmann::json;
  const bool is_reply = frames.size() >= 4 && frames[1] == greeting;
  const auto not_too_deep = [](int depth, json::parse_event_t, const json&) {
    return depth < deepest;
  };
  const auto object = json::parse(is_reply ? frames[3] : "", not_too_deep, false);
  if (!object.is_object()) return fail(Errc::invalid_input, "what answered is no tocsin daemon");
  if (frames[2] == "ADMIN" && object.contains("reply")) return object["reply"].dump();
  const auto why = object.find("message");
  const bool has_words = why != object.end() && why->is_string();
  return fail(Errc::refused,
              "the daemon refused: " + (has_words ? escape_for_line(why->get<std::string>())
                                                  : escape_for_line(frames[2])));
}

Result<std::string> ask_daemon(const std::string& ctl_endpoint, const std::string& verb,
                               const std::string& json, std::chrono::milliseconds timeout,
                               const std::optional<ClientKeys>& keys) {
  const auto reachable = check_local_socket(ctl_endpoint);
  if (!reachable) return fail(reachable.error());
  auto object = nlohmann::json::parse(json, nullptr, false);
  if (!object.is_object()) return fail(Errc::invalid_input, "the request is no JSON object");
  object["verb"] = verb;
  try {
    return exchange(ctl_endpoint, object.dump(), timeout, keys);
  } catch (const zmq::error_t& error) {
    return fail(Errc::unreachable, ctl_endpoint + ": " + error.what());
  }
}

struct LiveReader::Socket {
  zmq::context_t context{1};
  zmq::socket_t sub{context, zmq::socket_type::sub};
};

Result<std::unique_ptr<LiveReader>> LiveReader::connect(const std::string& pub_endpoint,
                                                        const std::vector<std::string>& filters,
                                                        const std::optional<ClientKeys>& keys) {
  const auto reachable = check_local_socket(pub_endpoint);
  if (!reachable) return fail(reachable.error());
  try {
    auto socket = std::make_unique<Socket>();
    harden(socket->sub, keys);
    for (const std::string& filter : filters) socket->sub.set(zmq::sockopt::subscribe, filter);
    socket->sub.connect(pub_endpoint);
    return std::unique_ptr<LiveReader>{new LiveReader{std::move(socket)}};
  } catch (const zmq::error_t& error) {
    return fail(Errc::unreachable, pub_endpoint + ": " + error.what());
  }
}

LiveReader::LiveReader(std::unique_ptr<Socket> socket) : socket_{std::move(socket)} {}

LiveReader::~LiveReader() = default;

std::optional<LiveReader::Live> LiveReader::next(std::chrono::milliseconds timeout) {
  try {
    auto frames = receive(socket_->sub, timeout);
    if (!frames || frames->size() < 2) return std::nullopt;
    Live live{.frame = std::move((*frames)[0]), .header = std::move((*frames)[1]), .payload = {}};
    if (frames->size() > 2) live.payload = std::move((*frames)[2]);
    return live;
  } catch (const zmq::error_t&) {
    return std::nullopt;  // EINTR: the caller looks at its signals
  }
}

}  // namespace tocsin::bus
