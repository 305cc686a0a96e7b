// SPDX-License-Identifier: Apache-2.0
#include "bus/publisher.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/crash_point.hpp"
#include "base/time_format.hpp"
#include "bus/protocol.hpp"

namespace tocsin::bus {
namespace {

/// A burst is over when nothing came for so long. It bounds what `~head/` adds to a steady stream.
constexpr std::chrono::milliseconds settle{50};

}  // namespace

Publisher::Publisher(World world, std::chrono::milliseconds heartbeat)
    : world_{std::move(world)},
      heartbeat_{heartbeat} {
  look_at_log();
}

void Publisher::publish(std::vector<alert::LogRecord> records, Instant now) {
  if (records.empty()) return;
  if (bounds_.epoch.empty()) look_at_log();
  for (alert::LogRecord& record : records) {
    published_ = std::max(published_, record.seq);
    world_.send(record_frames(std::move(record), bounds_.epoch));
    world_.counters.published.add();
  }
  crash_point("wire.published");
  next_head_ = std::min(next_head_, now + std::min(settle, heartbeat_));
}

void Publisher::look_at_log() {
  auto bounds = world_.log.bounds();
  is_degraded_ = !bounds;
  if (bounds) {
    bounds_ = std::move(*bounds);
  } else {
    world_.counters.log_errors.add();
  }
}

void Publisher::send_head(bool is_idle, Instant now) {
  next_head_ = now + heartbeat_;
  const std::uint64_t before = bounds_.head;
  look_at_log();
  const std::uint64_t head = is_idle ? bounds_.head : std::min(bounds_.head, before);
  const nlohmann::json object{{"v", 1},
                              {"epoch", bounds_.epoch},
                              {"seq", std::max(published_, head)},
                              {"floor", bounds_.floor},
                              {"ts", to_rfc3339(world_.clock.now())},
                              {"state", is_degraded_ ? "degraded" : "ok"}};
  world_.send({"~head/", object.dump()});
  world_.counters.head.set(static_cast<std::int64_t>(std::max(published_, bounds_.head)));
}

}  // namespace tocsin::bus
