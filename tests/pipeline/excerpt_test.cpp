// SPDX-License-Identifier: Apache-2.0
#include "pipeline/excerpt.hpp"

#include <gtest/gtest.h>

namespace tocsin::pipeline {
namespace {

alert::Evidence evidence_at(std::string_view text, std::string_view words) {
  const auto at = text.find(words);
  return {.field = "content",
          .start = static_cast<std::uint32_t>(at),
          .end = static_cast<std::uint32_t>(at + words.size()),
          .text = std::string{words},
          .term = std::string{words},
          .weight = 1};
}

std::string marked(const Excerpt& excerpt, std::size_t which) {
  const alert::Evidence& one = excerpt.evidence.at(which);
  return excerpt.text.substr(one.start, one.end - one.start);
}

TEST(SentencesWith, KeepOnlyTheSentencesWithEvidenceAndMoveTheirOffsets) {
  const std::string text = "One began. Raqqa fell today. Three was long. Mosul fell before.";
  const auto excerpt =
      sentences_with(text, {evidence_at(text, "Raqqa"), evidence_at(text, "Mosul")}, 1000);
  EXPECT_EQ(excerpt.text, "Raqqa fell today. … Mosul fell before.");
  ASSERT_EQ(excerpt.evidence.size(), 2U);
  EXPECT_EQ(marked(excerpt, 0), "Raqqa");
  EXPECT_EQ(marked(excerpt, 1), "Mosul");
  EXPECT_TRUE(excerpt.is_cut);
}

TEST(SentencesWith, JoinNeighboursWithASpace) {
  const std::string text = "Raqqa fell today. Mosul fell before.";
  const auto excerpt =
      sentences_with(text, {evidence_at(text, "Raqqa"), evidence_at(text, "Mosul")}, 1000);
  EXPECT_EQ(excerpt.text, text);
  EXPECT_FALSE(excerpt.is_cut);
}

TEST(SentencesWith, StopAtTheLimitAndSayThatTheyWereCut) {
  const std::string text = "Raqqa fell today. Mosul fell before.";
  const auto excerpt =
      sentences_with(text, {evidence_at(text, "Raqqa"), evidence_at(text, "Mosul")}, 25);
  EXPECT_EQ(excerpt.text, "Raqqa fell today.");
  EXPECT_EQ(excerpt.evidence.size(), 1U);
  EXPECT_TRUE(excerpt.is_cut);
}

TEST(SentencesWith, CutAnEndlessSentenceAroundItsEvidence) {
  const std::string text = std::string(5000, 'a') + " Raqqa " + std::string(5000, 'b');
  const auto excerpt = sentences_with(text, {evidence_at(text, "Raqqa")}, 8192);
  EXPECT_LE(excerpt.text.size(), 1024U);
  ASSERT_EQ(excerpt.evidence.size(), 1U);
  EXPECT_EQ(marked(excerpt, 0), "Raqqa");
}

TEST(HeadOf, DropsEvidenceBehindTheCut) {
  const std::string text = "Raqqa fell today. Mosul fell before.";
  const auto excerpt = head_of(text, {evidence_at(text, "Raqqa"), evidence_at(text, "Mosul")}, 17);
  EXPECT_EQ(excerpt.text, "Raqqa fell today.");
  EXPECT_EQ(excerpt.evidence.size(), 1U);
  EXPECT_TRUE(excerpt.is_cut);
}

TEST(HeadOf, DoesNotSplitACharacter) {
  EXPECT_EQ(head_of("aé", {}, 2).text, "a");
}

}  // namespace
}  // namespace tocsin::pipeline
