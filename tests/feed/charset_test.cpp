// SPDX-License-Identifier: Apache-2.0
#include "feed/charset.hpp"

#include <gmock/gmock.h>

#include <string>

#include "feed/charset_names.hpp"

namespace tocsin::feed {
namespace {

using namespace std::string_literals;

Decoded decoded(const std::string& bytes, std::string_view content_type = {}) {
  Decoded result;
  decode(bytes, content_type, result);
  // The view may point into `bytes`, which the caller drops.
  result.storage = std::string{result.text};
  result.text = result.storage;
  return result;
}

TEST(Charset, TakesUtf8AsItIs) {
  const Decoded result = decoded("<rss>é</rss>");
  EXPECT_EQ(result.storage, "<rss>é</rss>");
  EXPECT_EQ(result.encoding, "utf-8");
  EXPECT_TRUE(result.warnings.empty());
}

TEST(Charset, CutsTheByteOrderMark) {
  EXPECT_EQ(decoded("\xEF\xBB\xBF<a/>").storage, "<a/>");
}

TEST(Charset, ReadsUtf16OfBothOrders) {
  EXPECT_EQ(decoded("\xFF\xFE<\0a\0"s).storage, "<a");
  EXPECT_EQ(decoded("\xFE\xFF\0<\0a"s).storage, "<a");
}

TEST(Charset, SeesUtf16WithoutAMark) {
  EXPECT_EQ(decoded("<\0a\0"s).encoding, "utf-16le");
  EXPECT_EQ(decoded("\0<\0a"s).encoding, "utf-16be");
}

TEST(Charset, LetsTheHeaderWinOverTheDeclaration) {
  const std::string bytes = "<?xml version='1.0' encoding='iso-8859-1'?><a>\xEF\xE0</a>";
  EXPECT_EQ(decoded(bytes, "text/xml; charset=windows-1251").encoding, "windows-1251");
}

TEST(Charset, ReadsTheDeclaration) {
  const Decoded result = decoded("<?xml version='1.0' encoding='Shift_JIS'?><a>\x93\xFA</a>");
  EXPECT_THAT(result.storage, testing::HasSubstr("日"));
  EXPECT_EQ(result.encoding, "shift_jis");
}

TEST(Charset, ReadsLatin1AsWindows1252) {
  const Decoded result = decoded("<?xml version='1.0' encoding='iso-8859-1'?><a>\x93x\x94</a>");
  EXPECT_THAT(result.storage, testing::HasSubstr("“x”"));
  EXPECT_EQ(result.encoding, "windows-1252");
}

TEST(Charset, BelievesTheBytesWhenTheyAreUtf8AfterAll) {
  const Decoded result = decoded("<?xml version='1.0' encoding='iso-8859-1'?><a>déjà</a>");
  EXPECT_THAT(result.storage, testing::HasSubstr("déjà"));
  EXPECT_FALSE(result.warnings.empty());
}

TEST(Charset, GuessesWhenUtf8IsALie) {
  const Decoded result = decoded("<?xml version='1.0' encoding='utf-8'?><a>d\xE9j\xE0 vu</a>");
  EXPECT_THAT(result.storage, testing::HasSubstr("déjà vu"));
  EXPECT_FALSE(result.warnings.empty());
}

TEST(Charset, ReplacesFewBrokenCharactersOfUtf8) {
  const Decoded result = decoded("<a>äöüßéèàçñ ÄÖÜ \xC3 end</a>");
  EXPECT_EQ(result.encoding, "utf-8");
  EXPECT_THAT(result.storage, testing::HasSubstr("ÄÖÜ \xEF\xBF\xBD end"));
}

TEST(Charset, PassesOverALabelNobodyKnows) {
  const Decoded result = decoded("<a>x</a>", "text/xml; charset=x-klingon");
  EXPECT_EQ(result.encoding, "utf-8");
  EXPECT_FALSE(result.warnings.empty());
}

TEST(Charset, PassesOverALabelUnderWhichTheMarkupIsNone) {
  const std::string bytes = "<?xml version='1.0' encoding='ibm037'?><a>\xE4\xF6\xFC</a>";
  const Decoded result = decoded(bytes);
  EXPECT_THAT(result.storage, testing::HasSubstr("<a>"));
  EXPECT_FALSE(result.warnings.empty());
}

TEST(CharsetLabel, KnowsThePublishersSpellings) {
  for (const char* label :
       {"chinese", "csiso58gb231280", "iso-ir-58", "gb_2312", "936", "gb18030-2000"}) {
    EXPECT_EQ(charset_label(label), "gb18030") << label;
  }
  EXPECT_EQ(charset_label("uhc"), "euc-kr");
  EXPECT_EQ(charset_label("windows-cp1251"), "windows-1251");
  EXPECT_EQ(charset_label("1258"), "windows-1258");
  EXPECT_EQ(charset_label("Shift_JISX0213"), "shift_jis");
  EXPECT_EQ(charset_label("EUC_JIS_2004"), "euc-jp");
}

TEST(Charset, ReadsTheHeadersCharsetHoweverItIsSpaced) {
  const std::string bytes = "<a>\xCD\xC9\xD2</a>";
  EXPECT_EQ(decoded(bytes, "text/xml ; charset = koi8-r").encoding, "koi8-r");
  EXPECT_EQ(decoded(bytes, "text/xml; CHARSET = \"koi8-r\" ; q=1").encoding, "koi8-r");
}

TEST(Charset, TakesNoOtherParameterForTheCharset) {
  const std::string bytes = "<?xml version='1.0' encoding='koi8-r'?><a>\xCD\xC9\xD2</a>";
  EXPECT_EQ(decoded(bytes, "text/xml; xcharset=windows-1251").encoding, "koi8-r");
}

TEST(CharsetLabel, FollowsTheWebsSupersets) {
  EXPECT_EQ(charset_label(" GB2312 "), "gb18030");
  EXPECT_EQ(charset_label("ks_c_5601-1987"), "euc-kr");
  EXPECT_EQ(charset_label("US-ASCII"), "windows-1252");
}

}  // namespace
}  // namespace tocsin::feed
