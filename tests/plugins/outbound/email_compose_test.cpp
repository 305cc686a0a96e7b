// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "email/compose.hpp"
#include "support/sample_alert.hpp"

namespace tocsin::email {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr Time now{std::chrono::sys_days{std::chrono::year{2017} / 4 / 28} +
                   std::chrono::hours{19}};

outbound::Mail mail_of(const alert::Alert& alert) {
  return compose(alert, {.from = "tocsin@desk.example", .to = {"a@desk.example", "b@desk.example"}},
                 now);
}

std::string header_of(const outbound::Mail& mail, const std::string& name) {
  const auto found = std::find_if(mail.headers.begin(), mail.headers.end(),
                                  [&](const auto& one) { return one.starts_with(name + ": "); });
  return found == mail.headers.end() ? std::string{} : found->substr(name.size() + 2);
}

TEST(EncodeHeader, LeavesShortAsciiAsItIs) {
  EXPECT_EQ(encode_header("Fires in harbours"), "Fires in harbours");
}

TEST(EncodeHeader, EncodesAllElse) {
  EXPECT_EQ(encode_header("Zürich"), "=?UTF-8?B?WsO8cmljaA==?=");
  EXPECT_EQ(encode_header("a\r\nBcc: x"), "=?UTF-8?B?YQ0KQmNjOiB4?=");
  EXPECT_THAT(encode_header("=?UTF-8?B?YQ==?="), Not(HasSubstr("YQ==")));
}

TEST(EncodeHeader, FoldsWithoutSplittingACharacter) {
  const std::string folded = encode_header(std::string(20, 'x') + std::string(50, 'y') + "ééééé");
  std::size_t at = 0;
  while (at < folded.size()) {
    const auto end = std::min(folded.find("\r\n", at), folded.size());
    EXPECT_LE(end - at, 76U);
    at = end + 2;
  }
  EXPECT_THAT(folded, HasSubstr("?=\r\n =?UTF-8?B?"));
}

TEST(Compose, MarksTheEvidenceInBothForms) {
  const auto mail = mail_of(test::sample_alert());
  EXPECT_THAT(mail.text, HasSubstr("*Foreign fighters* return from Raqqa\nhttps://news.example/a"));
  EXPECT_THAT(mail.html, HasSubstr("<mark>Foreign fighters</mark> return from Raqqa</a>"));
  EXPECT_THAT(mail.html, HasSubstr("The <mark>foreign fighters</mark> left Raqqa."));
  EXPECT_EQ(header_of(mail, "Date"), "Fri, 28 Apr 2017 19:00:00 +0000");
  EXPECT_EQ(header_of(mail, "To"), "a@desk.example,\r\n b@desk.example");
  EXPECT_THAT(header_of(mail, "List-Id"), HasSubstr("<returning-fighters.tocsin.desk.example>"));
}

TEST(Compose, MakesOneThreadOfAStoryAndATopic) {
  const auto first = mail_of(test::sample_alert("floods", "a1"));
  const auto second = mail_of(test::sample_alert("floods", "a2"));
  const auto other = mail_of(test::sample_alert("fires", "a3"));
  EXPECT_EQ(header_of(first, "Message-ID"), "<a1@desk.example>");
  EXPECT_EQ(header_of(second, "Message-ID"), "<a2@desk.example>");
  EXPECT_EQ(header_of(first, "References"), header_of(second, "References"));
  EXPECT_EQ(header_of(first, "In-Reply-To"), header_of(first, "References"));
  EXPECT_NE(header_of(first, "References"), header_of(other, "References"));
}

TEST(Compose, ListsADigest) {
  const auto mail = mail_of(test::sample_digest());
  EXPECT_THAT(mail.text, HasSubstr("- Foreign fighters return from Raqqa (news.example)\n"));
  EXPECT_THAT(mail.text, HasSubstr("and 1 more"));
  EXPECT_THAT(mail.html, HasSubstr("<li><a href=\"https://news.example/a?x=1\">"));
  EXPECT_EQ(header_of(mail, "References"), "");
}

TEST(Compose, LetsAnAlertAddNothing) {
  auto alert = test::sample_alert();
  const std::string evil = "x\r\nBcc: victim@evil.example\r\n\r\n<script>\x1b[2J";
  alert.id = alert.item.title = alert.match.title = alert.match.topic = alert.source.name = evil;
  const auto mail = mail_of(alert);
  EXPECT_THAT(mail.headers, Each(Not(HasSubstr("Bcc"))));
  EXPECT_THAT(mail.html, Not(HasSubstr("<script>")));
  EXPECT_THAT(mail.text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(mail.headers, Contains(StartsWith("Subject: =?UTF-8?B?")));
}

TEST(MailAddress, IsOneAndNothingElse) {
  EXPECT_TRUE(outbound::is_mail_address("desk@news.example"));
  EXPECT_TRUE(outbound::is_mail_address("a+b.c@news.example"));
  for (const std::string wrong : {"", "desk", "@b", "a@", "a@b@c", "a b@c", "<a@b>", "a@b,c@d",
                                  "a@b\r\nBcc: c@d", "\"a\"@b", "é@b"}) {
    EXPECT_FALSE(outbound::is_mail_address(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace tocsin::email
