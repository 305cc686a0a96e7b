// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "bus/peer.hpp"
#include "bus/wire.hpp"
#include "support/fake_log.hpp"

namespace tocsin::bus {

/// A wire over a log in memory; acknowledgements go into that log, as the ledger does it.
class WireTest : public testing::Test {
 protected:
  void start(WireOptions options = {}) {
    options.runtime_directory = directory_.path();
    options.heartbeat = std::chrono::milliseconds{20};
    callbacks_.on_acknowledge = [log = log_](const auto& said) mutable {
      log.acknowledge(said);
    };
    auto started = Wire::start(options, log_.reader(), callbacks_);
    ASSERT_TRUE(started) << started.error().message;
    wire_ = std::move(*started);
  }

  void start_on_tcp() {
    start({.pub_endpoints = {"tcp://127.0.0.1:0"}, .ctl_endpoints = {"tcp://127.0.0.1:0"}});
  }

  [[nodiscard]] std::string pub() const { return wire_->endpoints().pub.front(); }

  [[nodiscard]] std::string ctl() const { return wire_->endpoints().ctl.front(); }

  void publish(const std::string& topic) { wire_->publish({log_.append(topic)}); }

  test::RuntimeDirectory directory_;
  test::FakeLog log_;
  WireCallbacks callbacks_;
  std::unique_ptr<Wire> wire_;
};

}  // namespace tocsin::bus
