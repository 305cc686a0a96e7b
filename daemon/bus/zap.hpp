// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bus/grants.hpp"

namespace tocsin::bus {

/// A question of libzmq's ZAP client, version 1.0, whose frames may come in any shape.
struct ZapQuestion {
  std::string id = {};
  Caller caller = {};
};

/// Reads the frames behind the empty one: version, id, domain, address, routing id, mechanism,
/// credentials. Nothing for frames that are no question; `caller.key` is empty unless the mechanism
/// is CURVE and the key has 32 bytes.
[[nodiscard]] std::optional<ZapQuestion> read_zap(const std::vector<std::string>& frames);

/// The answer's frames: version, id, status, text, user id, metadata.
[[nodiscard]] std::vector<std::string> zap_answer(const ZapQuestion& question,
                                                  const Admission& admission);

}  // namespace tocsin::bus
