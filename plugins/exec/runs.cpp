// SPDX-License-Identifier: Apache-2.0
#include "exec/runs.hpp"

#include <fmt/format.h>

namespace tocsin::exec {
namespace {

constexpr int try_again = 75;  // EX_TEMPFAIL of sysexits.h

std::string with_line(std::string why, const Ended& ended) {
  if (!ended.said.empty()) why += ": " + ended.said;
  return why;
}

}  // namespace

plugin::Outcome Runs::start(const plugin::Alert& alert, const plugin::Delivery& delivery) {
  const Fields fields = fields_of(alert, delivery);
  const auto words = command_.words_for(fields);
  if (!words) return plugin::Drop{words.error().message};
  auto child = Child::start(*words, environment_for(fields, options_.kept), delivery.payload,
                            options_.limits);
  if (!child) return plugin::Retry{.reason = child.error().message};
  children_.emplace(delivery.seq, std::move(*child));
  return plugin::Later{};
}

std::vector<plugin::Settled> Runs::take_ended(Instant now) {
  std::vector<plugin::Settled> out;
  for (auto it = children_.begin(); it != children_.end();) {
    const auto ended = it->second.look(now);
    if (!ended) {
      ++it;
      continue;
    }
    out.push_back({.seq = it->first, .outcome = outcome_of(*ended, options_.limits)});
    it = children_.erase(it);
  }
  return out;
}

plugin::Outcome outcome_of(const Ended& ended, const Limits& limits) {
  if (ended.was_loud) {
    return plugin::Drop{fmt::format("wrote more than {} bytes and was ended", limits.output)};
  }
  if (ended.was_slow) {
    const auto reason = fmt::format("ran longer than {} ms and was ended", limits.timeout.count());
    return plugin::Retry{.reason = with_line(reason, ended)};
  }
  if (ended.signal != 0) {
    return plugin::Drop{with_line(fmt::format("ended by signal {}", ended.signal), ended)};
  }
  if (ended.code == 0) return plugin::Ok{};
  const std::string reason = with_line(fmt::format("exit status {}", ended.code), ended);
  if (ended.code == try_again) return plugin::Retry{.reason = reason};
  return plugin::Drop{reason};
}

}  // namespace tocsin::exec
