// SPDX-License-Identifier: Apache-2.0
#include "feed/web_address.hpp"

#include "feed/ascii.hpp"

namespace tocsin::feed {

std::string web_address(std::string_view text) {
  constexpr std::string_view scheme = "feed:";
  text = trimmed(text);
  if (!starts_with_lower(text, scheme)) return std::string{text};
  text.remove_prefix(scheme.size());
  if (looks_like_url(text)) return std::string{text};
  while (text.starts_with('/')) text.remove_prefix(1);
  return "http://" + std::string{text};
}

}  // namespace tocsin::feed
