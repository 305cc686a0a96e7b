// SPDX-License-Identifier: Apache-2.0
#include "loop/signal_watch.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace tocsin::loop {
namespace {

sigset_t watched_signals() {
  sigset_t set{};
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

Result<std::unique_ptr<SignalWatch>> SignalWatch::create(EventLoop& loop, Callback callback) {
  const sigset_t set = watched_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  UniqueFd fd{::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)};
  if (!fd.is_open()) {
    return fail(Errc::system, "signals: " + std::generic_category().message(errno));
  }
  return std::unique_ptr<SignalWatch>{new SignalWatch{loop, std::move(fd), std::move(callback)}};
}

SignalWatch::SignalWatch(EventLoop& loop, UniqueFd fd, Callback callback)
    : fd_{std::move(fd)},
      callback_{std::move(callback)},
      watch_{loop, fd_.get(), EPOLLIN, [this](std::uint32_t) {
               read_signals();
             }} {}

SignalWatch::~SignalWatch() {
  const sigset_t set = watched_signals();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void SignalWatch::read_signals() {
  // One signal a round: a second one keeps the descriptor readable, and the callback may destroy
  // this watch.
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != ssize_t{sizeof info}) return;
  const Callback callback = callback_;
  callback(static_cast<int>(info.ssi_signo));
}

}  // namespace tocsin::loop
