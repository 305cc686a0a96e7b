// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::nats {

/// The stream as it is wanted.
struct StreamSpec {
  std::string name = {};
  std::string prefix = {};  ///< Of its subjects.
  bool may_create = true;
  std::chrono::milliseconds keep{0};
  std::chrono::milliseconds window{0};
  std::int64_t replicas = 1;
};

/// What to show a server; each may be empty. Texts of secrets, not their files, but for
/// `credentials_file`.
struct Access {
  std::string credentials_file = {};
  std::string token = {};
  std::string user = {};
  std::string password = {};
  std::string authorities = {};  ///< PEM
  std::string certificate = {};  ///< PEM
  std::string key = {};          ///< PEM
};

struct Target {
  std::vector<std::string> servers = {};
  std::chrono::milliseconds timeout{5000};
  StreamSpec stream = {};
};

/// One connection to one of the servers, whose stream has been looked at. The only file that knows
/// libnats. It is not mended when it breaks: the owner makes another.
class Connection {
 public:
  /// `unreachable` where no server answers, `refused` where it does not let us in, `invalid_input`
  /// where the stream is not as wanted. The message tells it in one line, without secrets.
  [[nodiscard]] static Result<Connection> open(const Target& target, const Access& access);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Until the stream has said that it keeps the alert, or kept it before. `too_large` where it
  /// never will.
  [[nodiscard]] Result<void> publish(const std::string& subject, const std::string& id,
                                     std::string_view payload);

  [[nodiscard]] bool is_connected() const;

 private:
  struct Handles;
  explicit Connection(std::unique_ptr<Handles> handles);

  std::unique_ptr<Handles> handles_;
};

}  // namespace tocsin::nats
