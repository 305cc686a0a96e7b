// SPDX-License-Identifier: Apache-2.0
#include "email/compose.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "outbound/message.hpp"
#include "tocsin/text.hpp"

namespace tocsin::email {
namespace {

using outbound::Message;
using plugin::escape_html;
using plugin::Segment;

constexpr std::size_t plain_limit = 60;  // with the header's name still one line of 78
constexpr std::size_t word_bytes = 42;   // 56 characters of base64, and 12 around them

std::string domain_of(const std::string& address) {
  return address.substr(address.find('@') + 1);
}

/// "Fri, 28 Apr 2017 19:05:00 +0000"
std::string date_text(Time time) {
  constexpr std::string_view days = "SunMonTueWedThuFriSat";
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000",
                     days.substr(std::chrono::weekday{day}.c_encoding() * 3, 3),
                     static_cast<unsigned>(date.day()),
                     months.substr((static_cast<unsigned>(date.month()) - 1) * 3, 3),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

/// What may stand left of the @: the id where it is harmless, else its digest.
std::string local_part(const std::string& id) {
  const bool is_plain =
      !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
      });
  return is_plain ? id : sha256_hex(id, 32);
}

std::string joined(const std::vector<std::string>& addresses) {
  std::string text;
  for (const std::string& one : addresses) text += (text.empty() ? "" : ",\r\n ") + one;
  return text;
}

std::vector<std::string> headers_of(const plugin::Alert& alert, const Message& message,
                                    const Addresses& addresses, Time now) {
  const std::string domain = domain_of(addresses.from);
  const std::string subject = fmt::format("{} ({}): {}", message.topic, message.severity_text,
                                          outbound::plain(message.headline));
  std::vector<std::string> headers{
      "From: Tocsin <" + addresses.from + ">",
      "To: " + joined(addresses.to),
      "Subject: " + encode_header(subject),
      "Date: " + date_text(now),
      fmt::format("Message-ID: <{}@{}>", local_part(alert.id), domain),
      "Auto-Submitted: auto-generated",
      "List-Id: " + encode_header(message.topic) +
          fmt::format("\r\n <{}.tocsin.{}>", local_part(alert.match.topic), domain)};
  if (message.severity <= 2) headers.emplace_back("Importance: high");
  if (!alert.group_key.empty()) {
    // The thread's head is a message that nobody sends: any mail may be the first to arrive.
    const std::string head = fmt::format("<story.{}@{}>", sha256_hex(alert.group_key, 32), domain);
    headers.push_back("In-Reply-To: " + head);
    headers.push_back("References: " + head);
  }
  return headers;
}

std::string marked(const std::vector<Segment>& segments) {
  std::string text;
  for (const Segment& one : segments) text += one.is_hit ? "*" + one.text + "*" : one.text;
  return text;
}

std::string marked_html(const std::vector<Segment>& segments) {
  std::string html;
  for (const Segment& one : segments) {
    const std::string text = escape_html(one.text);
    html += one.is_hit ? "<mark>" + text + "</mark>" : text;
  }
  return html;
}

std::string link_html(const std::string& html, const std::string& url) {
  return url.empty() ? html : fmt::format(R"(<a href="{}">{}</a>)", escape_html(url), html);
}

std::string text_of(const Message& message) {
  std::string text = outbound::heading(message) + "\n\n" + marked(message.headline) + "\n";
  if (!message.url.empty()) text += message.url + "\n";
  if (!message.text.empty()) text += "\n" + marked(message.text) + "\n";
  if (!message.items.empty()) text += "\n";
  for (const outbound::ListedItem& one : message.items) {
    text += fmt::format("- {} ({})\n  {}\n", one.title, one.source, one.url);
  }
  if (message.more > 0) text += fmt::format("and {} more\n", message.more);
  text += "\n" + outbound::credit(message) + "\n";
  if (!message.why.empty()) text += "Why: " + message.why + "\n";
  return text;
}

std::string items_html(const Message& message) {
  std::string html;
  for (const outbound::ListedItem& one : message.items) {
    html += "<li>" + link_html(escape_html(one.title), one.url) + " " + escape_html(one.source) +
            "</li>\n";
  }
  if (message.more > 0) html += fmt::format("<li>and {} more</li>\n", message.more);
  return html.empty() ? html : "<ul>\n" + html + "</ul>\n";
}

std::string html_of(const Message& message) {
  std::string html = "<!DOCTYPE html>\n<html><body>\n<p>" +
                     escape_html(outbound::heading(message)) + "</p>\n<h2>" +
                     link_html(marked_html(message.headline), message.url) + "</h2>\n";
  if (!message.text.empty()) html += "<p>" + marked_html(message.text) + "</p>\n";
  html += items_html(message) + "<p>" + escape_html(outbound::credit(message)) + "</p>\n";
  if (!message.why.empty()) html += "<p>Why: " + escape_html(message.why) + "</p>\n";
  return html + "</body></html>\n";
}

}  // namespace

std::string encode_header(std::string_view text) {
  const bool is_ascii = std::all_of(text.begin(), text.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != '<' && c != '>' && c != '"' && c != '\\';
  });
  if (is_ascii && text.size() <= plain_limit && text.find("=?") == std::string_view::npos) {
    return std::string{text};
  }
  std::string encoded;
  while (!text.empty()) {
    std::string_view piece = truncate_utf8(text, word_bytes);
    if (piece.empty()) piece = text.substr(0, word_bytes);  // bytes that are no UTF-8
    encoded += (encoded.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + to_base64(piece) + "?=";
    text.remove_prefix(piece.size());
  }
  return encoded;
}

outbound::Mail compose(const plugin::Alert& alert, const Addresses& addresses, Time now) {
  const Message message = outbound::message_of(alert);
  return {.from = addresses.from,
          .to = addresses.to,
          .headers = headers_of(alert, message, addresses, now),
          .text = text_of(message),
          .html = html_of(message)};
}

}  // namespace tocsin::email
