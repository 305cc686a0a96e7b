// SPDX-License-Identifier: Apache-2.0
#include "web/health_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace tocsin::web {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Tcp = boost::asio::ip::tcp;
using Unix = boost::asio::local::stream_protocol;

HealthSources well() {
  return {.is_live = [] { return true; },
          .is_ready = [] { return false; },
          .metrics =
              [] {
                return std::string{"tocsin_polls_total 7\n"};
              }};
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

class HealthServerTest : public testing::Test {
 protected:
  [[nodiscard]] std::string send(const std::string& request) const {
    return exchange<Tcp>({boost::asio::ip::address_v4::loopback(), server_->port()}, request);
  }

  [[nodiscard]] std::string get(const std::string& target,
                                const std::string& host = "localhost") const {
    return send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  std::unique_ptr<HealthServer> server_ = HealthServer::start({}, well()).value();
};

TEST_F(HealthServerTest, SaysWhetherTheDaemonLivesAndIsReady) {
  EXPECT_THAT(get("/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(get("/readyz"), StartsWith("HTTP/1.1 503 "));
}

TEST_F(HealthServerTest, ServesMetricsAsPrometheusText) {
  const auto reply = get("/metrics");
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\ntocsin_polls_total 7\n"));
}

TEST_F(HealthServerTest, AnswersHeadWithoutABody) {
  const auto reply = send("HEAD /metrics HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n");
  EXPECT_THAT(reply, HasSubstr("Content-Length: 21\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n"));
}

TEST_F(HealthServerTest, KnowsNoOtherPath) {
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(get("/livez/../metrics"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HealthServerTest, OnlyReads) {
  EXPECT_THAT(send("DELETE /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
}

TEST_F(HealthServerTest, RefusesAForeignHostName) {
  EXPECT_THAT(get("/metrics", "evil.example"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("/metrics", "localhost.evil.example:80"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(get("/metrics", "[::1]:80"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(HealthServerTest, ClosesOnGarbageAndOnTooManyHeaders) {
  EXPECT_EQ(send("\x16\x03\x01 hello\r\n\r\n"), "");
  EXPECT_EQ(get("/livez", "localhost\r\nX: " + std::string(10'000, 'x')), "");
  EXPECT_THAT(get("/livez"), StartsWith("HTTP/1.1 200 ")) << "and serves the next";
}

TEST_F(HealthServerTest, SaysWhenItsPortIsTaken) {
  const auto second = HealthServer::start({.port = server_->port()}, well());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::busy);
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1:" + std::to_string(server_->port())));
}

TEST(HealthServer, ClosesConnectionsBeyondItsLimit) {
  const auto server = HealthServer::start({.max_connections = 1}, well()).value();
  const Tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(), server->port()};
  boost::asio::io_context context;
  Tcp::socket idle{context};
  idle.connect(endpoint);
  EXPECT_EQ(exchange<Tcp>(endpoint, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"), "");
}

TEST(HealthServer, ServesAUnixSocketAndRemovesIt) {
  std::string folder = "/tmp/tocsin-test-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/health.sock";
  auto server = HealthServer::start({.unix_path = path}, well()).value();
  EXPECT_THAT(exchange<Unix>(Unix::endpoint{path}, "GET /livez HTTP/1.1\r\nHost: any\r\n\r\n"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_FALSE(HealthServer::start({.unix_path = path}, well())) << "it is taken";
  server.reset();
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
  ::rmdir(folder.c_str());
}

}  // namespace
}  // namespace tocsin::web
