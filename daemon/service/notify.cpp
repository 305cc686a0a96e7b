// SPDX-License-Identifier: Apache-2.0
#include "service/notify.hpp"

#include <time.h>

#include <string>
#include <utility>

#include <systemd/sd-daemon.h>

namespace tocsin::service {
namespace {

/// A status is one line: what follows a line break would be read as another assignment.
std::string one_line(std::string_view status) {
  return std::string{status.substr(0, status.find('\n'))};
}

void tell(const std::string& assignments) {
  ::sd_notify(0, assignments.c_str());
}

std::uint64_t monotonic_microseconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000U +
         static_cast<std::uint64_t>(now.tv_nsec) / 1000U;
}

}  // namespace

void tell_ready(std::string_view status) {
  tell("READY=1\nSTATUS=" + one_line(status));
}

void tell_reloading() {
  // systemd 253 and later wants the time too, to tell this reload's READY from an earlier one's.
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

void tell_stopping() {
  tell("STOPPING=1");
}

void tell_status(std::string_view status) {
  tell("STATUS=" + one_line(status));
}

std::optional<std::chrono::milliseconds> watchdog_interval() {
  std::uint64_t microseconds = 0;
  if (::sd_watchdog_enabled(0, &microseconds) <= 0) return std::nullopt;
  return std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::duration<std::uint64_t, std::micro>{microseconds / 2});
}

Watchdog::Watchdog(loop::EventLoop& loop, std::chrono::milliseconds interval,
                   ProgressCheck makes_progress)
    : interval_{interval},
      makes_progress_{std::move(makes_progress)},
      timer_{loop, [this] {
               feed();
             }} {
  timer_.fire_after(std::chrono::milliseconds{0});
}

void Watchdog::feed() {
  timer_.fire_after(interval_);
  if (makes_progress_()) tell("WATCHDOG=1");
}

}  // namespace tocsin::service
