// SPDX-License-Identifier: Apache-2.0
#include "bus/grants.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace tocsin::bus {
namespace {

/// libzmq tells a local peer as "localhost:uid:gid:pid".
std::optional<std::uint32_t> user_of(std::string_view address) {
  constexpr std::string_view local = "localhost:";
  if (!address.starts_with(local)) return std::nullopt;
  address.remove_prefix(local.size());
  std::uint32_t user = 0;
  const auto read = std::from_chars(address.data(), address.data() + address.size(), user);
  if (read.ec != std::errc{}) return std::nullopt;
  return user;
}

Admission admit_local(const Caller& caller, const Grants& grants, std::uint32_t own_user) {
  const auto user = user_of(caller.address);
  if (user && (*user == own_user || *user == 0)) return {.is_welcome = true, .is_operator = true};
  const bool is_listed =
      user && std::find(grants.users.begin(), grants.users.end(), *user) != grants.users.end();
  return {.is_welcome = is_listed || grants.users.empty()};
}

}  // namespace

bool Grant::covers(const alert::Filters& filters) const {
  return reads_all() || std::all_of(filters.begin(), filters.end(), [this](const auto& filter) {
           return std::any_of(topics.begin(), topics.end(),
                              [&](const auto& topic) { return filter.starts_with(topic); });
         });
}

const Grant* Grants::of_key(std::string_view key) const {
  const auto it = std::find_if(keys.begin(), keys.end(),
                               [key](const Grant& grant) { return grant.key == key; });
  return it == keys.end() ? nullptr : &*it;
}

bool Grants::takes_from(const Grants& next) const {
  return std::any_of(keys.begin(), keys.end(), [&next](const Grant& grant) {
    const Grant* then = next.of_key(grant.key);
    return then == nullptr || !(*then == grant);
  });
}

Admission admit(const Caller& caller, const Grants& grants, std::uint32_t own_user) {
  if (caller.domain == "local") return admit_local(caller, grants, own_user);
  if (caller.domain == "loopback") return {.is_welcome = true};
  const Grant* grant = caller.key.empty() ? nullptr : grants.of_key(caller.key);
  if (grant == nullptr) return {};
  // PUB sends what is subscribed to and asks nobody: it is for those who may read everything.
  if (caller.domain == "pub" && !grant->reads_all()) return {};
  return {.is_welcome = caller.domain == "pub" || caller.domain == "ctl", .key = grant->key};
}

}  // namespace tocsin::bus
