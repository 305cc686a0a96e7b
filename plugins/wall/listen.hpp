// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "web/http_server.hpp"

namespace tocsin::wall {

/// "127.0.0.1:8787" or "[::1]:8787" and the names that browsers may call it by, apart from the
/// loopback ones. `invalid_input` for anything else, and for an address that others can reach
/// without a name: the wall asks nobody who he is.
[[nodiscard]] Result<web::ServerOptions> server_options(const std::string& listen,
                                                        const std::vector<std::string>& hosts);

}  // namespace tocsin::wall
