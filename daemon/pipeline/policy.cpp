// SPDX-License-Identifier: Apache-2.0
#include "pipeline/policy.hpp"

namespace tocsin::pipeline {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::sent:
      return "sent";
    case Outcome::updated:
      return "updated";
    case Outcome::merged:
      return "merged";
    case Outcome::held:
      return "held";
    case Outcome::silenced:
      return "silenced";
    case Outcome::baseline:
      return "baseline";
    case Outcome::late:
      return "late";
    case Outcome::repeated:
      return "repeated";
  }
  return "sent";
}

void judge_date(store::ItemRow& item, Time now, const PolicyOptions& options) {
  constexpr std::chrono::hours furthest_ahead{24};
  if (!item.published) {
    item.published = now;
    item.published_quality = alert::DateQuality::missing;
  } else if (*item.published > now + furthest_ahead) {
    item.published = now;
    item.published_quality = alert::DateQuality::future;
  }
  item.late = now - *item.published > options.late;
}

Outcome decide(const store::ItemRow& item, const std::optional<store::StoryTopicRow>& sent_before,
               Time now, const PolicyOptions& options) {
  if (item.baseline) return Outcome::baseline;
  if (item.late) return Outcome::late;
  if (!sent_before) return Outcome::sent;
  // What a clock that was ahead has sent would keep the story quiet until then.
  const auto since = now - sent_before->last_sent;
  const bool is_recent = since >= Time::duration::zero() && since < options.update_interval;
  return is_recent ? Outcome::merged : Outcome::updated;
}

}  // namespace tocsin::pipeline
