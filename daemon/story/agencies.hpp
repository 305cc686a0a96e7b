// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace tocsin::story {

/// How a news agency shows in what it sends out. Facts of the trade.
struct Agency {
  std::string_view mark;  ///< As it stands in credits, compared with its case.
  std::string_view name;
};

// Longer marks of an agency stand before shorter ones only where both are needed to read a credit.
constexpr std::array agency_marks{Agency{"AP", "ap"},
                                  Agency{"Associated Press", "ap"},
                                  Agency{"Reuters", "reuters"},
                                  Agency{"REUTERS", "reuters"},
                                  Agency{"Thomson Reuters", "reuters"},
                                  Agency{"AFP", "afp"},
                                  Agency{"Agence France-Presse", "afp"},
                                  Agency{"dpa", "dpa"},
                                  Agency{"DPA", "dpa"},
                                  Agency{"Deutsche Presse-Agentur", "dpa"},
                                  Agency{"UPI", "upi"},
                                  Agency{"PA Media", "pa"},
                                  Agency{"Press Association", "pa"},
                                  Agency{"PA", "pa"},
                                  Agency{"EFE", "efe"},
                                  Agency{"Europa Press", "europapress"},
                                  Agency{"ANSA", "ansa"},
                                  Agency{"Adnkronos", "adnkronos"},
                                  Agency{"Lusa", "lusa"},
                                  Agency{"Belga", "belga"},
                                  Agency{"ANP", "anp"},
                                  Agency{"APA", "apa"},
                                  Agency{"Keystone-SDA", "sda"},
                                  Agency{"SDA", "sda"},
                                  Agency{"sda", "sda"},
                                  Agency{"ATS", "sda"},
                                  Agency{"epd", "epd"},
                                  Agency{"KNA", "kna"},
                                  Agency{"NTB", "ntb"},
                                  Agency{"Ritzau", "ritzau"},
                                  Agency{"PAP", "pap"},
                                  Agency{"MTI", "mti"},
                                  Agency{"Xinhua", "xinhua"},
                                  Agency{"新华社", "xinhua"},
                                  Agency{"TASS", "tass"},
                                  Agency{"ТАСС", "tass"},
                                  Agency{"Interfax", "interfax"},
                                  Agency{"Интерфакс", "interfax"},
                                  Agency{"РИА Новости", "ria"},
                                  Agency{"Ukrinform", "ukrinform"},
                                  Agency{"Anadolu Agency", "anadolu"},
                                  Agency{"Anadolu", "anadolu"},
                                  Agency{"رويترز", "reuters"},
                                  Agency{"أ ف ب", "afp"},
                                  Agency{"Kyodo", "kyodo"},
                                  Agency{"共同", "kyodo"},
                                  Agency{"Jiji", "jiji"},
                                  Agency{"Yonhap", "yonhap"},
                                  Agency{"PTI", "pti"},
                                  Agency{"IANS", "ians"},
                                  Agency{"ANI", "ani"},
                                  Agency{"AAP", "aap"},
                                  Agency{"Canadian Press", "cp"},
                                  Agency{"Bernama", "bernama"},
                                  Agency{"Antara", "antara"},
                                  Agency{"Bloomberg", "bloomberg"}};

/// Sites on which agencies publish their own copy.
constexpr std::array agency_hosts{Agency{"apnews.com", "ap"},
                                  Agency{"reuters.com", "reuters"},
                                  Agency{"afp.com", "afp"},
                                  Agency{"dpa.com", "dpa"},
                                  Agency{"upi.com", "upi"},
                                  Agency{"pa.media", "pa"},
                                  Agency{"efe.com", "efe"},
                                  Agency{"europapress.es", "europapress"},
                                  Agency{"ansa.it", "ansa"},
                                  Agency{"lusa.pt", "lusa"},
                                  Agency{"apa.at", "apa"},
                                  Agency{"news.cn", "xinhua"},
                                  Agency{"xinhuanet.com", "xinhua"},
                                  Agency{"tass.com", "tass"},
                                  Agency{"tass.ru", "tass"},
                                  Agency{"interfax.ru", "interfax"},
                                  Agency{"ria.ru", "ria"},
                                  Agency{"aa.com.tr", "anadolu"},
                                  Agency{"kyodonews.net", "kyodo"},
                                  Agency{"yna.co.kr", "yonhap"},
                                  Agency{"ptinews.com", "pti"},
                                  Agency{"aap.com.au", "aap"},
                                  Agency{"bloomberg.com", "bloomberg"}};

/// Words that make a short sentence with an agency in it a credit.
constexpr std::array credit_cues{
    "reporting", "editing",    "edited",      "contributed", "contribution", "copyright", "©",
    "rights",    "writer",     "staff",       "with",        "from",         "via",       "source",
    "by",        "mit",        "material",    "von",         "quelle",       "agentur",   "avec",
    "source",    "con",        "información", "fuente",      "fonte",        "agencia",   "met",
    "med",       "informacje", "za",          "по",          "сообщает",     "кредит",    "photo"};

/// How sentences begin that are credits whoever they name.
constexpr std::array credit_openings{"Reporting by",
                                     "Additional reporting",
                                     "Editing by",
                                     "Writing by",
                                     "Compiled by",
                                     "Copyright",
                                     "©",
                                     "(c)",
                                     "All rights reserved"};

/// How a by-line on a line of its own begins.
constexpr std::array byline_openings{"By ", "BY ", "Von ", "VON ", "Par ", "Por ", "Di ", "Door "};

}  // namespace tocsin::story
