// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/key_pair.hpp"
#include "base/result.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

/// A reply of the daemon: verb, JSON object, and for DATA the three frames of a record.
struct Reply {
  std::string verb = {};
  std::string json = {};
  std::vector<std::string> payload = {};
};

/// For a daemon that speaks CURVE.
struct ClientKeys {
  std::string server_key = {};
  KeyPair own = {};
};

/// Nothing where the configuration names no key.
[[nodiscard]] Result<std::optional<ClientKeys>> keys_of(const Config& config);

/// The two sockets of a reader: SUB for live frames, DEALER for requests. A new connection is a new
/// client. The file behind this header is the only one of the library that knows ZeroMQ.
class Client {
 public:
  /// Subscribes, then connects: subscriptions made before go out first and in byte order, so that
  /// the first `~head/` proves all of them. Fails only on wrong endpoints; a daemon that does not
  /// run yet is waited for.
  [[nodiscard]] static Result<std::unique_ptr<Client>> open(const EndpointPair& endpoints,
                                                            const std::vector<std::string>& filters,
                                                            const std::optional<ClientKeys>& keys);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  void send(const std::string& verb, const std::string& json);

  /// There is nothing for us on SUB: the key may not use it.
  void drop_live();

  [[nodiscard]] std::optional<Reply> receive_reply();

  /// The frames of a live message.
  [[nodiscard]] std::optional<std::vector<std::string>> receive_live();

  void wait(std::chrono::milliseconds timeout);

 private:
  struct Pair;
  explicit Client(std::unique_ptr<Pair> pair);

  std::unique_ptr<Pair> pair_;
};

}  // namespace tocsin::plugin
