// SPDX-License-Identifier: Apache-2.0
#include "loop/thread.hpp"

#include <pthread.h>
#include <signal.h>

#include <system_error>
#include <utility>

namespace tocsin::loop {
namespace {

/// Blocks every signal while a thread is made: the new one inherits the mask and keeps it.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }

  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

Result<Thread> Thread::start(const std::string& name, std::function<void()> body) {
  constexpr std::size_t longest_name = 15;  // the kernel's TASK_COMM_LEN without its end
  const SignalsBlocked blocked;
  try {
    return Thread{std::jthread{[name = name.substr(0, longest_name), body = std::move(body)] {
      ::pthread_setname_np(::pthread_self(), name.c_str());
      body();
    }}};
  } catch (const std::system_error& error) {
    return fail(Errc::system, "thread '" + name + "': " + error.code().message());
  }
}

void Thread::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace tocsin::loop
