// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alert/log_reader.hpp"

namespace tocsin::bus {

/// What the holder of one key may do.
struct Grant {
  std::string name = {};                ///< The only durable name it may use.
  std::string key = {};                 ///< Its public key, Z85.
  alert::Filters topics = {};           ///< Prefixes it may read; empty: everything.
  std::vector<std::string> verbs = {};  ///< ADMIN verbs it may ask for.

  friend bool operator==(const Grant&, const Grant&) = default;

  /// Everything is its to read: PUB cannot hold anything back.
  [[nodiscard]] bool reads_all() const { return topics.empty(); }

  /// Every filter lies inside a topic of the grant.
  [[nodiscard]] bool covers(const alert::Filters& filters) const;

  /// What it reads that asks for everything.
  [[nodiscard]] alert::Filters within(const alert::Filters& filters) const {
    return filters.empty() ? topics : filters;
  }
};

/// The keys that may connect from other machines, and the users that may over local sockets.
struct Grants {
  std::vector<Grant> keys = {};
  std::vector<std::uint32_t> users = {};  ///< Empty: whoever may open the socket's file.

  friend bool operator==(const Grants&, const Grants&) = default;

  [[nodiscard]] const Grant* of_key(std::string_view key) const;

  /// Some who may read now may read less, or no more, under `next`.
  [[nodiscard]] bool takes_from(const Grants& next) const;
};

/// Who wants to connect, as libzmq asks (ZAP, RFC 27).
struct Caller {
  std::string domain = {};   ///< "pub", "ctl", "local", "loopback".
  std::string address = {};  ///< "192.0.2.7", "localhost:1000:1000:4711".
  std::string key = {};      ///< Z85; empty without CURVE.
};

/// What the caller is known by from then on: its key, and not the key's name, which may pass to
/// another key while this one's connection is being cut.
struct Admission {
  bool is_welcome = false;
  bool is_operator = false;      ///< The daemon's own user or root, on this machine.
  bool comes_too_early = false;  ///< To be let in later, when there is room.
  std::string key = {};
};

[[nodiscard]] Admission admit(const Caller& caller, const Grants& grants, std::uint32_t own_user);

}  // namespace tocsin::bus
