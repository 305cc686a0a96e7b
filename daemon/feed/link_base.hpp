// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::feed {

/// By how many bytes all links of one document together may grow by being made absolute: a short
/// link under a long base is many times its size. Links behind that stay as they are written.
inline constexpr std::size_t longest_link_growth = 16UL * 1024 * 1024;

/// What relative links are resolved against. A base is at most 2 KiB long; `growth_left` is the
/// document's and outlives it, as does the text of the base.
class LinkBase {
 public:
  LinkBase(std::string_view url, std::size_t& growth_left);

  /// The base that an xml:base makes of this one, kept in `storage`; this one if it were too long.
  [[nodiscard]] LinkBase below(std::string_view xml_base, std::string& storage) const;

  /// As `resolve_url`.
  [[nodiscard]] std::string resolve(std::string_view reference) const;

  [[nodiscard]] bool is_empty() const { return url_.empty(); }

 private:
  std::string_view url_;
  std::size_t* growth_left_;
};

}  // namespace tocsin::feed
