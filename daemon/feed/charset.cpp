// SPDX-License-Identifier: Apache-2.0
#include "feed/charset.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/utf8.hpp"
#include "feed/ascii.hpp"
#include "feed/charset_names.hpp"

namespace tocsin::feed {
namespace {

using namespace std::string_view_literals;

struct CloseConverter {
  void operator()(UConverter* converter) const { ::ucnv_close(converter); }
};

using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_converter(const std::string& encoding) {
  UErrorCode status = U_ZERO_ERROR;
  const std::string name{converter_name(encoding)};
  Converter converter{::ucnv_open(name.c_str(), &status)};
  if (U_FAILURE(status)) return nullptr;
  return converter;
}

/// To UTF-8, ill-formed sequences as U+FFFD; nothing when ICU has no such converter.
std::optional<std::string> convert(std::string_view bytes, const std::string& encoding) {
  const Converter from = open_converter(encoding);
  const Converter to = open_converter("utf-8");
  if (!from || !to) return std::nullopt;
  std::string out;
  std::array<char, 16384> buffer{};
  std::array<UChar, 8192> pivot{};
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  const char* source = bytes.data();
  const char* const source_end = source + bytes.size();
  UErrorCode status = U_BUFFER_OVERFLOW_ERROR;
  for (bool is_first = true; status == U_BUFFER_OVERFLOW_ERROR; is_first = false) {
    status = U_ZERO_ERROR;
    char* target = buffer.data();
    ::ucnv_convertEx(to.get(), from.get(), &target, buffer.data() + buffer.size(), &source,
                     source_end, pivot.data(), &pivot_source, &pivot_target,
                     pivot.data() + pivot.size(), is_first ? 1 : 0, 1, &status);
    out.append(buffer.data(), static_cast<std::size_t>(target - buffer.data()));
  }
  if (U_FAILURE(status)) return std::nullopt;
  return out;
}

struct Mark {
  std::string_view bytes;
  std::string_view encoding;
};

// UTF-32's mark begins like UTF-16's, so it comes first.
constexpr std::array marks{
    Mark{"\xEF\xBB\xBF"sv, "utf-8"},    Mark{"\xFF\xFE\0\0"sv, "utf-32le"},
    Mark{"\0\0\xFE\xFF"sv, "utf-32be"}, Mark{"\xFF\xFE"sv, "utf-16le"},
    Mark{"\xFE\xFF"sv, "utf-16be"},
};

// How "<" and "<?" look in wide encodings without a mark.
constexpr std::array wide_starts{
    Mark{"<\0\0\0"sv, "utf-32le"}, Mark{"\0\0\0<"sv, "utf-32be"}, Mark{"<\0"sv, "utf-16le"},
    Mark{"\0<"sv, "utf-16be"},     Mark{"{\0"sv, "utf-16le"},     Mark{"\0{"sv, "utf-16be"},
};

/// The parameter of that name alone ("xcharset" is another one), with blanks around it or not.
std::string http_charset(std::string_view content_type) {
  while (!content_type.empty()) {
    const std::size_t end = std::min(content_type.find(';'), content_type.size());
    const std::string_view parameter = content_type.substr(0, end);
    content_type.remove_prefix(std::min(end + 1, content_type.size()));
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(parameter.substr(0, equals));
    // Behind a blank or comma too, where a server forgot the semicolon.
    if (!equals_lower(name.substr(name.find_last_of(" ,") + 1), "charset")) continue;
    return charset_label(parameter.substr(equals + 1));  // it drops quotes
  }
  return {};
}

std::string declared_charset(std::string_view bytes) {
  constexpr std::size_t longest_declaration = 512;
  const std::string_view head = bytes.substr(0, longest_declaration);
  const auto start = head.find("<?xml");
  if (start == std::string_view::npos) return {};
  const std::string_view declaration = head.substr(start, head.find("?>", start) - start);
  auto at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const auto end = declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos) return {};
  return charset_label(declaration.substr(at + 1, end - at - 1));
}

struct CloseDetector {
  void operator()(UCharsetDetector* detector) const { ::ucsdet_close(detector); }
};

/// ICU's best guess when it is rather sure, else what most mislabelled feeds are in.
std::string guessed(std::string_view bytes) {
  constexpr std::int32_t enough_bytes = 64 * 1024;
  constexpr std::int32_t least_confidence = 40;  // of 100; below it short texts get odd answers
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UCharsetDetector, CloseDetector> detector{::ucsdet_open(&status)};
  const std::size_t size = std::min(bytes.size(), static_cast<std::size_t>(enough_bytes));
  ::ucsdet_enableInputFilter(detector.get(), 1);
  ::ucsdet_setText(detector.get(), bytes.data(), static_cast<std::int32_t>(size), &status);
  const UCharsetMatch* match = ::ucsdet_detect(detector.get(), &status);
  if (U_FAILURE(status) || match == nullptr) return "windows-1252";
  const bool is_sure = ::ucsdet_getConfidence(match, &status) >= least_confidence;
  const char* name = ::ucsdet_getName(match, &status);
  const std::string label = is_sure && name != nullptr ? charset_label(name) : std::string{};
  const bool is_useless = label.empty() || label.starts_with("utf-") || label.starts_with("ibm4");
  return U_FAILURE(status) || is_useless ? "windows-1252" : label;
}

/// True when most multi-byte sequences are well-formed: UTF-8 with a few broken characters, and
/// not another charset altogether.
bool is_mostly_utf8(std::string_view bytes) {
  const std::string cleaned = clean_utf8(bytes);
  std::size_t broken = 0;
  std::size_t sound = 0;
  for (std::size_t i = 0; i < cleaned.size(); ++i) {
    if (static_cast<unsigned char>(cleaned[i]) < 0xC0) continue;
    const bool is_replacement = cleaned.compare(i, 3, "\xEF\xBF\xBD") == 0;
    ++(is_replacement ? broken : sound);
  }
  return sound > broken;
}

/// True for a text that ends inside a UTF-8 sequence and is sound up to there.
bool is_cut_utf8(std::string_view bytes) {
  constexpr std::size_t longest_lead = 3;
  for (std::size_t cut = 1; cut <= std::min(longest_lead, bytes.size()); ++cut) {
    const auto lead = static_cast<unsigned char>(bytes[bytes.size() - cut]);
    if (lead < 0x80) return false;
    if (lead >= 0xC2) return is_utf8(bytes.substr(0, bytes.size() - cut));
  }
  return false;
}

bool is_wide(std::string_view encoding) {
  return encoding.starts_with("utf-16") || encoding.starts_with("utf-32");
}

bool has_high_byte(std::string_view bytes) {
  return std::any_of(bytes.begin(), bytes.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

void take_utf8(std::string_view bytes, Decoded& decoded) {
  decoded.text = bytes;
  decoded.encoding = "utf-8";
}

/// Where no markup comes of what has some, the charset is one without ASCII in it: a label that
/// says less, or something else, than its publisher meant.
bool has_lost_markup(std::string_view bytes, std::string_view text) {
  const char mark = bytes.find('<') == std::string_view::npos ? '{' : '<';
  return bytes.find(mark) != std::string_view::npos && text.find(mark) == std::string_view::npos;
}

bool take_converted(std::string_view bytes, const std::string& encoding, Decoded& decoded) {
  auto converted = convert(bytes, encoding);
  if (!converted) return false;
  decoded.storage = std::move(*converted);
  decoded.text = decoded.storage;
  decoded.encoding = encoding;
  return true;
}

void warn_passed_over(const std::string& witness, Decoded& decoded) {
  decoded.warnings.push_back("declared charset '" + escape_for_line(witness, 40) + "' passed over");
}

bool take_witness(std::string_view bytes, const std::string& witness, Decoded& decoded) {
  if (!take_converted(bytes, witness, decoded)) return false;
  if (!has_lost_markup(bytes, decoded.text)) return true;
  warn_passed_over(witness, decoded);
  return false;
}

void replace_broken(std::string_view bytes, Decoded& decoded) {
  decoded.warnings.emplace_back("ill-formed UTF-8 replaced");
  decoded.storage = clean_utf8(bytes);
  take_utf8(decoded.storage, decoded);
}

bool take_wide(std::string_view bytes, Decoded& decoded) {
  for (const Mark& mark : marks) {
    if (!bytes.starts_with(mark.bytes)) continue;
    bytes.remove_prefix(mark.bytes.size());
    if (mark.encoding == "utf-8") return false;
    return take_converted(bytes, std::string{mark.encoding}, decoded);
  }
  for (const Mark& start : wide_starts) {
    if (bytes.starts_with(start.bytes)) {
      return take_converted(bytes, std::string{start.encoding}, decoded);
    }
  }
  return false;
}

/// XML 1.0 appendix F: "<?xm" in any EBCDIC. Its code pages agree on what a declaration is written
/// in, so that one of them can read which of them it is.
bool take_ebcdic(std::string_view bytes, Decoded& decoded) {
  constexpr std::size_t declaration = 512;
  if (!bytes.starts_with("\x4C\x6F\xA7\x94")) return false;
  const auto head = convert(bytes.substr(0, declaration), "ibm-37");
  const std::string label = head ? declared_charset(*head) : std::string{};
  const bool is_ebcdic = label.starts_with("cp") || label.starts_with("ibm") ||
                         label.starts_with("ebcdic") || label.starts_with("cs");
  return (is_ebcdic && take_converted(bytes, label, decoded)) ||
         take_converted(bytes, "ibm-37", decoded);
}

/// The first declared charset that may be: not a wide one, whose bytes would have shown it, and one
/// that ICU knows. Empty when none is left.
std::string believed(const std::array<std::string, 2>& witnesses, Decoded& decoded) {
  for (const std::string& witness : witnesses) {
    if (witness.empty() || witness == "utf-8") continue;
    if (is_wide(witness) || !open_converter(witness)) {
      warn_passed_over(witness, decoded);
      continue;
    }
    return witness;
  }
  return {};
}

}  // namespace

void decode(std::string_view bytes, std::string_view content_type, Decoded& decoded) {
  if (take_wide(bytes, decoded) || take_ebcdic(bytes, decoded)) return;
  const bool is_marked = bytes.starts_with(marks[0].bytes);
  if (is_marked) bytes.remove_prefix(marks[0].bytes.size());
  const std::array<std::string, 2> witnesses{http_charset(content_type), declared_charset(bytes)};
  // Without a mark, white space in front hides a wide encoding; NULs give it away (RFC 7303 §3).
  if (is_wide(witnesses[0]) && bytes.substr(0, 4).find('\0') != std::string_view::npos &&
      take_witness(bytes, witnesses[0], decoded)) {
    return;
  }
  const bool is_well_formed = is_utf8(bytes);
  const std::string witness = believed(witnesses, decoded);
  // Text in another charset that happens to be well-formed UTF-8 is as good as unknown; an escape
  // sequence tells ISO 2022 and its kin from ASCII.
  const bool has_escape = (witness.starts_with("iso-2022") || witness.starts_with("hz") ||
                           witness.starts_with("utf-7")) &&
                          bytes.find_first_of("\x1b~+") != std::string_view::npos;
  if (is_well_formed && !has_escape) {
    if (!witness.empty() && has_high_byte(bytes)) {
      decoded.warnings.push_back("declared " + witness + " but is utf-8");
    }
    return take_utf8(bytes, decoded);
  }
  if (!is_marked && !witness.empty() && take_witness(bytes, witness, decoded)) return;
  if (is_well_formed) return take_utf8(bytes, decoded);
  if (is_marked || is_cut_utf8(bytes) || is_mostly_utf8(bytes))
    return replace_broken(bytes, decoded);
  const std::string guess = guessed(bytes);
  decoded.warnings.push_back("not utf-8, read as " + guess);
  if (!take_converted(bytes, guess, decoded)) replace_broken(bytes, decoded);
}

}  // namespace tocsin::feed
