// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "support/http_server.hpp"
#include "support/test_authority.hpp"

namespace tocsin::test {

/// HttpServer over TLS, with a certificate that a TestAuthority signed. It asks for a certificate
/// of the same authority and takes a client without; SeenRequest's header "client" names who came.
class TlsServer {
 public:
  TlsServer(const TestAuthority& authority, const std::string& name, HttpServer::Script script)
      : script_{std::move(script)} {
    tls_.use_certificate_chain_file(authority.file(name + ".pem"));
    tls_.use_private_key_file(authority.file(name + ".key"), boost::asio::ssl::context::pem);
    tls_.load_verify_file(authority.ca_file());
    tls_.set_verify_mode(boost::asio::ssl::verify_peer);
    SSL_CTX_set_session_id_context(tls_.native_handle(),
                                   reinterpret_cast<const unsigned char*>("test"), 4);
    accepter_ = std::jthread{[this] {
      accept_all();
    }};
  }

  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  ~TlsServer() {
    {
      const std::lock_guard lock{mutex_};
      is_stopping_ = true;
      for (auto& peer : peers_) ::shutdown(peer.stream.next_layer().native_handle(), SHUT_RDWR);
    }
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    accepter_.join();
  }

  [[nodiscard]] std::string url(const std::string& path = "/",
                                const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(port()) + path;
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  [[nodiscard]] std::vector<SeenRequest> requests() const {
    const std::lock_guard lock{mutex_};
    return seen_;
  }

 private:
  using Tcp = boost::asio::ip::tcp;

  struct Peer {
    boost::asio::ssl::stream<Tcp::socket> stream;
    std::jthread thread{};
  };

  void accept_all() {
    while (true) {
      boost::system::error_code error;
      Tcp::socket socket{context_};
      acceptor_.accept(socket, error);
      const std::lock_guard lock{mutex_};
      if (error || is_stopping_) return;
      Peer& peer = peers_.emplace_back(Peer{.stream = {std::move(socket), tls_}});
      peer.thread = std::jthread{[this, &peer, number = peers_.size()] {
        boost::system::error_code failed;
        peer.stream.handshake(boost::asio::ssl::stream_base::server, failed);
        while (!failed && answer_one(peer.stream, number)) continue;
        ::shutdown(peer.stream.next_layer().native_handle(), SHUT_RDWR);
      }};
    }
  }

  static std::string client_of(boost::asio::ssl::stream<Tcp::socket>& stream) {
    X509* const certificate = SSL_get_peer_certificate(stream.native_handle());
    if (certificate == nullptr) return {};
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name,
                              sizeof name);
    X509_free(certificate);
    return name;
  }

  /// False when the connection is over.
  bool answer_one(boost::asio::ssl::stream<Tcp::socket>& stream, std::size_t number) {
    namespace http = boost::beast::http;
    boost::system::error_code error;
    boost::beast::flat_buffer buffer;
    http::request<http::string_body> request;
    http::read(stream, buffer, request, error);
    if (error) return false;
    SeenRequest seen = seen_request(request, number);
    seen.headers["client"] = client_of(stream);
    {
      const std::lock_guard lock{mutex_};
      seen_.push_back(seen);
    }
    const ScriptedReply reply = script_(seen);
    for (const std::string& piece : reply.pieces) {
      boost::asio::write(stream, boost::asio::buffer(piece), error);
      if (error) return false;
    }
    return !reply.closes;
  }

  HttpServer::Script script_;
  boost::asio::io_context context_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_server};
  Tcp::acceptor acceptor_{context_, Tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  mutable std::mutex mutex_;  // guards what follows
  bool is_stopping_ = false;
  std::vector<SeenRequest> seen_;
  std::list<Peer> peers_;
  std::jthread accepter_;
};

}  // namespace tocsin::test
