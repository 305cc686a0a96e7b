// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "alert/alert.hpp"
#include "alert/log_reader.hpp"
#include "base/result.hpp"
#include "pipeline/delivery.hpp"

namespace tocsin::pipeline {

/// Tells what was held and is due, one digest a topic frame, so that it reaches whoever subscribes
/// to what it holds. What a silence or quiet hours hold by now goes on waiting. Caps do not count
/// digests.
[[nodiscard]] Result<std::vector<alert::LogRecord>> release_due(const Delivery::Surroundings& with);

/// What is due of one topic frame, read for its digest.
struct DueGroup {
  store::HeldGroup group;
  std::vector<store::Held> listed;  ///< The oldest; the rest is only counted.
  store::Counts reasons;
};

/// The digest, without its place in the log.
[[nodiscard]] alert::Alert build_digest(const DueGroup& due, Time now);

}  // namespace tocsin::pipeline
