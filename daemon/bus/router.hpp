// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alert/log_reader.hpp"
#include "bus/counters.hpp"
#include "bus/grants.hpp"
#include "bus/protocol.hpp"
#include "bus/sessions.hpp"
#include "bus/wire.hpp"

namespace tocsin::bus {

/// What became of a reply.
enum class Sent : std::uint8_t {
  ok,
  gone,  ///< The peer has left.
  full,  ///< The peer does not read what it asked for.
};

/// Who asks, and where the answer goes.
struct Peer {
  std::string id = {};  ///< The routing id.
  std::optional<std::uint32_t> uid = {};
  bool is_local = true;     ///< Came over ipc.
  std::string reader = {};  ///< The key it showed; empty without CURVE.
};

/// What comes later than the request: of an administrator, or of the ledger.
struct Answer {
  std::string peer = {};
  std::vector<Reply> replies = {};
  bool is_counted = false;  ///< One of the few that a session may wait for.
  bool ends_session = false;
  std::optional<alert::Acknowledgement> stored = {};  ///< The place of a new name, on the disk.
};

/// Answers requests out of the log. Knows no socket: replies leave through `Send`.
///
/// Thread: the wire thread. Borrows everything it is given.
class Router {
 public:
  using Send = std::function<Sent(const std::string& peer, const Reply& reply)>;

  struct World {
    alert::LogReader& log;
    const Clock& clock;
    const WireCallbacks& callbacks;
    Counters& counters;
    Send send;
    /// Brings an answer back to the wire thread, where `deliver` gets it. Any thread may call it.
    std::function<void(Answer answer)> bring_back = {};
  };

  Router(World world, const WireOptions& options);

  void handle(const Peer& peer, const Parsed& parsed, Instant now);

  void deliver(const Answer& answer);

  /// Who may do what from now on; sessions of those who may do less end.
  void use(Grants grants);

  /// From now on nobody gets the name, until `end_forgetting`. `busy` where it is connected, or
  /// `leaving_limit` others are on their way.
  [[nodiscard]] Result<void> begin_forgetting(const std::string& name, Instant now);

  /// Where the log has forgotten it (`is_gone`), so does this: who takes the name next is new.
  void end_forgetting(const std::string& name, bool is_gone);

  /// HEAD to those who have no other way to learn of it.
  void send_heads(const std::string& json);

  /// Finds out which of the quiet readers have left.
  void probe(Instant now);

  [[nodiscard]] const Sessions& sessions() const { return sessions_; }

 private:
  /// One request on its way through.
  struct Turn {
    const Peer& peer;
    std::uint64_t number = 0;
    Instant now;
    const Grant* grant = nullptr;  ///< What the peer's key may do; null for those without a key.
  };

  [[nodiscard]] bool knows(Turn& turn);
  [[nodiscard]] bool may_enter(Turn& turn, const Hello& hello);
  [[nodiscard]] std::optional<alert::Filters> filters_of(
      Turn& turn, const Session& session, const std::optional<alert::Filters>& wanted);
  [[nodiscard]] bool may_see(Turn& turn, std::uint64_t seq);

  void on(Turn& turn, const Hello& hello);
  void on(Turn& turn, const Fetch& fetch);
  void on(Turn& turn, const Check& check);
  void on(Turn& turn, const Ack& ack);
  void on(Turn& turn, const Nak& nak);
  void on(Turn& turn, const Done& done);
  void on(Turn& turn, const TakeDue& take);
  void on(Turn& turn, const Status& status);
  void on(Turn& turn, const Bye& bye);
  void on(Turn& turn, const Admin& admin);
  void on(Turn& turn, const BadRequest& bad);

  /// False where the peer that holds a name has gone, or was silent for too long.
  [[nodiscard]] bool is_there(const std::string& holder, Instant now);
  [[nodiscard]] bool make_room(Turn& turn, const Hello& hello);
  [[nodiscard]] std::optional<std::uint64_t> cursor_of(const std::string& name);
  [[nodiscard]] Session* session_of(Turn& turn);
  [[nodiscard]] Session* durable_session_of(Turn& turn);
  [[nodiscard]] bool may_wait(Turn& turn, Session& session);
  void settle(Turn& turn, Session& session, Verdict verdict);
  void remember(const std::string& name, std::uint64_t seq);
  /// Sends `welcome` once the place of the new name is stored.
  void enrol(Turn& turn, alert::Acknowledgement place, Reply welcome);
  [[nodiscard]] bool reply(Turn& turn, Reply reply);
  void refuse(Turn& turn, const std::string& code, const std::string& message);
  void refuse(Turn& turn, const Error& error);

  World world_;
  Grants grants_;
  std::chrono::milliseconds heartbeat_;
  Sessions sessions_;
  /// Cursors said by ACK since the start: the log learns of them a moment later.
  std::map<std::string, std::uint64_t> acknowledged_;
  std::set<std::string> leaving_;  ///< Names that the log is forgetting.
};

}  // namespace tocsin::bus
