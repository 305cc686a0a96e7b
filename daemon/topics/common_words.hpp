// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tocsin::topics {

/// English words that only hold a sentence together: no phrase starts or ends in one. `key` is a
/// comparison form.
[[nodiscard]] bool is_function_word(std::string_view key);

/// Function words and the ordinary words of English prose, which say nothing of a subject.
[[nodiscard]] bool is_common_word(std::string_view key);

}  // namespace tocsin::topics
