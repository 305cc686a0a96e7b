// SPDX-License-Identifier: Apache-2.0
#include "settings/request_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "base/url.hpp"

namespace tocsin::settings {
namespace {

constexpr std::size_t header_limit = 4096;

/// Set from elsewhere, or part of how a request is carried.
constexpr std::array<std::string_view, 17> fields_of_the_fetcher{"a-im",
                                                                 "accept-encoding",
                                                                 "connection",
                                                                 "content-length",
                                                                 "content-type",
                                                                 "expect",
                                                                 "host",
                                                                 "if-none-match",
                                                                 "if-modified-since",
                                                                 "keep-alive",
                                                                 "range",
                                                                 "proxy-connection",
                                                                 "te",
                                                                 "proxy-authorization",
                                                                 "trailer",
                                                                 "transfer-encoding",
                                                                 "upgrade"};

std::string lower(std::string_view text) {
  std::string result{text};
  std::transform(result.begin(), result.end(), result.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return result;
}

/// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&marks](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && rest == text.data() + text.size() && port > 0;
}

}  // namespace

Result<http::Header> parse_header(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return fail(Errc::invalid_input, "no header of the form \"Name: value\"");
  }
  const std::string name{line.substr(0, colon)};
  const std::string_view value = trimmed(line.substr(colon + 1));
  const bool has_control = std::any_of(value.begin(), value.end(), is_control);
  if (value.empty() || has_control || line.size() > header_limit) {
    return fail(Errc::invalid_input,
                "the value of '" + name + "' must be one line of text, at most 4 KiB");
  }
  if (lower(name) == "user-agent") {
    return fail(Errc::invalid_input, "'" + name + "' is set by 'agent'");
  }
  const auto& own = fields_of_the_fetcher;
  if (std::find(own.begin(), own.end(), lower(name)) != own.end()) {
    return fail(Errc::invalid_input, "'" + name + "' is not for a person to set");
  }
  return http::Header{.name = name, .value = std::string{value}};
}

bool is_secret_header(std::string_view name) {
  const std::string field = lower(name);
  return field == "authorization" || field == "cookie";
}

std::string fault_of_proxy(std::string_view text) {
  if (text.empty() || text == "none") return {};
  const Url url = split_url(text);
  if (!url.user_info.empty()) return "the user belongs into the file that 'proxy_credential' names";
  if (url.scheme == "socks5") return "must be socks5h://, with which the proxy looks up names";
  const bool is_known = url.scheme == "http" || url.scheme == "https" || url.scheme == "socks5h";
  const bool is_bare = (url.path.empty() || url.path == "/") && !url.has_query && !url.has_fragment;
  if (is_known && !url.host.empty() && is_port(url.port) && is_bare) return {};
  return "must be \"none\", \"http://host:port\", \"https://host:port\" or \"socks5h://host:port\"";
}

}  // namespace tocsin::settings
