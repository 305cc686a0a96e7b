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

namespace tocsin::feed {
namespace {

using namespace std::string_view_literals;

struct Alias {
  std::string_view label;
  std::string_view name;
};

// Labels whose WHATWG meaning is a superset of what they say (encoding.spec.whatwg.org §4.2), and
// spellings ICU does not know.
constexpr std::array aliases{
    Alias{"utf8", "utf-8"},
    Alias{"unicode-1-1-utf-8", "utf-8"},
    Alias{"latin1", "windows-1252"},
    Alias{"latin-1", "windows-1252"},
    Alias{"l1", "windows-1252"},
    Alias{"ascii", "windows-1252"},
    Alias{"us-ascii", "windows-1252"},
    Alias{"ansi_x3.4-1968", "windows-1252"},
    Alias{"iso-8859-1", "windows-1252"},
    Alias{"iso8859-1", "windows-1252"},
    Alias{"iso_8859-1", "windows-1252"},
    Alias{"iso88591", "windows-1252"},
    Alias{"cp1252", "windows-1252"},
    Alias{"ansi", "windows-1252"},
    Alias{"iso-8859-9", "windows-1254"},
    Alias{"latin5", "windows-1254"},
    Alias{"iso-8859-11", "windows-874"},
    Alias{"tis-620", "windows-874"},
    Alias{"gb2312", "gb18030"},
    Alias{"gbk", "gb18030"},
    Alias{"gb_2312-80", "gb18030"},
    Alias{"x-gbk", "gb18030"},
    Alias{"cp936", "gb18030"},
    Alias{"euc-cn", "gb18030"},
    Alias{"ks_c_5601-1987", "euc-kr"},
    Alias{"ks_c_5601", "euc-kr"},
    Alias{"euckr", "euc-kr"},
    Alias{"windows-949", "euc-kr"},
    Alias{"cp949", "euc-kr"},
    Alias{"x-sjis", "shift_jis"},
    Alias{"sjis", "shift_jis"},
    Alias{"shift-jis", "shift_jis"},
    Alias{"windows-31j", "shift_jis"},
    Alias{"cp932", "shift_jis"},
    Alias{"ms_kanji", "shift_jis"},
    Alias{"x-euc-jp", "euc-jp"},
    Alias{"big5-hkscs", "big5"},
    Alias{"cn-big5", "big5"},
    Alias{"koi8", "koi8-r"},
    Alias{"cp1251", "windows-1251"},
    Alias{"win-1251", "windows-1251"},
    Alias{"cp1250", "windows-1250"},
    Alias{"1250", "windows-1250"},
    Alias{"ms-ee", "windows-1250"},
    Alias{"ms-cyrl", "windows-1251"},
    Alias{"ms-greek", "windows-1253"},
    Alias{"ms-turk", "windows-1254"},
    Alias{"ms-hebr", "windows-1255"},
    Alias{"ms-arab", "windows-1256"},
    Alias{"winbaltrim", "windows-1257"},
    Alias{"8859", "windows-1252"},
    Alias{"iso8859", "windows-1252"},
    Alias{"thai", "windows-874"},
    Alias{"mac-greek", "x-mac-greek"},
    Alias{"macgreek", "x-mac-greek"},
    Alias{"mac-latin2", "x-mac-centraleurroman"},
    Alias{"maccentraleurope", "x-mac-centraleurroman"},
    Alias{"mac-turkish", "x-mac-turkish"},
    Alias{"macturkish", "x-mac-turkish"},
    Alias{"utf-16", "utf-16le"},
    Alias{"ucs-2", "utf-16le"},
    Alias{"unicode", "utf-16le"},
    Alias{"utf16", "utf-16le"},
};

// Where ICU's converter of the WHATWG name reads a smaller set than browsers do.
constexpr std::array converters{
    Alias{"euc-kr", "windows-949"},
    Alias{"shift_jis", "ibm-943_P15A-2003"},
    Alias{"big5", "big5-hkscs"},
};

std::string_view looked_up(std::string_view label, const Alias* begin, const Alias* end) {
  const Alias* found =
      std::find_if(begin, end, [label](const Alias& alias) { return alias.label == label; });
  return found == end ? label : found->name;
}

struct CloseConverter {
  void operator()(UConverter* converter) const { ::ucnv_close(converter); }
};

using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_converter(const std::string& encoding) {
  UErrorCode status = U_ZERO_ERROR;
  const std::string name{
      looked_up(encoding, converters.data(), converters.data() + converters.size())};
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
    Mark{"<\0\0\0"sv, "utf-32le"},
    Mark{"\0\0\0<"sv, "utf-32be"},
    Mark{"<\0"sv, "utf-16le"},
    Mark{"\0<"sv, "utf-16be"},
};

std::string http_charset(std::string_view content_type) {
  const std::string lower = lower_copy(content_type);
  const auto found = lower.find("charset=");
  if (found == std::string::npos) return {};
  std::string_view value = std::string_view{lower}.substr(found + 8);
  value = trimmed(value.substr(0, value.find(';')));
  while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '"' || value.back() == '\'')) value.remove_suffix(1);
  return charset_label(value);
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

bool take_converted(std::string_view bytes, const std::string& encoding, Decoded& decoded) {
  auto converted = convert(bytes, encoding);
  if (!converted) return false;
  decoded.storage = std::move(*converted);
  decoded.text = decoded.storage;
  decoded.encoding = encoding;
  return true;
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
      decoded.warnings.push_back("declared charset '" + escape_for_line(witness, 40) +
                                 "' passed over");
      continue;
    }
    return witness;
  }
  return {};
}

}  // namespace

std::string charset_label(std::string_view label) {
  std::string lower = lower_copy(trimmed(label));
  // Converters' names are compared loosely, and labels are printed: only what a label may hold.
  std::erase_if(lower, [](char c) {
    return !is_alnum(c) && std::string_view{"-_.:+()"}.find(c) == std::string_view::npos;
  });
  return std::string{looked_up(lower, aliases.data(), aliases.data() + aliases.size())};
}

void decode(std::string_view bytes, std::string_view content_type, Decoded& decoded) {
  if (take_wide(bytes, decoded) || take_ebcdic(bytes, decoded)) return;
  const bool is_marked = bytes.starts_with(marks[0].bytes);
  if (is_marked) bytes.remove_prefix(marks[0].bytes.size());
  const std::array<std::string, 2> witnesses{http_charset(content_type), declared_charset(bytes)};
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
  if (!is_marked && !witness.empty() && take_converted(bytes, witness, decoded)) return;
  if (is_marked || is_cut_utf8(bytes) || is_mostly_utf8(bytes))
    return replace_broken(bytes, decoded);
  const std::string guess = guessed(bytes);
  decoded.warnings.push_back("not utf-8, read as " + guess);
  if (!take_converted(bytes, guess, decoded)) replace_broken(bytes, decoded);
}

}  // namespace tocsin::feed
