// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin {

/// A URI reference split by RFC 3986 appendix B, percent-escapes untouched.
struct Url {
  std::string scheme;     ///< Lower case; empty in a relative reference.
  std::string user_info;  ///< "user:password", without "@".
  std::string host;       ///< Lower case; an IPv6 literal keeps its brackets.
  std::string port;       ///< Digits; empty when none is written.
  std::string path;
  std::string query;     ///< Without "?".
  std::string fragment;  ///< Without "#".
  bool has_authority = false;
  bool has_query = false;
  bool has_fragment = false;
};

/// Splits any string; nothing is invalid to the splitting itself.
[[nodiscard]] Url split_url(std::string_view text);

[[nodiscard]] std::string to_string(const Url& url);

/// `reference` seen from `base`, by RFC 3986 §5.2; an absolute reference comes back as it is, and
/// where `base` is empty or not absolute the reference comes back unresolved. White space around
/// either is ignored.
[[nodiscard]] std::string resolve_url(std::string_view base, std::string_view reference);

/// An absolute http or https URL with a host, of at most 8 KiB, or why not.
[[nodiscard]] Result<Url> parse_http_url(std::string_view text);

/// The same page under one spelling, for comparing: http and https alike, "www." and the default
/// port dropped, no user, no fragment, no trailing "/", tracking parameters removed (utm_*, fbclid,
/// gclid, mc_cid, mc_eid, ref, ref_src, cmpid, ncid, ns_*, xtor …), the others kept in order.
/// Other schemes come back trimmed only.
[[nodiscard]] std::string canonical_link(std::string_view link);

/// For logs: scheme, host, port and path; neither user nor query nor fragment.
[[nodiscard]] std::string redacted_url(std::string_view url);

/// A feed's key or URL as anybody may see it. An http URL with a user or a query is redacted and
/// gains "#" and 12 digits of a digest, which keep feeds apart that share a place; anything else
/// comes back as it is. No password goes into the digest: it could be guessed from it, and the name
/// would change with it.
[[nodiscard]] std::string without_secrets(std::string_view key_or_url);

}  // namespace tocsin
