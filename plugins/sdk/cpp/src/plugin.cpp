// SPDX-License-Identifier: Apache-2.0
#include "tocsin/plugin.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

#include "sdk/cpp/src/runner.hpp"

namespace tocsin::plugin {
namespace {

constexpr std::size_t filter_bytes = 200;  // longer subscriptions get lost in libzmq 4.3.4
constexpr std::size_t filter_limit = 64;

volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int) {
  stop_asked = 1;
}

/// Catches SIGTERM and SIGINT while it lives. The second one ends the process as usual.
class SignalCatch {
 public:
  SignalCatch() {
    stop_asked = 0;

    struct sigaction action {};

    action.sa_handler = ask_to_stop;  // without SA_RESTART: a wait ends at once
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGTERM, &action, &old_term_);
    ::sigaction(SIGINT, &action, &old_int_);
  }

  SignalCatch(const SignalCatch&) = delete;
  SignalCatch& operator=(const SignalCatch&) = delete;

  ~SignalCatch() {
    ::sigaction(SIGTERM, &old_term_, nullptr);
    ::sigaction(SIGINT, &old_int_, nullptr);
  }

 private:
  struct sigaction old_term_ {};

  struct sigaction old_int_ {};
};

Result<void> check(const Config& config) {
  if (config.filters.size() > filter_limit) {
    return fail(Errc::invalid_input, "more than 64 filters");
  }
  for (const std::string& filter : config.filters) {
    if (filter.size() > filter_bytes) {
      return fail(Errc::invalid_input, "filter '" + filter + "': over 200 bytes");
    }
  }
  return {};
}

int refuse(const Config& config, const Error& error) {
  if (config.log) {
    config.log(error.message);
  } else {
    fmt::print(stderr, "{}: {}\n", config.program, error.message);
  }
  return 64;
}

}  // namespace

int run(const Config& config, const Handler& handler) {
  if (const auto good = check(config); !good) return refuse(config, good.error());
  auto endpoints = endpoints_of(config.connect);
  if (!endpoints) return refuse(config, endpoints.error());
  auto keys = keys_of(config);
  if (!keys) return refuse(config, keys.error());
  const SignalCatch signals;
  Runner runner{config, handler, std::move(*endpoints), std::move(*keys)};
  return runner.run(
      [&] { return stop_asked != 0 || (config.should_stop && config.should_stop()); });
}

}  // namespace tocsin::plugin
