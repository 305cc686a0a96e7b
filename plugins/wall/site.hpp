// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "wall/board.hpp"
#include "web/http_server.hpp"

namespace tocsin::wall {

/// The pages of the wall: `/`, its style and script, `/alerts.json`, and `/events`, a stream of
/// server-sent events that goes on where the reader's `Last-Event-ID` or `?after=` ends. Borrows
/// the board.
[[nodiscard]] web::Handler site(const Board& board);

}  // namespace tocsin::wall
