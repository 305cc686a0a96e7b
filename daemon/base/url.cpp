// SPDX-License-Identifier: Apache-2.0
#include "base/url.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/digest.hpp"

namespace tocsin {
namespace {

constexpr std::size_t longest_url = 8 * 1024;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The length of "scheme" in "scheme:…", or 0.
std::size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ':') return i;
    if (!is_alpha(c) && !is_digit(c) && c != '+' && c != '-' && c != '.') return 0;
  }
  return 0;
}

void split_authority(std::string_view authority, Url& url) {
  url.has_authority = true;
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    url.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  url.host = lower(authority);
}

/// RFC 3986 §5.2.4.
std::string without_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  const bool rooted = !path.empty() && path.front() == '/';
  bool open_end = false;  // the last segment was a dot, so a "/" stays behind it
  std::size_t at = rooted ? 1 : 0;
  while (at <= path.size()) {
    const auto end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    open_end = segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
    }
    at = end + 1;
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) out += '/';
    out += kept[i];
  }
  if (open_end && !kept.empty()) out += '/';
  return out;
}

std::string merged_path(const Url& base, const std::string& path) {
  if (base.has_authority && base.path.empty()) return "/" + path;
  const auto slash = base.path.rfind('/');
  return slash == std::string::npos ? path : base.path.substr(0, slash + 1) + path;
}

void take_authority(Url& to, const Url& from) {
  to.has_authority = from.has_authority;
  to.user_info = from.user_info;
  to.host = from.host;
  to.port = from.port;
}

bool is_tracking_parameter(std::string_view name) {
  constexpr std::array prefixes{std::string_view{"utm_"}, std::string_view{"ns_"},
                                std::string_view{"at_"}, std::string_view{"mc_"}};
  constexpr std::array names{
      std::string_view{"fbclid"},  std::string_view{"gclid"},   std::string_view{"dclid"},
      std::string_view{"msclkid"}, std::string_view{"igshid"},  std::string_view{"yclid"},
      std::string_view{"ref"},     std::string_view{"ref_src"}, std::string_view{"cmpid"},
      std::string_view{"cmp"},     std::string_view{"ncid"},    std::string_view{"xtor"},
      std::string_view{"ftag"},    std::string_view{"smid"},    std::string_view{"taid"}};
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [name](std::string_view prefix) { return name.starts_with(prefix); }) ||
         std::find(names.begin(), names.end(), name) != names.end();
}

std::string without_tracking(std::string_view query) {
  std::string out;
  std::size_t at = 0;
  while (at <= query.size()) {
    const auto end = std::min(query.find('&', at), query.size());
    const std::string_view pair = query.substr(at, end - at);
    if (!pair.empty() && !is_tracking_parameter(lower(pair.substr(0, pair.find('='))))) {
      if (!out.empty()) out += '&';
      out += pair;
    }
    at = end + 1;
  }
  return out;
}

/// The canonical scheme is https, so that its port goes also where http is written: else the result
/// would change when made canonical again.
bool is_default_port(const Url& url) {
  return url.port == "443" || (url.scheme == "http" && url.port == "80");
}

}  // namespace

Url split_url(std::string_view text) {
  Url url;
  if (const std::size_t length = scheme_length(text); length > 0) {
    url.scheme = lower(text.substr(0, length));
    text.remove_prefix(length + 1);
  }
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    url.has_fragment = true;
    url.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    url.has_query = true;
    url.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  if (text.starts_with("//")) {
    const auto end = std::min(text.find('/', 2), text.size());
    split_authority(text.substr(2, end - 2), url);
    text.remove_prefix(end);
  }
  url.path = text;
  return url;
}

std::string to_string(const Url& url) {
  std::string out;
  if (!url.scheme.empty()) out += url.scheme + ":";
  if (url.has_authority) {
    out += "//";
    if (!url.user_info.empty()) out += url.user_info + "@";
    out += url.host;
    if (!url.port.empty()) out += ":" + url.port;
  }
  out += url.path;
  if (url.has_query) out += "?" + url.query;
  if (url.has_fragment) out += "#" + url.fragment;
  return out;
}

std::string resolve_url(std::string_view base_text, std::string_view reference_text) {
  base_text = trimmed(base_text);
  reference_text = trimmed(reference_text);
  if (scheme_length(reference_text) > 0) return std::string{reference_text};
  const Url base = split_url(base_text);
  const bool is_hierarchical = base.has_authority || base.path.starts_with('/');
  if (base.scheme.empty() || !is_hierarchical) return std::string{reference_text};
  const Url reference = split_url(reference_text);
  Url target = reference;
  target.scheme = base.scheme;
  if (!reference.has_authority) {
    take_authority(target, base);
    if (reference.path.empty()) {
      target.path = base.path;
      if (!reference.has_query) {
        target.has_query = base.has_query;
        target.query = base.query;
      }
    } else if (!reference.path.starts_with('/')) {
      target.path = merged_path(base, reference.path);
    }
  }
  if (!reference.path.empty()) target.path = without_dot_segments(target.path);
  return to_string(target);
}

namespace {

/// "[::1]", or no bracket at all (RFC 3986 §3.2.2).
bool has_paired_brackets(std::string_view host) {
  const bool is_literal = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string_view inside = is_literal ? host.substr(1, host.size() - 2) : host;
  return inside.find_first_of("[]") == std::string_view::npos;
}

}  // namespace

Result<Url> parse_http_url(std::string_view text) {
  text = trimmed(text);
  if (text.size() > longest_url) return fail(Errc::too_large, "URL over 8 KiB");
  const bool has_control =
      std::any_of(text.begin(), text.end(), [](char c) { return is_space(c) || c == '\0'; });
  if (has_control) return fail(Errc::invalid_input, "URL holds white space");
  Url url = split_url(text);
  if (url.scheme != "http" && url.scheme != "https") {
    return fail(Errc::invalid_input, "URL is neither http nor https");
  }
  if (url.host.empty()) return fail(Errc::invalid_input, "URL names no host");
  if (!has_paired_brackets(url.host)) {
    return fail(Errc::invalid_input, "URL's host has a bracket alone");
  }
  if (!url.host.starts_with('[') && url.host.find(':') != std::string::npos) {
    return fail(Errc::invalid_input, "URL's host holds a colon");
  }
  if (!std::all_of(url.port.begin(), url.port.end(), is_digit)) {
    return fail(Errc::invalid_input, "URL's port is no number");
  }
  return url;
}

std::string canonical_link(std::string_view link) {
  link = trimmed(link);
  Url url = split_url(link);
  const bool is_web = url.scheme == "http" || url.scheme == "https";
  if (!is_web || url.host.empty()) return std::string{link};
  if (is_default_port(url)) url.port.clear();
  url.scheme = "https";
  if (is_default_port(url)) url.port.clear();  // http://host:443 is the same place as well
  url.user_info.clear();
  while (url.host.size() > 4 && url.host.starts_with("www.")) url.host.erase(0, 4);
  url.has_fragment = false;
  url.query = without_tracking(url.query);
  url.has_query = !url.query.empty();
  while (url.path.ends_with('/')) url.path.pop_back();
  return to_string(url);
}

std::string redacted_url(std::string_view text) {
  Url url = split_url(trimmed(text));
  url.user_info.clear();
  url.has_query = false;
  url.has_fragment = false;
  return to_string(url);
}

std::string without_secrets(std::string_view key_or_url) {
  constexpr std::size_t digits = 12;
  Url url = split_url(trimmed(key_or_url));
  if (!url.has_authority || (url.user_info.empty() && !url.has_query)) {
    return std::string{key_or_url};
  }
  url.user_info.resize(std::min(url.user_info.find(':'), url.user_info.size()));
  return redacted_url(key_or_url) + "#" + sha256_hex(to_string(url), digits);
}

}  // namespace tocsin
