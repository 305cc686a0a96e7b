// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "loop/event_loop.hpp"

namespace tocsin::loop {

/// Calls back on the loop thread for SIGTERM, SIGINT and SIGHUP, in place of their default deeds.
///
/// Blocks the three in the calling thread, and so in every thread it starts later: make it before
/// the first thread. Unblocks them when destroyed.
class SignalWatch {
 public:
  using Callback = std::function<void(int signal)>;

  [[nodiscard]] static Result<std::unique_ptr<SignalWatch>> create(EventLoop& loop,
                                                                   Callback callback);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();

 private:
  SignalWatch(EventLoop& loop, UniqueFd fd, Callback callback);

  void read_signals();

  UniqueFd fd_;
  Callback callback_;
  FdWatch watch_;
};

}  // namespace tocsin::loop
