// SPDX-License-Identifier: Apache-2.0
#include "web/http_server.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "loop/thread.hpp"
#include "web/http_session.hpp"

namespace tocsin::web {
namespace {

using Tcp = boost::asio::ip::tcp;
using Unix = boost::asio::local::stream_protocol;
using ErrorCode = boost::system::error_code;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

std::string_view without_port(std::string_view host) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? host.substr(0, colon) : host;
}

/// As names of hosts are compared: "Localhost.:8787" is "localhost".
std::string plain_host(std::string_view text) {
  std::string host{without_port(text)};
  if (host.ends_with('.')) host.pop_back();
  std::transform(host.begin(), host.end(), host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return host;
}

std::vector<std::string> plain_hosts(std::vector<std::string> hosts) {
  for (std::string& host : hosts) host = plain_host(host);
  return hosts;
}

bool is_reading(const HttpRequest& request) {
  return request.method() == http::verb::get || request.method() == http::verb::head;
}

Reply no_method() {
  return {.status = 405, .body = "only GET and HEAD\n", .headers = {{"Allow", "GET, HEAD"}}};
}

/// A socket file that nobody listens on any more is left from a process that was killed.
void remove_dead_socket(boost::asio::io_context& context, const std::string& path) {
  Unix::socket probe{context};
  ErrorCode error;
  probe.connect(Unix::endpoint{path}, error);
  if (error == boost::asio::error::connection_refused) ::unlink(path.c_str());
}

}  // namespace

std::string query_value(const Request& request, const std::string& name) {
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.starts_with(name + "=")) return std::string{pair.substr(name.size() + 1)};
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
  return {};
}

std::optional<Reply> refusal_of(ErrorCode problem, const HttpRequest& request) {
  using http::error;
  const bool is_of_http = problem.category() == http::make_error_code(error::bad_method).category();
  if (!is_of_http || problem == error::end_of_stream || problem == error::partial_message)
    return {};
  if (problem == error::header_limit) return Reply{.status = 431, .body = "headers over 8 KiB\n"};
  if (problem != error::body_limit) return Reply{.status = 400, .body = "this is no request\n"};
  return is_reading(request) ? Reply{.status = 413, .body = "no body is taken\n"} : no_method();
}

Reply reply_to(const HttpRequest& request, const Rules& rules) {
  const std::string host = plain_host(view(request[http::field::host]));
  if (rules.host_matters &&
      std::find(rules.hosts.begin(), rules.hosts.end(), host) == rules.hosts.end()) {
    return {.status = 403, .body = "this address is not served\n"};
  }
  if (!is_reading(request)) return no_method();
  const std::string_view target = view(request.target());
  const auto mark = target.find('?');
  Request asked{.path = std::string{target.substr(0, mark)},
                .last_event_id = std::string{view(request["Last-Event-ID"])}};
  if (mark != std::string_view::npos) asked.query = std::string{target.substr(mark + 1)};
  return rules.handler(asked);
}

HttpReply message_of(const HttpRequest& request, const Reply& reply) {
  HttpReply message{static_cast<http::status>(reply.status), 11};
  message.set(http::field::content_type, reply.type);
  message.set(http::field::cache_control, "no-store");
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : reply.headers) message.set(name, value);
  message.keep_alive(false);
  if (reply.next) return message;
  message.body() = reply.body;
  message.prepare_payload();
  if (request.method() == http::verb::head) message.body().clear();  // the length stays that of GET
  return message;
}

class HttpServer::Impl {
 public:
  Impl(const ServerOptions& options, Handler handler)
      : options_{options},
        rules_{.handler = std::move(handler),
               .hosts = plain_hosts(options.hosts),
               .host_matters = options.unix_path.empty()} {}

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
      const bool is_wrong = error == boost::asio::error::invalid_argument;
      return fail(is_taken   ? Errc::busy
                  : is_wrong ? Errc::invalid_input
                             : Errc::system,
                  endpoint() + ": " + error.message());
    }
    if (options_.wake_every.count() > 0) wake_now_and_then();
    auto thread = loop::Thread::start(options_.thread_name, [this] { context_.run(); });
    if (!thread) return fail(thread.error());
    thread_ = std::move(*thread);
    return {};
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  void wake() {
    boost::asio::post(context_, [this] { wake_streams(); });
  }

 private:
  [[nodiscard]] std::string endpoint() const {
    return options_.unix_path.empty() ? options_.address + ":" + std::to_string(options_.port)
                                      : "unix:" + options_.unix_path;
  }

  ErrorCode listen_tcp() {
    ErrorCode error;
    const auto address = boost::asio::ip::make_address(options_.address, error);
    if (error) return error;
    tcp_acceptor_.emplace(context_);
    error = listen(*tcp_acceptor_, Tcp::endpoint{address, options_.port});
    if (error) return error;
    port_ = tcp_acceptor_->local_endpoint().port();
    accept<Tcp>(*tcp_acceptor_);
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
    accept<Unix>(*unix_acceptor_);
    return {};
  }

  void wake_streams() {
    std::erase_if(streams_, [](const auto& stream) { return stream->is_over(); });
    for (const auto& stream : streams_) stream->wake();
  }

  void wake_now_and_then() {
    wake_timer_.expires_after(options_.wake_every);
    wake_timer_.async_wait([this](ErrorCode stopped) {
      if (stopped) return;
      wake_streams();
      wake_now_and_then();
    });
  }

  template <typename Acceptor, typename Endpoint>
  static ErrorCode listen(Acceptor& acceptor, const Endpoint& endpoint) {
    ErrorCode error;
    acceptor.open(endpoint.protocol(), error);
    if (!error && endpoint.protocol().family() != AF_UNIX) {
      acceptor.set_option(boost::asio::socket_base::reuse_address{true}, error);
    }
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    return error;
  }

  template <typename Protocol>
  void accept(typename Protocol::acceptor& acceptor) {
    acceptor.async_accept([this, &acceptor](ErrorCode error, typename Protocol::socket socket) {
      if (error == boost::asio::error::operation_aborted) return;
      // Beyond the limit a connection is closed at once: the socket goes out of scope.
      if (!error && connections_ < options_.max_connections) begin<Protocol>(std::move(socket));
      if (!error) return accept<Protocol>(acceptor);
      // No descriptor left, most likely: trying again at once would only burn the processor.
      retry_timer_.expires_after(std::chrono::milliseconds{100});
      retry_timer_.async_wait([this, &acceptor](ErrorCode stopped) {
        if (!stopped) accept<Protocol>(acceptor);
      });
    });
  }

  template <typename Protocol>
  void begin(typename Protocol::socket socket) {
    ++connections_;
    typename HttpSession<Protocol>::Owner owner{
        .on_stream =
            [this](std::shared_ptr<Stream> stream) { streams_.push_back(std::move(stream)); },
        .on_end =
            [this] {
              --connections_;
            }};
    std::make_shared<HttpSession<Protocol>>(std::move(socket), rules_, std::move(owner))->run();
  }

  ServerOptions options_;
  Rules rules_;
  std::size_t connections_ = 0;  // of the server's thread; declared before what counts it down
  boost::asio::io_context context_{1};
  std::vector<std::shared_ptr<Stream>> streams_;
  boost::asio::steady_timer retry_timer_{context_};
  boost::asio::steady_timer wake_timer_{context_};
  std::optional<Tcp::acceptor> tcp_acceptor_;
  std::optional<Unix::acceptor> unix_acceptor_;
  std::uint16_t port_ = 0;
  loop::Thread thread_;
};

Result<std::unique_ptr<HttpServer>> HttpServer::start(const ServerOptions& options,
                                                      Handler handler) {
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  if (const auto started = impl->start(); !started) return fail(started.error());
  return std::unique_ptr<HttpServer>{new HttpServer{std::move(impl)}};
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}

HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return impl_->port();
}

void HttpServer::wake() {
  impl_->wake();
}

}  // namespace tocsin::web
