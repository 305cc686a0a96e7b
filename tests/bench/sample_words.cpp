// SPDX-License-Identifier: Apache-2.0
#include "sample_words.hpp"

#include <array>
#include <vector>

namespace tocsin::bench {
namespace {

struct Language {
  std::string_view code;
  std::string_view words;  // parted by blanks, common ones first
  std::string_view space;  // between words
  std::string_view stop;
  std::string_view comma;
};

// In the order of Tongue.
constexpr std::array languages{
    Language{"en",
             "the of to and in a is for that on was with by as it at from said be has have are "
             "this an will not which its were been their after more about would people new one "
             "over who year two first up also government last time could market percent police "
             "city water company report million country week minister against under million "
             "public energy between officials court health court during week region network "
             "according statement including members research services election production "
             "infrastructure temperature investigation parliament agreement spokesperson "
             "independent manufacturing vulnerability international development",
             " ", ". ", ", "},
    Language{"de",
             "die der und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
             "auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie "
             "einem über einen so zum haben nur oder aber vor zur bis mehr durch man sein wurde "
             "Jahr gegen können unter Bürger Behörde Straße Gericht Woche Regierung Millionen "
             "Prüfung Größe Unternehmen Öffentlichkeit Sicherheitslücke Verhandlungen "
             "Bevölkerung Energieversorgung Wettervorhersage Ministerpräsident Übereinkunft",
             " ", ". ", ", "},
    Language{"ru",
             "в и на не что по с из к за для о как от это был его при до года после также будет "
             "она или во время уже были лет страны города более чем может компании стал сообщил "
             "россии правительство заявил области президент человек рублей миллионов новости "
             "власти полиции министр рынок процентов неделю договор энергия производство "
             "расследование безопасность представитель международный строительство "
             "здравоохранение исследования парламент уязвимость температура",
             " ", ". ", ", "},
    Language{"zh",
             "的 是 在 了 和 有 中 人 国 不 年 月 日 一 为 对 上 将 与 等 表示 公司 政府 市场 "
             "发展 经济 今天 报道 记者 企业 问题 工作 城市 安全 技术 国际 能源 天气 会议 "
             "投资 部门 调查 健康 教育 研究 网络 项目 建设 增长 亿元 公里 负责人 数据 服务 环境 "
             "漏洞 生产 法院 选举 协议 气温 基础设施",
             "", "。", "，"},
    Language{"ar",
             "في من على إلى أن عن مع التي هذا هذه كان بعد قال خلال الذي لم قد بين كما عام يوم "
             "حيث كل وقال أمس اليوم غير الحكومة الرئيس الوزير المدينة الشركة السوق مليون العام "
             "الدولة الأمن الصحة الطاقة المياه الشرطة المحكمة الانتخابات البرلمان التقرير "
             "الإنتاج الباحثون الاتفاق الدولية التحقيق درجة الحرارة المنطقة",
             " ", ". ", "، "},
};

const Language& language_of(Tongue tongue) {
  return languages.at(static_cast<std::size_t>(tongue));
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

const std::vector<std::string_view>& words_of(Tongue tongue) {
  static const auto all = [] {
    std::array<std::vector<std::string_view>, languages.size()> split_all;
    for (std::size_t i = 0; i < languages.size(); ++i)
      split_all.at(i) = split(languages.at(i).words);
    return split_all;
  }();
  return all.at(static_cast<std::size_t>(tongue));
}

/// The next character of well-formed UTF-8, taken from its front.
char32_t take_character(std::string_view& text) {
  const auto byte = [&text](std::size_t at) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[at]));
  };
  const char32_t lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t character = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) character = (character << 6U) | (byte(i) & 0x3FU);
  text.remove_prefix(length);
  return character;
}

}  // namespace

std::string_view Writer::word() {
  const auto& all = words_of(tongue_);
  // The product of two even draws leans towards the front of the list.
  return all[number(0, all.size() - 1) * number(0, all.size() - 1) / all.size()];
}

std::string Writer::words(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += language_of(tongue_).space;
    text += word();
  }
  return text;
}

std::string Writer::sentence(std::size_t count) {
  const Language& language = language_of(tongue_);
  std::string text = words(count / 2);
  text += number(0, 2) == 0 ? language.comma : language.space;
  text += words(count - count / 2);
  text += language.stop;
  return text;
}

std::string_view Writer::code() const {
  return language_of(tongue_).code;
}

std::string to_single_byte(std::string_view utf8, std::string_view charset) {
  std::string out;
  while (!utf8.empty()) {
    const char32_t character = take_character(utf8);
    const bool is_cyrillic = character >= 0x410 && character <= 0x44F;
    if (character < 0x80 || (charset == "ISO-8859-1" && character < 0x100)) {
      out += static_cast<char>(character);
    } else if (charset == "windows-1251" && is_cyrillic) {
      out += static_cast<char>(character - 0x410 + 0xC0);
    } else {
      out += "&#" + std::to_string(static_cast<std::uint32_t>(character)) + ';';
    }
  }
  return out;
}

}  // namespace tocsin::bench
