// SPDX-License-Identifier: Apache-2.0
#include "text/language.hpp"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <array>

#include "base/utf8.hpp"

namespace tocsin::text {

namespace {

constexpr std::size_t looked_bytes = 4096;

/// Of the text, so that a quotation in another language does not count.
constexpr int least_percent = 80;

}  // namespace

std::string detect_language(std::string_view utf8) {
  const std::string_view text = truncate_utf8(utf8, looked_bytes);
  const CLD2::CLDHints no_hints{nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
  std::array<CLD2::Language, 3> languages{};
  std::array<int, 3> percents{};
  std::array<double, 3> scores{};
  int read = 0;
  bool is_reliable = false;
  const CLD2::Language language = CLD2::ExtDetectLanguageSummary(
      text.data(), static_cast<int>(text.size()), true, &no_hints, 0, languages.data(),
      percents.data(), scores.data(), nullptr, &read, &is_reliable);
  if (!is_reliable || percents[0] < least_percent || language != languages[0]) return {};
  if (language == CLD2::UNKNOWN_LANGUAGE || language == CLD2::TG_UNKNOWN_LANGUAGE) return {};
  const std::string_view code = CLD2::LanguageCode(language);
  // Its codes of old: "iw" is Hebrew; "zh-Hant" is Chinese.
  return code == "iw" ? "he" : std::string{code.substr(0, code.find('-'))};
}

}  // namespace tocsin::text
