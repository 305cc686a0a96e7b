// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tocsin::http {

/// What kind of place an IP address is, by the IANA special-purpose registries (RFC 6890 and
/// after).
enum class AddressKind : std::uint8_t {
  global,       ///< A host of the public Internet: the only kind reached without being allowed.
  unspecified,  ///< 0.0.0.0/8, ::
  loopback,
  private_use,  ///< RFC 1918.
  shared,       ///< 100.64.0.0/10, carrier-grade NAT.
  link_local,
  unique_local,  ///< fc00::/7 and the former site-local fec0::/10.
  multicast,
  documentation,
  benchmark,
  reserved,
  tunnelled,  ///< 6to4 or Teredo: the packet would end at an address we do not see.
};

[[nodiscard]] std::string_view to_string(AddressKind kind);

/// An IPv4 or IPv6 address; an IPv4 one in its v4-mapped form, ::ffff:a.b.c.d, as both mean the
/// same host.
struct Address {
  std::array<std::uint8_t, 16> bytes{};

  [[nodiscard]] bool is_v4() const;

  friend bool operator==(const Address&, const Address&) = default;
};

/// The address in a socket address. Nothing for families other than IPv4 and IPv6.
[[nodiscard]] std::optional<Address> address_of(const sockaddr& socket_address);

/// The port in a socket address, 0 for other families.
[[nodiscard]] std::uint16_t port_of(const sockaddr& socket_address);

/// "127.0.0.1" or "2001:db8::1" as inet_pton reads them, no other spelling.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

[[nodiscard]] std::string to_string(const Address& address);

/// NAT64 (64:ff9b::/96) and v4-compatible addresses are judged by the IPv4 address they carry.
[[nodiscard]] AddressKind classify(const Address& address);

/// One line of `http.allow`: a network, and a port unless every port is meant.
struct AllowedTarget {
  Address network{};
  unsigned prefix = 128;  ///< Bits, of 128 also for IPv4.
  std::optional<std::uint16_t> port{};
};

/// "10.0.0.0/8", "127.0.0.1:8080", "[::1]:8080", "fd00::/8", "[fd00::]/8:80".
[[nodiscard]] Result<AllowedTarget> parse_allowed_target(std::string_view text);

/// Decides which addresses the daemon may connect to. A value; asked before every connect.
class AddressGuard {
 public:
  /// Lets only global addresses pass.
  AddressGuard() = default;

  explicit AddressGuard(std::vector<AllowedTarget> allowed) : allowed_{std::move(allowed)} {}

  [[nodiscard]] bool allows(const Address& address, std::uint16_t port) const;

  /// `refused`: "host 'x' resolves to loopback address 127.0.0.1 (not in http.allow)".
  [[nodiscard]] Result<void> check(const sockaddr& target, std::string_view host) const;

 private:
  std::vector<AllowedTarget> allowed_;
};

}  // namespace tocsin::http
