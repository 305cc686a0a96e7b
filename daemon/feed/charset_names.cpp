// SPDX-License-Identifier: Apache-2.0
#include "feed/charset_names.hpp"

#include <algorithm>
#include <array>

#include "feed/ascii.hpp"

namespace tocsin::feed {
namespace {

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
    Alias{"chinese", "gb18030"},
    Alias{"csgb2312", "gb18030"},
    Alias{"csiso58gb231280", "gb18030"},
    Alias{"iso-ir-58", "gb18030"},
    Alias{"gb_2312", "gb18030"},
    Alias{"gb18030-2000", "gb18030"},
    Alias{"936", "gb18030"},
    Alias{"gb2312", "gb18030"},
    Alias{"gbk", "gb18030"},
    Alias{"gb_2312-80", "gb18030"},
    Alias{"x-gbk", "gb18030"},
    Alias{"cp936", "gb18030"},
    Alias{"euc-cn", "gb18030"},
    Alias{"ks_c_5601-1987", "euc-kr"},
    Alias{"ks_c_5601", "euc-kr"},
    Alias{"euckr", "euc-kr"},
    Alias{"uhc", "euc-kr"},
    Alias{"windows-949", "euc-kr"},
    Alias{"cp949", "euc-kr"},
    Alias{"x-sjis", "shift_jis"},
    Alias{"shift_jisx0213", "shift_jis"},
    Alias{"sjis", "shift_jis"},
    Alias{"shift-jis", "shift_jis"},
    Alias{"windows-31j", "shift_jis"},
    Alias{"cp932", "shift_jis"},
    Alias{"ms_kanji", "shift_jis"},
    Alias{"x-euc-jp", "euc-jp"},
    Alias{"euc_jis_2004", "euc-jp"},
    Alias{"big5-hkscs", "big5"},
    Alias{"cn-big5", "big5"},
    Alias{"koi8", "koi8-r"},
    Alias{"koi", "koi8-r"},
    Alias{"koi8-ru", "koi8-u"},
    Alias{"dos-874", "windows-874"},
    Alias{"csiso88596e", "iso-8859-6"},
    Alias{"csiso88596i", "iso-8859-6"},
    Alias{"csiso88598e", "iso-8859-8"},
    Alias{"csiso88598i", "iso-8859-8"},
    Alias{"visual", "iso-8859-8"},
    Alias{"logical", "iso-8859-8"},
    Alias{"iso-8859-8-i", "iso-8859-8"},
    Alias{"iso-8859-8-e", "iso-8859-8"},
    Alias{"iso-8859-6-i", "iso-8859-6"},
    Alias{"iso-8859-6-e", "iso-8859-6"},
    Alias{"csiso2022jp", "iso-2022-jp"},
    Alias{"x-mac-ukrainian", "x-mac-cyrillic"},
    Alias{"cp1251", "windows-1251"},
    Alias{"win-1251", "windows-1251"},
    Alias{"windows-cp1251", "windows-1251"},
    Alias{"cp1250", "windows-1250"},
    Alias{"1250", "windows-1250"},
    Alias{"1251", "windows-1251"},
    Alias{"1252", "windows-1252"},
    Alias{"1253", "windows-1253"},
    Alias{"1254", "windows-1254"},
    Alias{"1255", "windows-1255"},
    Alias{"1256", "windows-1256"},
    Alias{"1257", "windows-1257"},
    Alias{"1258", "windows-1258"},
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

}  // namespace

std::string charset_label(std::string_view label) {
  std::string lower = lower_copy(trimmed(label));
  // Converters' names are compared loosely, and labels are printed: only what a label may hold.
  std::erase_if(lower, [](char c) {
    return !is_alnum(c) && std::string_view{"-_.:+()"}.find(c) == std::string_view::npos;
  });
  return std::string{looked_up(lower, aliases.data(), aliases.data() + aliases.size())};
}

std::string_view converter_name(std::string_view charset) {
  return looked_up(charset, converters.data(), converters.data() + converters.size());
}

}  // namespace tocsin::feed
