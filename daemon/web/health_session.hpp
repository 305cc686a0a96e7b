// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "web/health_server.hpp"

namespace tocsin::web {

namespace http = boost::beast::http;

using HealthRequest = http::request<http::empty_body>;
using HealthReply = http::response<http::string_body>;

/// What the server says to one request. `host_matters`: over TCP a browser that was lured here
/// names a foreign host (DNS rebinding), and is refused.
[[nodiscard]] HealthReply reply_to(const HealthRequest& request, const HealthSources& sources,
                                   bool host_matters);

/// One connection: reads one request, answers it, and closes. Lives as long as its own callbacks.
template <typename Protocol>
class HealthSession : public std::enable_shared_from_this<HealthSession<Protocol>> {
 public:
  using Socket = typename Protocol::socket;
  using OnEnd = std::function<void()>;

  HealthSession(Socket socket, const HealthSources& sources, OnEnd on_end)
      : stream_{std::move(socket)},
        sources_{sources},
        on_end_{std::move(on_end)} {
    parser_.header_limit(8 * 1024);
    parser_.body_limit(std::uint64_t{0});
  }

  HealthSession(const HealthSession&) = delete;
  HealthSession& operator=(const HealthSession&) = delete;

  ~HealthSession() { on_end_(); }

  void run(bool host_matters) {
    stream_.expires_after(std::chrono::seconds{5});  // over reading and writing: a drip ends too
    http::async_read(stream_, buffer_, parser_,
                     [self = this->shared_from_this(), host_matters](boost::beast::error_code error,
                                                                     std::size_t) {
                       if (!error) self->answer(host_matters);
                     });
  }

 private:
  void answer(bool host_matters) {
    reply_ = reply_to(parser_.get(), sources_, host_matters);
    http::async_write(stream_, reply_,
                      [self = this->shared_from_this()](boost::beast::error_code, std::size_t) {
                        boost::beast::error_code ignored;
                        self->stream_.socket().shutdown(Socket::shutdown_send, ignored);
                      });
  }

  boost::beast::basic_stream<Protocol> stream_;
  const HealthSources& sources_;
  OnEnd on_end_;
  boost::beast::flat_buffer buffer_{16 * 1024};
  http::request_parser<http::empty_body> parser_;
  HealthReply reply_;
};

}  // namespace tocsin::web
