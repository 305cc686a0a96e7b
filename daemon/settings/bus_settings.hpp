// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace tocsin::settings {

struct BusSettings {
  std::vector<std::string> pub;  ///< Empty: ipc://<runtime>/pub.sock.
  std::vector<std::string> ctl;  ///< Empty: ipc://<runtime>/ctl.sock.
  std::chrono::milliseconds heartbeat{std::chrono::seconds{1}};
  std::size_t high_water_mark = 1000;  ///< Messages queued for one slow reader before drops.
  std::size_t max_connections = 2048;  ///< To both sockets together.
  std::size_t max_deliver = 8;         ///< Deliveries before a record becomes a dead letter.
  std::string key;                     ///< File of the daemon's CURVE pair; empty: no CURVE.
  std::string readers;                 ///< Folder of the keys that may connect; empty: readers.d.
  std::vector<std::string> users;      ///< Who may connect locally; empty: no further check.
  unsigned pub_line = 0;               ///< Where the file names `pub`; 0 when it does not.
  unsigned ctl_line = 0;

  /// The same in force, wherever it stands in the file.
  friend bool operator==(const BusSettings& a, const BusSettings& b) {
    return a.pub == b.pub && a.ctl == b.ctl && a.heartbeat == b.heartbeat &&
           a.high_water_mark == b.high_water_mark && a.max_connections == b.max_connections &&
           a.max_deliver == b.max_deliver && a.key == b.key && a.readers == b.readers &&
           a.users == b.users;
  }
};

}  // namespace tocsin::settings
