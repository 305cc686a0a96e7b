// SPDX-License-Identifier: Apache-2.0
// What the holder of a key may do: everything else here is asked before it is answered.
#include <algorithm>
#include <utility>

#include "bus/router.hpp"

namespace tocsin::bus {

/// False, and the session ended, for a key that was taken off the list while its requests were on
/// their way.
bool Router::knows(Turn& turn) {
  if (turn.peer.reader.empty()) return true;
  turn.grant = grants_.of_key(turn.peer.reader);
  if (turn.grant != nullptr) return true;
  sessions_.close(turn.peer.id);
  refuse(turn, "forbidden", "this key is no longer on the list");
  return false;
}

bool Router::may_enter(Turn& turn, const Hello& hello) {
  if (turn.grant == nullptr) return true;
  if (!hello.name.empty() && hello.name != turn.grant->name) {
    refuse(turn, "forbidden", "this key is for the name '" + turn.grant->name + "'");
    return false;
  }
  if (turn.grant->covers(hello.filters)) return true;
  refuse(turn, "forbidden", "a filter lies outside the topics of this key");
  return false;
}

/// The filters to read with; nothing, and that said, where they are not allowed.
std::optional<alert::Filters> Router::filters_of(Turn& turn, const Session& session,
                                                 const std::optional<alert::Filters>& wanted) {
  if (!wanted) return session.filters;
  if (turn.grant == nullptr) return wanted;
  if (turn.grant->covers(*wanted)) return turn.grant->within(*wanted);
  refuse(turn, "forbidden", "a filter lies outside the topics of this key");
  return std::nullopt;
}

/// Whoever gives a record back gets it again: it must be one that its key may read.
bool Router::may_see(Turn& turn, std::uint64_t seq) {
  if (turn.grant == nullptr || turn.grant->reads_all()) return true;
  const auto count = world_.log.count(seq - 1, seq, turn.grant->topics);
  if (!count) {
    refuse(turn, count.error());
    return false;
  }
  if (*count > 0) return true;
  refuse(turn, "forbidden", "this record lies outside the topics of this key");
  return false;
}

void Router::use(Grants grants) {
  const Grants before = std::exchange(grants_, std::move(grants));
  for (const std::string& peer : sessions_.those([&](const Session& session) {
         if (session.reader.empty()) return false;
         const Grant* then = before.of_key(session.reader);
         const Grant* now = grants_.of_key(session.reader);
         return then == nullptr || now == nullptr || !(*then == *now);
       })) {
    sessions_.close(peer);
  }
}

void Router::send_heads(const std::string& json) {
  for (const std::string& peer :
       sessions_.those([](const Session& session) { return session.wants_heads; })) {
    if (world_.send(peer, {.verb = "HEAD", .json = json}) == Sent::ok) continue;
    world_.counters.undelivered.add();
    sessions_.close(peer);
  }
}

}  // namespace tocsin::bus
