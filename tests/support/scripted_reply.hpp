// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace tocsin::test {

/// One request as a server saw it.
struct SeenRequest {
  std::string method{};
  std::string target{};
  std::map<std::string, std::string> headers{};  ///< Names in lower case.
  std::size_t connection = 0;                    ///< Counted from 1: tells reuse.

  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string{} : found->second;
  }
};

/// The bytes to answer with, as they go on the wire: nothing is added, so that a reply may be
/// wrong.
struct ScriptedReply {
  std::vector<std::string> pieces{};
  std::chrono::milliseconds pause{0};  ///< Before each piece but the first.
  bool closes = false;                 ///< Ends the connection after the last piece.
};

/// A well-formed reply. `headers` are whole lines, each with its CRLF.
inline ScriptedReply http_reply(int status, const std::string& headers = {},
                                const std::string& body = {}) {
  const std::string length =
      status == 304 ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return {.pieces = {"HTTP/1.1 " + std::to_string(status) + " Scripted\r\n" + headers + length +
                     "\r\n" + body}};
}

}  // namespace tocsin::test
