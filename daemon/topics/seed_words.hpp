// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "topics/derive.hpp"

namespace tocsin::topics {

/// One word of a cleaned seed.
struct SeedWord {
  std::string key{};      ///< Comparison form.
  std::string written{};  ///< As in the seed.
  std::uint32_t sentence = 0;
  bool is_exact_case = false;
  bool is_capitalised = false;
  bool starts_sentence = false;  ///< So that its capital means nothing.
  bool is_number = false;
};

/// A seed without its boilerplate, cut into words, its title first.
struct SeedWords {
  std::string name{};
  std::vector<SeedWord> words{};
};

/// Who said that these are seeds.
enum class Choice : std::uint8_t {
  each,  ///< A person picked each one: its text counts even where it is nothing but a caption.
  none,  ///< They are the paragraphs of a corpus as it came.
};

/// Takes out of the seeds what is not prose: lines that come back, captions, lines of hashtags and
/// what site templates add. Tells when one seed holds more than 40 % of the words. Seeds without a
/// word, and those that say what an earlier one says, are left out, with a warning.
[[nodiscard]] std::vector<SeedWords> clean_seeds(const std::vector<Seed>& seeds,
                                                 std::vector<std::string>& warnings,
                                                 Choice choice = Choice::each);

/// True for a paragraph that a site's template adds rather than its author.
[[nodiscard]] bool is_boilerplate(const std::string& paragraph);

}  // namespace tocsin::topics
