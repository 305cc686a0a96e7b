// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace tocsin::bench {

enum class Tongue : std::uint8_t { english, german, russian, chinese, arabic };

/// Draws words and sentences of a language, the same ones for the same seed. Draws by the engine's
/// own numbers: the distributions of <random> differ between libraries.
class Writer {
 public:
  Writer(Tongue tongue, std::uint32_t seed) : tongue_{tongue}, random_{seed} {}

  /// A number in [low, high].
  [[nodiscard]] std::size_t number(std::size_t low, std::size_t high) {
    return low + random_() % (high - low + 1);
  }

  /// Common words often, as in life.
  [[nodiscard]] std::string_view word();

  /// Words with what parts them in this language.
  [[nodiscard]] std::string words(std::size_t count);

  /// Words and a full stop; a comma now and then.
  [[nodiscard]] std::string sentence(std::size_t count);

  [[nodiscard]] std::string_view code() const;

 private:
  Tongue tongue_;
  std::mt19937 random_;
};

/// Text that only holds characters of windows-1251 or of ISO 8859-1 in that charset; other
/// characters as numeric references, as publishers' systems write them.
[[nodiscard]] std::string to_single_byte(std::string_view utf8, std::string_view charset);

}  // namespace tocsin::bench
