// SPDX-License-Identifier: Apache-2.0
#include "feed/link_base.hpp"

#include "base/url.hpp"
#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

constexpr std::size_t longest_base = 2 * 1024;

}  // namespace

LinkBase::LinkBase(std::string_view url, std::size_t& growth_left)
    : url_{url},
      growth_left_{&growth_left} {
  // Of a signed address, the query is what is long; few links are relative to that.
  if (url_.size() > longest_base) url_ = url_.substr(0, url_.find_first_of("?#"));
  if (url_.size() > longest_base) url_ = {};
}

LinkBase LinkBase::below(std::string_view xml_base, std::string& storage) const {
  if (xml_base.size() > longest_base) return *this;
  std::string resolved = resolve_url(url_, xml_base);
  if (resolved.size() > longest_base) return *this;
  storage = std::move(resolved);
  return {storage, *growth_left_};
}

std::string LinkBase::resolve(std::string_view reference) const {
  if (*growth_left_ < url_.size()) return std::string{trimmed(reference)};
  std::string resolved = resolve_url(url_, reference);
  if (resolved.size() > reference.size()) {
    const std::size_t growth = resolved.size() - reference.size();
    *growth_left_ -= growth < *growth_left_ ? growth : *growth_left_;
  }
  return resolved;
}

}  // namespace tocsin::feed
