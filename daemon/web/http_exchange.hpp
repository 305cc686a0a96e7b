// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/beast/core/error.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "web/http_server.hpp"

namespace tocsin::web {

namespace http = boost::beast::http;

using HttpRequest = http::request<http::empty_body>;
using HttpReply = http::response<http::string_body>;

/// What a session is told of the server it belongs to.
struct Rules {
  Handler handler;
  std::vector<std::string> hosts;
  bool host_matters = true;  ///< False over a Unix socket, which no browser reaches.
};

/// The reply to a request, refusals included.
[[nodiscard]] Reply reply_to(const HttpRequest& request, const Rules& rules);

/// What is said to somebody whose request could not be read; nothing where he has gone or is slow.
[[nodiscard]] std::optional<Reply> refusal_of(boost::beast::error_code error,
                                              const HttpRequest& request);

/// The message that carries a reply; for a stream its head only.
[[nodiscard]] HttpReply message_of(const HttpRequest& request, const Reply& reply);

/// A connection whose stream may have something new.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  virtual void wake() = 0;
  [[nodiscard]] virtual bool is_over() const = 0;
};

}  // namespace tocsin::web
