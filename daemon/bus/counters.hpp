// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "bus/protocol.hpp"
#include "loop/counter.hpp"

namespace tocsin::bus {

/// Counted on the wire thread, read anywhere.
struct Counters {
  loop::Counter published;
  loop::Counter fetches;
  loop::Counter requests;
  loop::Counter refused;
  loop::Counter undelivered;
  loop::Counter log_errors;
  loop::Counter admitted;
  loop::Counter denied;
  loop::Counter turned_away;
  loop::Counter garbled;
  loop::Counter unfinished;
  loop::Counter no_room;
  loop::Gauge pub_connections;
  loop::Gauge ctl_connections;
  loop::Gauge head;
  std::array<loop::Counter, error_codes.size()> refused_for;  ///< By the place in `error_codes`.
};

}  // namespace tocsin::bus
