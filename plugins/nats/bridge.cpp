// SPDX-License-Identifier: Apache-2.0
#include "nats/bridge.hpp"

#include "nats/subject.hpp"

namespace tocsin::nats {
namespace {

constexpr std::chrono::milliseconds first_pause{500};

}  // namespace

Result<void> Bridge::connect() {
  if (connection_ && connection_->is_connected()) return {};
  connection_.reset();
  const auto access = access_();
  if (!access) return fail(access.error());
  auto opened = Connection::open(target_, *access);
  if (!opened) return fail(opened.error());
  connection_ = std::move(*opened);
  return {};
}

plugin::Outcome Bridge::publish(const plugin::Alert& alert, const plugin::Delivery& delivery) {
  if (const auto connected = connect(); !connected) {
    return plugin::Retry{.after = first_pause, .reason = connected.error().message};
  }
  const auto published =
      connection_->publish(subject_for(target_.stream.prefix, alert), alert.id, delivery.payload);
  if (published) return plugin::Ok{};
  if (published.error().code == Errc::too_large) return plugin::Drop{published.error().message};
  // Whether it was kept is not known: it is sent again, and the stream knows its id.
  connection_.reset();
  return plugin::Retry{.after = first_pause, .reason = published.error().message};
}

}  // namespace tocsin::nats
