// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "http/curl_fetcher.hpp"
#include "loop/event_loop.hpp"
#include "support/http_server.hpp"

namespace tocsin::test {

inline http::CurlFetcherOptions loopback_allowed() {
  return {.guard = http::AddressGuard{{http::parse_allowed_target("127.0.0.0/8").value()}}};
}

/// A fetcher on a loop of its own, which runs until the answers asked for are there.
class FetchClient {
 public:
  explicit FetchClient(http::CurlFetcherOptions options = loopback_allowed())
      : fetcher_{http::CurlFetcher::create(*loop_, clock_, std::move(options)).value()} {}

  Result<http::Response> get(http::Request request) {
    return std::move(get_all({std::move(request)}).front());
  }

  Result<http::Response> get(const std::string& url) {
    http::Request request;
    request.url = url;
    return get(std::move(request));
  }

  std::vector<Result<http::Response>> get_all(std::vector<http::Request> requests) {
    std::vector<Result<http::Response>> results(requests.size(),
                                                fail(Errc::system, "never called back"));
    std::size_t missing = requests.size();
    for (std::size_t i = 0; i < requests.size(); ++i) {
      fetcher_->start(std::move(requests[i]), [&, i](Result<http::Response> result) {
        results[i] = std::move(result);
        if (--missing == 0) loop_->stop();
      });
    }
    loop_->run();
    return results;
  }

  http::CurlFetcher& fetcher() { return *fetcher_; }

  loop::EventLoop& loop() { return *loop_; }

 private:
  ManualClock clock_;
  std::unique_ptr<loop::EventLoop> loop_ = loop::EventLoop::create().value();
  std::unique_ptr<http::CurlFetcher> fetcher_;
};

inline HttpServer::Script always(ScriptedReply reply) {
  return [reply = std::move(reply)](const SeenRequest&) {
    return reply;
  };
}

inline http::Request request_for(const std::string& url) {
  http::Request request;
  request.url = url;
  return request;
}

}  // namespace tocsin::test
