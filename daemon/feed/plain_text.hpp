// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "feed/draft.hpp"

namespace tocsin::feed {

/// Plain text of the longest content, or of the summary where there is none.
[[nodiscard]] std::string plain_text_of(const std::vector<Content>& contents, const Text& summary);

}  // namespace tocsin::feed
