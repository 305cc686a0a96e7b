// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::text {

/// The names Snowball's stemmers have: "english", "german", …
[[nodiscard]] std::vector<std::string> stemmer_names();

/// The stem of a comparison form by the stemmer of that name; the word itself without such a
/// stemmer. Valid until the thread's next call.
[[nodiscard]] std::string_view stem(const std::string& stemmer, std::string_view word);

}  // namespace tocsin::text
