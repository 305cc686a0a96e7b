// SPDX-License-Identifier: Apache-2.0
#include "text/latin.hpp"

#include <unicode/translit.h>
#include <unicode/unistr.h>

namespace tocsin::text {

struct LatinLetters::Rules {
  std::unique_ptr<const icu::Transliterator> transliterator;
};

LatinLetters::LatinLetters() {
  // The signs between the steps stand for letters that Latin has not (hamza, ayn, a soft sign);
  // Latin-ASCII would make apostrophes of them, in the middle of words.
  constexpr auto steps = u"Any-Latin; [\u02B9\u02BA\u02BB\u02BC\u02BE\u02BF] Remove; Latin-ASCII";
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<const icu::Transliterator> made{
      icu::Transliterator::createInstance(steps, UTRANS_FORWARD, status)};
  if (U_FAILURE(status)) made = nullptr;
  rules_ = std::make_unique<const Rules>(Rules{std::move(made)});
}

LatinLetters::~LatinLetters() = default;

std::string LatinLetters::write(std::string_view text) const {
  if (rules_->transliterator == nullptr) return std::string{text};
  auto letters =
      icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  rules_->transliterator->transliterate(letters);
  std::string written;
  letters.toUTF8String(written);
  return written;
}

}  // namespace tocsin::text
