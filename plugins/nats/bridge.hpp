// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "nats/connection.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::nats {

/// Publishes one alert after the other. A connection is made when there is an alert to publish, and
/// anew after any failure, with secrets as their files hold them then.
class Bridge {
 public:
  Bridge(Target target, std::function<Result<Access>()> access)
      : target_{std::move(target)},
        access_{std::move(access)} {}

  /// `Ok` once the stream keeps the alert. Everything that may pass by is a `Retry`.
  [[nodiscard]] plugin::Outcome publish(const plugin::Alert& alert,
                                        const plugin::Delivery& delivery);

 private:
  [[nodiscard]] Result<void> connect();

  Target target_;
  std::function<Result<Access>()> access_;
  std::optional<Connection> connection_;
};

}  // namespace tocsin::nats
