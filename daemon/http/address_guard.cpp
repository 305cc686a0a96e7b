// SPDX-License-Identifier: Apache-2.0
#include "http/address_guard.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/utf8.hpp"

namespace tocsin::http {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

struct Range {
  std::array<std::uint8_t, 16> network;
  unsigned prefix;
  AddressKind kind;
};

constexpr Range v4(std::array<std::uint8_t, 4> head, unsigned prefix, AddressKind kind) {
  return {.network = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, head[0], head[1], head[2], head[3]},
          .prefix = prefix + 96,
          .kind = kind};
}

constexpr Range v6(std::array<std::uint8_t, 8> head, unsigned prefix, AddressKind kind) {
  return {.network = {head[0], head[1], head[2], head[3], head[4], head[5], head[6], head[7]},
          .prefix = prefix,
          .kind = kind};
}

/// IANA's IPv4 and IPv6 special-purpose address registries, and the multicast and reserved space
/// around them. The first range that holds an address names its kind.
constexpr std::array ranges{
    v4({0, 0, 0, 0}, 8, AddressKind::unspecified),
    v4({10, 0, 0, 0}, 8, AddressKind::private_use),
    v4({100, 64, 0, 0}, 10, AddressKind::shared),
    v4({127, 0, 0, 0}, 8, AddressKind::loopback),
    v4({169, 254, 0, 0}, 16, AddressKind::link_local),
    v4({172, 16, 0, 0}, 12, AddressKind::private_use),
    v4({192, 0, 0, 0}, 24, AddressKind::reserved),
    v4({192, 0, 2, 0}, 24, AddressKind::documentation),
    v4({192, 88, 99, 0}, 24, AddressKind::tunnelled),  // the former 6to4 relays
    v4({192, 168, 0, 0}, 16, AddressKind::private_use),
    v4({198, 18, 0, 0}, 15, AddressKind::benchmark),
    v4({198, 51, 100, 0}, 24, AddressKind::documentation),
    v4({203, 0, 113, 0}, 24, AddressKind::documentation),
    v4({224, 0, 0, 0}, 4, AddressKind::multicast),
    v4({240, 0, 0, 0}, 4, AddressKind::reserved),
    v4({0, 0, 0, 0}, 0, AddressKind::global),
    v6({0x20, 0x01, 0x00, 0x00}, 32, AddressKind::tunnelled),  // Teredo
    v6({0x20, 0x01, 0x00, 0x02}, 48, AddressKind::benchmark),
    v6({0x20, 0x01, 0x00, 0x00}, 23, AddressKind::reserved),  // protocol assignments
    v6({0x20, 0x01, 0x0D, 0xB8}, 32, AddressKind::documentation),
    v6({0x20, 0x02, 0x00, 0x00}, 16, AddressKind::tunnelled),  // 6to4
    v6({0x3F, 0xFF, 0x00, 0x00}, 20, AddressKind::documentation),
    v6({0x20, 0x00, 0x00, 0x00}, 3, AddressKind::global),
    v6({0xFC, 0x00, 0x00, 0x00}, 7, AddressKind::unique_local),
    v6({0xFE, 0x80, 0x00, 0x00}, 10, AddressKind::link_local),
    v6({0xFE, 0xC0, 0x00, 0x00}, 10, AddressKind::unique_local),
    v6({0xFF, 0x00, 0x00, 0x00}, 8, AddressKind::multicast),
};

bool is_within(const std::array<std::uint8_t, 16>& address,
               const std::array<std::uint8_t, 16>& network, unsigned prefix) {
  const std::size_t whole = prefix / 8;
  if (!std::equal(address.begin(), address.begin() + static_cast<std::ptrdiff_t>(whole),
                  network.begin())) {
    return false;
  }
  const unsigned rest = prefix % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
  return (address.at(whole) & mask) == (network.at(whole) & mask);
}

/// The IPv4 address in the last four bytes, where a prefix says that it is there.
std::optional<Address> embedded_v4(const Address& address) {
  constexpr std::array<std::uint8_t, 16> nat64{0x00, 0x64, 0xFF, 0x9B};
  constexpr std::array<std::uint8_t, 16> compatible{};
  const bool is_embedded =
      is_within(address.bytes, nat64, 96) || is_within(address.bytes, compatible, 96);
  if (!is_embedded) return std::nullopt;
  Address inner = address;
  std::copy(mapped_prefix.begin(), mapped_prefix.end(), inner.bytes.begin());
  return inner;
}

AddressKind kind_by_range(const Address& address) {
  const auto* const found = std::find_if(ranges.begin(), ranges.end(), [&](const Range& range) {
    return is_within(address.bytes, range.network, range.prefix);
  });
  return found == ranges.end() ? AddressKind::reserved : found->kind;
}

std::optional<unsigned> number(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

struct Parts {
  std::string_view address;
  std::string_view prefix;
  std::string_view port;
  bool has_prefix = false;
  bool has_port = false;
};

/// Cuts "address/prefix:port"; an IPv6 address with a port stands in brackets.
Parts split_target(std::string_view text) {
  Parts parts;
  std::string_view rest;
  const auto bracket = text.find(']');
  if (text.starts_with('[') && bracket != std::string_view::npos) {
    parts.address = text.substr(1, bracket - 1);
    rest = text.substr(bracket + 1);
  } else {
    const bool is_v6 = std::count(text.begin(), text.end(), ':') > 1;
    const auto end = std::min(text.find_first_of(is_v6 ? "/" : "/:"), text.size());
    parts.address = text.substr(0, end);
    rest = text.substr(end);
  }
  if (const auto colon = rest.find(':'); colon != std::string_view::npos) {
    parts.has_port = true;
    parts.port = rest.substr(colon + 1);
    rest = rest.substr(0, colon);
  }
  parts.has_prefix = !rest.empty();
  if (parts.has_prefix) parts.prefix = rest.substr(1);  // an odd character before it: no number
  return parts;
}

Address masked(Address address, unsigned prefix) {
  for (unsigned bit = prefix; bit < 128; ++bit) {
    address.bytes.at(bit / 8) &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  }
  return address;
}

}  // namespace

std::string_view to_string(AddressKind kind) {
  constexpr std::array<std::string_view, 12> names{
      "global",       "unspecified", "loopback",      "private",   "shared",   "link-local",
      "unique-local", "multicast",   "documentation", "benchmark", "reserved", "tunnelled"};
  return names.at(static_cast<std::size_t>(kind));
}

bool Address::is_v4() const {
  return std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin());
}

std::optional<Address> address_of(const sockaddr& socket_address) {
  Address address;
  if (socket_address.sa_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(socket_address);
    std::copy(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin());
    std::memcpy(address.bytes.data() + mapped_prefix.size(), &in.sin_addr, sizeof in.sin_addr);
    return address;
  }
  if (socket_address.sa_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(socket_address);
    std::memcpy(address.bytes.data(), &in6.sin6_addr, sizeof in6.sin6_addr);
    return address;
  }
  return std::nullopt;
}

std::uint16_t port_of(const sockaddr& socket_address) {
  if (socket_address.sa_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(socket_address).sin_port);
  }
  if (socket_address.sa_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(socket_address).sin6_port);
  }
  return 0;
}

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated{text};
  if (terminated.find('\0') != std::string::npos) return std::nullopt;
  sockaddr_in in{};
  in.sin_family = AF_INET;
  if (::inet_pton(AF_INET, terminated.c_str(), &in.sin_addr) == 1) {
    return address_of(reinterpret_cast<const sockaddr&>(in));
  }
  Address address;
  if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::string to_string(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_v4 = address.is_v4();
  const std::uint8_t* bytes = address.bytes.data() + (is_v4 ? mapped_prefix.size() : 0);
  ::inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes, text.data(), text.size());
  return text.data();
}

AddressKind classify(const Address& address) {
  constexpr Address unspecified{};
  constexpr Address loopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  if (address == unspecified) return AddressKind::unspecified;
  if (address == loopback) return AddressKind::loopback;
  return kind_by_range(embedded_v4(address).value_or(address));
}

Result<AllowedTarget> parse_allowed_target(std::string_view text) {
  const auto wrong = [text](const std::string& why) {
    return fail(Errc::invalid_input, "'" + escape_for_line(text) + "' " + why);
  };
  const Parts parts = split_target(text);
  const auto address = parse_address(parts.address);
  if (!address) return wrong("is no network; write 10.0.0.0/8, 127.0.0.1:8080 or [::1]:8080");
  AllowedTarget target{.network = *address, .prefix = 128, .port = std::nullopt};
  if (parts.has_prefix) {
    const auto prefix = number(parts.prefix, address->is_v4() ? 32 : 128);
    if (!prefix) return wrong("has no valid prefix length");
    target.prefix = *prefix + (address->is_v4() ? 96 : 0);
  }
  if (parts.has_port) {
    const auto port = number(parts.port, 65'535);
    if (!port || *port == 0) return wrong("has no valid port");
    target.port = static_cast<std::uint16_t>(*port);
  }
  const Address network = masked(*address, target.prefix);
  if (network != *address) {
    return wrong("sets bits beyond its prefix; the network is " + to_string(network));
  }
  return target;
}

bool AddressGuard::allows(const Address& address, std::uint16_t port) const {
  if (classify(address) == AddressKind::global) return true;
  return std::any_of(allowed_.begin(), allowed_.end(), [&](const AllowedTarget& target) {
    return target.port.value_or(port) == port &&
           is_within(address.bytes, target.network.bytes, target.prefix);
  });
}

Result<void> AddressGuard::check(const sockaddr& target, std::string_view host) const {
  const std::string shown_host = "host '" + escape_for_line(host) + "'";
  const auto address = address_of(target);
  if (!address) return fail(Errc::refused, shown_host + " has an address that is no IP address");
  if (allows(*address, port_of(target))) return {};
  return fail(Errc::refused, shown_host + " resolves to " +
                                 std::string{to_string(classify(*address))} + " address " +
                                 to_string(*address) + " (not in http.allow)");
}

}  // namespace tocsin::http
