// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <zmq.hpp>
#include <zmq_addon.hpp>

namespace tocsin::test {

/// A directory for sockets, gone with the test. Below /tmp: a socket's path is at most 107 bytes.
class RuntimeDirectory {
 public:
  RuntimeDirectory() {
    std::string name = "/tmp/tocsin-bus-XXXXXX";
    path_ = ::mkdtemp(name.data());
  }

  RuntimeDirectory(const RuntimeDirectory&) = delete;
  RuntimeDirectory& operator=(const RuntimeDirectory&) = delete;

  ~RuntimeDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What came back: verb, object, further frames.
struct Answered {
  std::string verb;
  nlohmann::json json;
  std::vector<std::string> payload;
};

/// A stranger's client: frames as docs/reference/wire.md has them, and nothing of our own library.
class Peer {
 public:
  explicit Peer(const std::string& endpoint) {
    dealer_.set(zmq::sockopt::rcvtimeo, 10'000);
    dealer_.set(zmq::sockopt::linger, 0);
    dealer_.connect(endpoint);
  }

  void send_frames(const std::vector<std::string>& frames) {
    std::vector<zmq::const_buffer> buffers;
    for (const auto& frame : frames) buffers.push_back(zmq::buffer(frame));
    zmq::send_multipart(dealer_, buffers);
  }

  void send(const std::string& verb, const nlohmann::json& json) {
    send_frames({"", "TCS1", verb, json.dump()});
  }

  [[nodiscard]] Answered receive() {
    std::vector<zmq::message_t> frames;
    if (!zmq::recv_multipart(dealer_, std::back_inserter(frames))) return {"nothing", {}, {}};
    Answered answered{
        frames.at(2).to_string(), nlohmann::json::parse(frames.at(3).to_string()), {}};
    for (std::size_t i = 4; i < frames.size(); ++i)
      answered.payload.push_back(frames[i].to_string());
    return answered;
  }

  Answered ask(const std::string& verb, const nlohmann::json& json) {
    send(verb, json);
    return receive();
  }

  zmq::socket_t& socket() { return dealer_; }

 private:
  zmq::context_t context_{1};
  zmq::socket_t dealer_{context_, zmq::socket_type::dealer};
};

/// A live subscriber.
class Listener {
 public:
  Listener(const std::string& endpoint, const std::string& prefix, int rcvhwm = 1000) {
    sub_.set(zmq::sockopt::rcvtimeo, 10'000);
    sub_.set(zmq::sockopt::rcvhwm, rcvhwm);
    sub_.set(zmq::sockopt::linger, 0);
    if (prefix != "~head/") sub_.set(zmq::sockopt::subscribe, prefix);
    sub_.set(zmq::sockopt::subscribe, "~head/");
    sub_.connect(endpoint);
  }

  /// The frames of the next message.
  [[nodiscard]] std::vector<std::string> receive() {
    std::vector<zmq::message_t> frames;
    std::vector<std::string> texts;
    if (!zmq::recv_multipart(sub_, std::back_inserter(frames))) return texts;
    for (const auto& frame : frames) texts.push_back(frame.to_string());
    return texts;
  }

  /// The next alert; `~head/` is passed over.
  [[nodiscard]] std::vector<std::string> receive_alert() {
    auto frames = receive();
    while (!frames.empty() && frames[0] == "~head/") frames = receive();
    return frames;
  }

  /// The next `~head/`; alerts are passed over.
  [[nodiscard]] nlohmann::json receive_head() {
    auto frames = receive();
    while (!frames.empty() && frames[0] != "~head/") frames = receive();
    return frames.empty() ? nlohmann::json{} : nlohmann::json::parse(frames.at(1));
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t sub_{context_, zmq::socket_type::sub};
};

}  // namespace tocsin::test
