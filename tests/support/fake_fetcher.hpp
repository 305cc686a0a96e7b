// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "http/fetcher.hpp"

namespace tocsin::test {

/// Keeps requests until the test answers them, in the order they came.
class FakeFetcher final : public http::Fetcher {
 public:
  void start(http::Request request, OnDone on_done) override {
    open_.push_back({std::move(request), std::move(on_done)});
    ++started_;
  }

  [[nodiscard]] std::size_t open() const { return open_.size(); }

  [[nodiscard]] std::size_t started() const { return started_; }

  [[nodiscard]] const http::Request& first() const { return open_.front().request; }

  [[nodiscard]] const http::Request& last() const { return open_.back().request; }

  /// Answers the request that has been open longest.
  void answer(Result<http::Response> outcome) {
    Open open = std::move(open_.front());
    open_.pop_front();
    open.on_done(std::move(outcome));
  }

  void answer_status(long status) {
    http::Response response;
    response.status = status;
    response.final_url = first().url;
    answer(std::move(response));
  }

 private:
  struct Open {
    http::Request request;
    OnDone on_done;
  };

  std::deque<Open> open_;
  std::size_t started_ = 0;
};

}  // namespace tocsin::test
