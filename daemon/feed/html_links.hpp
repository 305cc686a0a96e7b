// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "feed/link_base.hpp"

namespace tocsin::feed {

/// Makes the relative links of HTML or XHTML absolute: what href, src and their like hold is
/// resolved against `base`. Text without relative links, and any text under an empty or relative
/// `base`, is left untouched and uncopied.
void resolve_links(std::string& html, const LinkBase& base);

}  // namespace tocsin::feed
