// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/write.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "web/http_exchange.hpp"

namespace tocsin::web {

/// One connection: reads one request, answers it, and closes. Lives as long as its own callbacks,
/// a stream besides as long as its server keeps it.
template <typename Protocol>
class HttpSession : public Stream, public std::enable_shared_from_this<HttpSession<Protocol>> {
 public:
  using Socket = typename Protocol::socket;
  static constexpr std::size_t most_drained = std::size_t{64} * 1024;

  struct Owner {
    std::function<void(std::shared_ptr<Stream>)> on_stream;
    std::function<void()> on_end;
  };

  HttpSession(Socket socket, const Rules& rules, Owner owner)
      : stream_{std::move(socket)},
        rules_{rules},
        owner_{std::move(owner)} {
    parser_.header_limit(8 * 1024);
    parser_.body_limit(std::uint64_t{0});
  }

  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  ~HttpSession() override { owner_.on_end(); }

  void run() {
    stream_.expires_after(std::chrono::seconds{5});  // over reading and writing: a drip ends too
    http::async_read(
        stream_, buffer_, parser_,
        [self = this->shared_from_this()](boost::beast::error_code error, std::size_t) {
          if (!error) return self->answer();
          if (const auto refusal = refusal_of(error, self->parser_.get())) self->say(*refusal);
        });
  }

  void wake() override {
    if (is_writing_ || is_over_) return;
    chunk_ = reply_.next();
    if (chunk_.empty()) return;
    is_writing_ = true;
    stream_.expires_after(std::chrono::seconds{10});
    boost::asio::async_write(
        stream_, boost::asio::buffer(chunk_),
        [self = this->shared_from_this()](boost::beast::error_code error, std::size_t) {
          self->is_writing_ = false;
          self->is_over_ = static_cast<bool>(error);
          self->wake();
        });
  }

  [[nodiscard]] bool is_over() const override { return is_over_; }

 private:
  void answer() {
    reply_ = reply_to(parser_.get(), rules_);
    message_ = message_of(parser_.get(), reply_);
    if (reply_.next && parser_.get().method() == http::verb::get) return answer_with_stream();
    send();
  }

  /// What still comes is read and thrown away, or closing would take the refusal back (RST).
  void say(const Reply& reply) {
    message_ = message_of(parser_.get(), reply);
    send();
    drain();
  }

  void drain() {
    stream_.async_read_some(
        boost::asio::buffer(rest_),
        [self = this->shared_from_this()](boost::beast::error_code error, std::size_t count) {
          self->drained_ += count;
          if (!error && self->drained_ < most_drained) self->drain();
        });
  }

  void send() {
    http::async_write(stream_, message_,
                      [self = this->shared_from_this()](boost::beast::error_code, std::size_t) {
                        boost::beast::error_code ignored;
                        self->stream_.socket().shutdown(Socket::shutdown_send, ignored);
                      });
  }

  void answer_with_stream() {
    serializer_.emplace(message_);
    http::async_write_header(
        stream_, *serializer_,
        [self = this->shared_from_this()](boost::beast::error_code error, std::size_t) {
          if (error) return;
          self->owner_.on_stream(self);
          self->watch();
          self->wake();
        });
  }

  /// A reader sends nothing more: what can be read is its end.
  void watch() {
    stream_.socket().async_wait(Socket::wait_read,
                                [weak = this->weak_from_this()](boost::beast::error_code) {
                                  if (const auto self = weak.lock()) self->is_over_ = true;
                                });
  }

  boost::beast::basic_stream<Protocol> stream_;
  const Rules& rules_;
  Owner owner_;
  boost::beast::flat_buffer buffer_{16 * 1024};
  http::request_parser<http::empty_body> parser_;
  Reply reply_;
  HttpReply message_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  std::string chunk_;
  std::array<char, 4096> rest_{};
  std::size_t drained_ = 0;
  bool is_writing_ = false;
  bool is_over_ = false;
};

}  // namespace tocsin::web
