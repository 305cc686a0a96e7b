// SPDX-License-Identifier: Apache-2.0
#include "text/language.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace tocsin::text {
namespace {

class DetectLanguage
    : public testing::TestWithParam<std::pair<std::string_view, std::string_view>> {};

TEST_P(DetectLanguage, NamesTheLanguageOfASentence) {
  EXPECT_EQ(detect_language(GetParam().second), GetParam().first);
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, DetectLanguage,
    testing::Values(
        std::pair{"en",
                  "Police arrested three men on Tuesday who had returned from the war, "
                  "prosecutors said at a news conference in the capital."},
        std::pair{"de",
                  "Die Polizei hat am Dienstag drei Männer festgenommen, die aus dem Krieg "
                  "zurückgekehrt waren, teilte die Staatsanwaltschaft mit."},
        std::pair{"fr",
                  "La police a arrêté mardi trois hommes qui étaient revenus de la guerre, "
                  "a annoncé le parquet lors d'une conférence de presse."},
        std::pair{"ru",
                  "Полиция во вторник задержала троих мужчин, вернувшихся с войны, "
                  "сообщила прокуратура на пресс-конференции в столице."},
        std::pair{"ar",
                  "اعتقلت الشرطة يوم الثلاثاء ثلاثة رجال عادوا من الحرب حسبما قال المدعي "
                  "العام في مؤتمر صحفي في العاصمة"},
        std::pair{"tr",
                  "Polis salı günü savaştan dönen üç kişiyi gözaltına aldı, savcılık "
                  "başkentte düzenlediği basın toplantısında açıkladı."},
        std::pair{
            "ja",
            "警察は火曜日、戦争から戻った男三人を逮捕したと検察が首都での記者会見で発表した。"},
        std::pair{"he",
                  "המשטרה עצרה ביום שלישי שלושה גברים שחזרו מן המלחמה, כך הודיעה "
                  "התביעה במסיבת עיתונאים בבירה"}));

TEST(DetectLanguage, DoesNotGuess) {
  EXPECT_EQ(detect_language(""), "");
  EXPECT_EQ(detect_language("12:30 +++ 4711"), "");
  EXPECT_EQ(detect_language("OK"), "");
}

TEST(DetectLanguage, NamesNoneForAMixture) {
  EXPECT_EQ(detect_language("Police arrested three men on Tuesday who had returned from the war. "
                            "Полиция во вторник задержала троих мужчин, вернувшихся с войны."),
            "");
}

}  // namespace
}  // namespace tocsin::text
