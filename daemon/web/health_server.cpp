// SPDX-License-Identifier: Apache-2.0
#include "web/health_server.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "loop/thread.hpp"
#include "web/health_session.hpp"

namespace tocsin::web {
namespace {

using Tcp = boost::asio::ip::tcp;
using Unix = boost::asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;

HealthReply text_reply(http::status status, std::string body) {
  HealthReply reply{status, 11};
  reply.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
  reply.set(http::field::cache_control, "no-store");
  reply.set("X-Content-Type-Options", "nosniff");
  reply.keep_alive(false);
  reply.body() = std::move(body);
  reply.prepare_payload();
  return reply;
}

HealthReply verdict(bool is_well) {
  return is_well ? text_reply(http::status::ok, "ok\n")
                 : text_reply(http::status::service_unavailable, "not ok\n");
}

bool is_own_name(std::string_view host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  const std::string_view name = has_port ? host.substr(0, colon) : host;
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

/// A socket file that nobody listens on any more is left from a daemon that was killed.
void remove_dead_socket(boost::asio::io_context& context, const std::string& path) {
  Unix::socket probe{context};
  ErrorCode error;
  probe.connect(Unix::endpoint{path}, error);
  if (error == boost::asio::error::connection_refused) ::unlink(path.c_str());
}

}  // namespace

HealthReply reply_to(const HealthRequest& request, const HealthSources& sources,
                     bool host_matters) {
  const auto host = request[http::field::host];
  if (host_matters && !is_own_name({host.data(), host.size()})) {
    return text_reply(http::status::forbidden, "this address is not served\n");
  }
  const bool is_head = request.method() == http::verb::head;
  if (request.method() != http::verb::get && !is_head) {
    auto reply = text_reply(http::status::method_not_allowed, "only GET and HEAD\n");
    reply.set(http::field::allow, "GET, HEAD");
    return reply;
  }
  HealthReply reply = text_reply(http::status::not_found, "there are /livez, /readyz, /metrics\n");
  if (request.target() == "/livez") reply = verdict(sources.is_live && sources.is_live());
  if (request.target() == "/readyz") reply = verdict(sources.is_ready && sources.is_ready());
  if (request.target() == "/metrics" && sources.metrics) {
    reply = text_reply(http::status::ok, sources.metrics());
  }
  if (is_head) reply.body().clear();  // the length stays that of GET
  return reply;
}

class HealthServer::Impl {
 public:
  Impl(const HealthOptions& options, HealthSources sources)
      : options_{options},
        sources_{std::move(sources)} {}

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  ~Impl() {
    context_.stop();
    thread_.join();
    if (unix_acceptor_) ::unlink(options_.unix_path.c_str());
  }

  Result<void> start() {
    const ErrorCode error = options_.unix_path.empty() ? listen_tcp() : listen_unix();
    if (error) {
      const bool is_taken = error == boost::asio::error::address_in_use;
      return fail(is_taken ? Errc::busy : Errc::system,
                  "health endpoint " + endpoint() + ": " + error.message());
    }
    auto thread = loop::Thread::start("health", [this] { context_.run(); });
    if (!thread) return fail(thread.error());
    thread_ = std::move(*thread);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  /// As web.listen in tocsin.toml names it.
  [[nodiscard]] std::string endpoint() const {
    return options_.unix_path.empty() ? "127.0.0.1:" + std::to_string(options_.port)
                                      : "unix:" + options_.unix_path;
  }

  ErrorCode listen_tcp() {
    tcp_acceptor_.emplace(context_);
    const Tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(), options_.port};
    const ErrorCode error = listen(*tcp_acceptor_, endpoint);
    if (error) return error;
    port_ = tcp_acceptor_->local_endpoint().port();
    accept<Tcp>(*tcp_acceptor_, true);
    return {};
  }

  ErrorCode listen_unix() {
    ErrorCode error;
    remove_dead_socket(context_, options_.unix_path);
    Unix::acceptor acceptor{context_};
    try {
      error = listen(acceptor, Unix::endpoint{options_.unix_path});
    } catch (const boost::system::system_error& too_long) {
      error = too_long.code();
    }
    if (error) return error;
    unix_acceptor_.emplace(std::move(acceptor));
    accept<Unix>(*unix_acceptor_, false);
    return {};
  }

  template <typename Acceptor, typename Endpoint>
  static ErrorCode listen(Acceptor& acceptor, const Endpoint& endpoint) {
    ErrorCode error;
    acceptor.open(endpoint.protocol(), error);
    if (!error && endpoint.protocol().family() != AF_UNIX) {
      acceptor.set_option(boost::asio::socket_base::reuse_address{true}, error);
    }
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(16, error);
    return error;
  }

  template <typename Protocol>
  void accept(typename Protocol::acceptor& acceptor, bool host_matters) {
    acceptor.async_accept(
        [this, &acceptor, host_matters](ErrorCode error, typename Protocol::socket socket) {
          if (error == boost::asio::error::operation_aborted) return;
          // Beyond the limit a connection is closed at once: the socket goes out of scope.
          if (!error && connections_ < options_.max_connections) {
            ++connections_;
            std::make_shared<HealthSession<Protocol>>(std::move(socket), sources_, [this] {
              --connections_;
            })->run(host_matters);
          }
          if (!error) return accept<Protocol>(acceptor, host_matters);
          // No descriptor left, most likely: trying again at once would only burn the processor.
          retry_timer_.expires_after(std::chrono::milliseconds{100});
          retry_timer_.async_wait([this, &acceptor, host_matters](ErrorCode stopped) {
            if (!stopped) accept<Protocol>(acceptor, host_matters);
          });
        });
  }

  HealthOptions options_;
  HealthSources sources_;
  std::size_t connections_ = 0;  // of the server's thread; declared before what counts it down
  boost::asio::io_context context_{1};
  boost::asio::steady_timer retry_timer_{context_};
  std::optional<Tcp::acceptor> tcp_acceptor_;
  std::optional<Unix::acceptor> unix_acceptor_;
  std::uint16_t port_ = 0;
  loop::Thread thread_;
};

Result<std::unique_ptr<HealthServer>> HealthServer::start(const HealthOptions& options,
                                                          HealthSources sources) {
  auto impl = std::make_unique<Impl>(options, std::move(sources));
  if (const auto started = impl->start(); !started) return fail(started.error());
  return std::unique_ptr<HealthServer>{new HealthServer{std::move(impl)}};
}

HealthServer::HealthServer(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

HealthServer::~HealthServer() = default;

std::uint16_t HealthServer::port() const {
  return impl_->port();
}

}  // namespace tocsin::web
