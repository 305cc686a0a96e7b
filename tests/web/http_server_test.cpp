// SPDX-License-Identifier: Apache-2.0
#include "web/http_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "web/health.hpp"

namespace tocsin::web {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Tcp = boost::asio::ip::tcp;
using Unix = boost::asio::local::stream_protocol;

Handler health() {
  return health_handler({.is_live = [] { return true; },
                         .is_ready = [] { return false; },
                         .metrics =
                             [] {
                               return std::string{"tocsin_polls_total 7\n"};
                             }});
}

template <typename Protocol>
std::string exchange(const typename Protocol::endpoint& endpoint, const std::string& request) {
  boost::asio::io_context context;
  typename Protocol::socket socket{context};
  socket.connect(endpoint);
  boost::system::error_code error;
  boost::asio::write(socket, boost::asio::buffer(request), error);
  std::string reply;
  boost::asio::read(socket, boost::asio::dynamic_buffer(reply), error);
  return reply;
}

class HttpServerTest : public testing::Test {
 protected:
  [[nodiscard]] std::string send(const std::string& request) const {
    return exchange<Tcp>({boost::asio::ip::address_v4::loopback(), server_->port()}, request);
  }

  [[nodiscard]] std::string get(const std::string& target,
                                const std::string& host = "localhost") const {
    return send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  std::unique_ptr<HttpServer> server_ = HttpServer::start({}, health()).value();
};

TEST_F(HttpServerTest, SaysWhetherTheDaemonLivesAndIsReady) {
  EXPECT_THAT(get("/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(get("/readyz"), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, ServesMetricsAsPrometheusText) {
  const auto reply = get("/metrics");
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\ntocsin_polls_total 7\n"));
}

TEST_F(HttpServerTest, AnswersHeadWithoutABody) {
  const auto reply = send("HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("Content-Length: 21\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, KnowsNoOtherPath) {
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(get("/livez/../metrics"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpServerTest, OnlyReads) {
  EXPECT_THAT(send("DELETE /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
}

TEST_F(HttpServerTest, RefusesAForeignHostName) {
  EXPECT_THAT(get("/metrics", "evil.example"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("/metrics", "localhost.evil.example:80"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("/metrics", "[::1]:80"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, TakesHostNamesInEitherCaseAndWithTheirLastDot) {
  for (const auto* const name : {"LOCALHOST", "localhost.", "Localhost.:80"}) {
    EXPECT_THAT(get("/livez", name), StartsWith("HTTP/1.1 200 ")) << name;
  }
}

TEST_F(HttpServerTest, SaysWhyItTakesNoBodyNoGarbageAndNoLongHeaders) {
  EXPECT_THAT(send("\x16\x03\x01 hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(get("/livez", "localhost\r\nX: " + std::string(10'000, 'x')),
              StartsWith("HTTP/1.1 431 "));
  const std::string body = "Host: localhost\r\nContent-Length: 5\r\n\r\nhello";
  EXPECT_THAT(send("POST / HTTP/1.1\r\n" + body), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(send("GET / HTTP/1.1\r\n" + body), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(get("/livez"), StartsWith("HTTP/1.1 200 ")) << "and serves the next";
}

TEST_F(HttpServerTest, SaysWhenItsPortIsTaken) {
  const auto second = HttpServer::start({.port = server_->port()}, health());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1:" + std::to_string(server_->port())));
}

TEST(HttpServer, ClosesConnectionsBeyondItsLimit) {
  const auto server = HttpServer::start({.max_connections = 1}, health()).value();
  const Tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(), server->port()};
  boost::asio::io_context context;
  Tcp::socket idle{context};
  idle.connect(endpoint);
  EXPECT_EQ(exchange<Tcp>(endpoint, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
}

/// Sends a request and hands out the reply line by line.
class Reader {
 public:
  Reader(std::uint16_t port, const std::string& request) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
    boost::asio::write(socket_, boost::asio::buffer(request));
  }

  std::string line() {
    const std::size_t size =
        boost::asio::read_until(socket_, boost::asio::dynamic_buffer(text_), '\n');
    std::string line = text_.substr(0, size - 1);
    text_.erase(0, size);
    return line;
  }

  std::string line_behind_head() {
    while (line() != "\r") {
    }
    return line();
  }

 private:
  boost::asio::io_context context_;
  Tcp::socket socket_{context_};
  std::string text_;
};

/// Lines that a test adds, for each stream from the first.
class Lines {
 public:
  void add(std::string line) {
    const std::lock_guard lock{mutex_};
    lines_.push_back(std::move(line));
  }

  Handler handler() {
    return [this](const Request& request) -> Reply {
      if (request.path != "/lines") return {.body = request.path + "|" + request.query};
      return {.type = "text/event-stream", .next = [this, at = std::size_t{0}]() mutable {
                const std::lock_guard lock{mutex_};
                return at < lines_.size() ? lines_[at++] : std::string{};
              }};
    };
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

constexpr auto ask_for_lines = "GET /lines HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST(HttpServer, StreamsWhatIsThereAndWhatComesOnceItIsWoken) {
  Lines lines;
  lines.add("one\n");
  lines.add("two\n");
  const auto server = HttpServer::start({}, lines.handler()).value();
  Reader reader{server->port(), ask_for_lines};
  EXPECT_EQ(reader.line_behind_head(), "one");
  EXPECT_EQ(reader.line(), "two");
  lines.add("three\n");
  server->wake();
  EXPECT_EQ(reader.line(), "three");
}

TEST(HttpServer, StreamsToEachReaderAtItsOwnPlace) {
  Lines lines;
  lines.add("one\n");
  const auto server = HttpServer::start({}, lines.handler()).value();
  Reader first{server->port(), ask_for_lines};
  EXPECT_EQ(first.line_behind_head(), "one");
  lines.add("two\n");
  Reader second{server->port(), ask_for_lines};
  EXPECT_EQ(second.line_behind_head(), "one");
  server->wake();
  EXPECT_EQ(first.line(), "two");
  EXPECT_EQ(second.line(), "two");
}

TEST(HttpServer, GivesUpTheConnectionOfAStreamWhoseReaderLeft) {
  Lines lines;
  lines.add("one\n");
  const auto server = HttpServer::start({.max_connections = 1}, lines.handler()).value();
  { EXPECT_EQ(Reader(server->port(), ask_for_lines).line_behind_head(), "one"); }
  const Tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(), server->port()};
  std::string reply;
  while (reply.empty()) {  // its end is seen a moment later
    server->wake();
    reply = exchange<Tcp>(endpoint, "GET /x?a=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  EXPECT_THAT(reply, EndsWith("\r\n\r\n/x|a=1"));
}

TEST(HttpServer, AnswersHeadOfAStreamWithItsHeadAlone) {
  Lines lines;
  lines.add("one\n");
  const auto server = HttpServer::start({}, lines.handler()).value();
  const Tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(), server->port()};
  EXPECT_THAT(exchange<Tcp>(endpoint, "HEAD /lines HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              EndsWith("\r\n\r\n"));
}

TEST(HttpServer, RefusesAnAddressThatIsNone) {
  const auto server = HttpServer::start({.address = "nowhere"}, health());
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Errc::invalid_input);
}

TEST(QueryValue, FindsANameAndNoOther) {
  const Request request{.query = "after=12&wall=1&empty="};
  EXPECT_EQ(query_value(request, "after"), "12");
  EXPECT_EQ(query_value(request, "wall"), "1");
  EXPECT_EQ(query_value(request, "empty"), "");
  EXPECT_EQ(query_value(request, "ter"), "");
}

TEST(HttpServer, ServesAUnixSocketAndRemovesIt) {
  std::string folder = "/tmp/tocsin-test-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/health.sock";
  auto server = HttpServer::start({.unix_path = path}, health()).value();
  EXPECT_THAT(exchange<Unix>(Unix::endpoint{path}, "GET /livez HTTP/1.1\r\nHost: any\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_FALSE(HttpServer::start({.unix_path = path}, health())) << "it is taken";
  server.reset();
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
  ::rmdir(folder.c_str());
}

}  // namespace
}  // namespace tocsin::web
