// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/key_pair.hpp"
#include "base/result.hpp"

namespace tocsin::bus {

/// What a tcp endpoint with CURVE asks of who connects.
struct ClientKeys {
  std::string server_key = {};  ///< The daemon's public key.
  KeyPair own = {};
};

/// A new CURVE key pair; `system` where libzmq was built without CURVE.
[[nodiscard]] Result<KeyPair> new_key_pair();

/// Asks the running daemon for one thing by an ADMIN request and waits for its answer, a JSON
/// object. `json` is an object too, "{}" at least. `unreachable` when no daemon is there,
/// `timed_out` when it does not answer, `refused` when the socket may not be opened or the daemon
/// says ERR.
[[nodiscard]] Result<std::string> ask_daemon(const std::string& ctl_endpoint,
                                             const std::string& verb, const std::string& json,
                                             std::chrono::milliseconds timeout,
                                             const std::optional<ClientKeys>& keys = {});

/// The object that ADMIN was answered with, from the frames "", greeting, verb and
/// {"req":…,"reply":{…}}. `refused` where the daemon says ERR, `invalid_input` where what answers
/// is none.
[[nodiscard]] Result<std::string> read_admin_reply(const std::vector<std::string>& frames);

/// Live alerts as they pass: what was sent before, or gets lost on the way, is not made up for.
///
/// Thread: one.
class LiveReader {
 public:
  /// One message on PUB.
  struct Live {
    std::string frame;   ///< "alert/returning-fighters/3/" or "~head/".
    std::string header;  ///< JSON.
    std::string payload;
  };

  /// `unreachable` when no daemon is there, `refused` when the socket may not be opened.
  [[nodiscard]] static Result<std::unique_ptr<LiveReader>> connect(
      const std::string& pub_endpoint, const std::vector<std::string>& filters,
      const std::optional<ClientKeys>& keys = {});
  LiveReader(const LiveReader&) = delete;
  LiveReader& operator=(const LiveReader&) = delete;
  ~LiveReader();

  /// The next message; nothing when none came in time, or a signal did.
  [[nodiscard]] std::optional<Live> next(std::chrono::milliseconds timeout);

 private:
  struct Socket;  // keeps zmq.hpp out of every other file
  explicit LiveReader(std::unique_ptr<Socket> socket);

  std::unique_ptr<Socket> socket_;
};

}  // namespace tocsin::bus
