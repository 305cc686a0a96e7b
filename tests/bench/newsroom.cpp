// SPDX-License-Identifier: Apache-2.0
#include "newsroom.hpp"

#include <fmt/format.h>

#include <array>

namespace tocsin::bench {

Newsroom::Newsroom(const Spec& spec, std::uint32_t number)
    : spec_{spec},
      writer_{spec.tongue, 1000 + number},
      host_{fmt::format("news{}.example.org", number)} {}

std::string Newsroom::site() const {
  return fmt::format("https://{}/", host_);
}

std::string Newsroom::link(std::size_t item) const {
  return fmt::format("https://{}/2024/05/{:02}/story-{}-of-the-day/", host_, item % 28 + 1, item);
}

std::string Newsroom::title() {
  return writer_.words(writer_.number(6, 13));
}

std::string Newsroom::teaser() {
  std::string text = writer_.sentence(writer_.number(10, 24));
  if (writer_.number(0, 1) == 0) text += writer_.sentence(writer_.number(8, 20));
  return text;
}

std::string Newsroom::body(std::size_t item) {
  std::string html = figure(item);
  for (std::size_t i = 0; i < spec_.paragraphs; ++i) html += block();
  html += fmt::format(
      "<p>The post <a href=\"{}\" rel=\"nofollow\">{}</a> appeared first on <a href=\"{}\">{}"
      "</a>.</p>\n",
      link(item), title(), site(), host_);
  return html;
}

std::string Newsroom::rfc822(std::size_t item) {
  constexpr std::array<std::string_view, 7> days{"Wed", "Thu", "Fri", "Sat", "Sun", "Mon", "Tue"};
  const std::size_t day = item % 28;  // 1 May 2024 was a Wednesday
  return fmt::format("{}, {:02} May 2024 {:02}:{:02}:{:02} +0000", days.at(day % 7), day + 1,
                     item % 24, item * 7 % 60, item * 13 % 60);
}

std::string Newsroom::rfc3339(std::size_t item) {
  return fmt::format("2024-05-{:02}T{:02}:{:02}:{:02}Z", item % 28 + 1, item % 24, item * 7 % 60,
                     item * 13 % 60);
}

std::string Newsroom::figure(std::size_t item) {
  return fmt::format(
      "<figure class=\"wp-block-image size-large\"><img loading=\"lazy\" width=\"1024\" "
      "height=\"683\" src=\"https://{0}/wp-content/uploads/2024/05/photo-{1}-1024x683.jpg\" "
      "alt=\"{2}\" class=\"wp-image-{1}\" /><figcaption>{3}</figcaption></figure>\n\n",
      host_, item, writer_.words(5), writer_.sentence(9));
}

std::string Newsroom::block() {
  switch (writer_.number(0, 9)) {
    case 0:
      return fmt::format("<h2 class=\"wp-block-heading\">{}</h2>\n\n", title());
    case 1:
      return fmt::format("<blockquote class=\"wp-block-quote\"><p>“{}”</p></blockquote>\n\n",
                         writer_.sentence(22));
    case 2:
      return list();
    default:
      return fmt::format("<p>{}</p>\n\n", paragraph());
  }
}

std::string Newsroom::list() {
  std::string html = "<ul>\n";
  const std::size_t count = writer_.number(3, 6);
  for (std::size_t i = 0; i < count; ++i) {
    html += fmt::format("<li>{}</li>\n", writer_.words(writer_.number(4, 12)));
  }
  return html + "</ul>\n\n";
}

std::string Newsroom::paragraph() {
  std::string html;
  const std::size_t count = writer_.number(2, 5);
  for (std::size_t i = 0; i < count; ++i) {
    html += writer_.sentence(writer_.number(9, 26));
    if (writer_.number(0, 2) == 0) html += inline_markup();
  }
  return html;
}

std::string Newsroom::inline_markup() {
  switch (writer_.number(0, 4)) {
    case 0:
      return fmt::format("<a href=\"https://{}/tag/{}?page={}&amp;from=feed\">{}</a> ", host_,
                         writer_.number(1, 999), writer_.number(1, 9), writer_.words(3));
    case 1:
      return fmt::format("<strong>{}</strong> ", writer_.words(2));
    case 2:
      return fmt::format("<em>{}</em> &#8211; ", writer_.words(2));
    case 3:
      return fmt::format("{}&#8217;s {} &amp; {} ", writer_.word(), writer_.word(), writer_.word());
    default:
      return "&#160;<br />\n";
  }
}

}  // namespace tocsin::bench
