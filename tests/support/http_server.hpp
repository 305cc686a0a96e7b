// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cctype>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "support/scripted_reply.hpp"

namespace tocsin::test {

/// What a server tells its script and remembers of a request.
inline SeenRequest seen_request(
    const boost::beast::http::request<boost::beast::http::string_body>& request,
    std::size_t connection) {
  SeenRequest seen{.method = std::string{request.method_string()},
                   .target = std::string{request.target()},
                   .connection = connection};
  for (const auto& field : request) {
    std::string name{field.name_string()};
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    seen.headers[name] = std::string{field.value()};
  }
  return seen;
}

/// Answers every request on a port of 127.0.0.1 as its script says, a thread for each connection.
class HttpServer {
 public:
  using Script = std::function<ScriptedReply(const SeenRequest&)>;

  explicit HttpServer(Script script) : script_{std::move(script)} {
    accepter_ = std::jthread{[this] {
      accept_all();
    }};
  }

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  ~HttpServer() {
    {
      const std::lock_guard lock{mutex_};
      is_stopping_ = true;
      stopping_.notify_all();
      for (auto& peer : peers_) ::shutdown(peer.socket.native_handle(), SHUT_RDWR);
    }
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepter_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  [[nodiscard]] std::string url(const std::string& path = "/",
                                const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(port()) + path;
  }

  [[nodiscard]] std::vector<SeenRequest> requests() const {
    const std::lock_guard lock{mutex_};
    return seen_;
  }

 private:
  using Tcp = boost::asio::ip::tcp;

  struct Peer {
    Tcp::socket socket;
    std::jthread thread{};
  };

  void accept_all() {
    while (true) {
      boost::system::error_code error;
      Tcp::socket socket{context_};
      acceptor_.accept(socket, error);
      const std::lock_guard lock{mutex_};
      if (error || is_stopping_) return;
      Peer& peer = peers_.emplace_back(Peer{.socket = std::move(socket)});
      peer.thread = std::jthread{[this, &peer, number = peers_.size()] {
        while (answer_one(peer.socket, number)) continue;
        ::shutdown(peer.socket.native_handle(), SHUT_RDWR);
      }};
    }
  }

  /// False when the connection is over.
  bool answer_one(Tcp::socket& socket, std::size_t number) {
    namespace http = boost::beast::http;
    boost::system::error_code error;
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(socket, buffer, request, error);
    if (error) return false;
    const SeenRequest seen = seen_request(request, number);
    {
      const std::lock_guard lock{mutex_};
      seen_.push_back(seen);
    }
    return send(socket, script_(seen));
  }

  bool send(Tcp::socket& socket, const ScriptedReply& reply) {
    bool is_first = true;
    for (const std::string& piece : reply.pieces) {
      if (!is_first && has_stopped_within(reply.pause)) return false;
      is_first = false;
      boost::system::error_code error;
      boost::asio::write(socket, boost::asio::buffer(piece), error);
      if (error) return false;
    }
    return !reply.closes;
  }

  bool has_stopped_within(std::chrono::milliseconds pause) {
    std::unique_lock lock{mutex_};
    return stopping_.wait_for(lock, pause, [this] { return is_stopping_; });
  }

  Script script_;
  boost::asio::io_context context_;
  Tcp::acceptor acceptor_{context_, Tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable stopping_;
  bool is_stopping_ = false;
  std::vector<SeenRequest> seen_;
  std::list<Peer> peers_;
  std::jthread accepter_;
};

}  // namespace tocsin::test
