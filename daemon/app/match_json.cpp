// SPDX-License-Identifier: Apache-2.0
#include "app/match_json.hpp"

#include <nlohmann/json.hpp>

#include "topics/topic.hpp"

namespace tocsin::app {

std::string surface(const topics::Evidence& evidence, const ItemLine& item) {
  return std::string{
      item.text(evidence.field).substr(evidence.begin, evidence.end - evidence.begin)};
}

double ratio_of(const topics::Match& match) {
  const double threshold = match.topic->threshold;
  if (threshold > 0) return match.score / threshold;
  return match.score > 0 ? 1 : 0;
}

nlohmann::json to_json(const topics::Match& match, const ItemLine& item) {
  auto evidence = nlohmann::json::array();
  for (const topics::Evidence& piece : match.evidence) {
    evidence.push_back({{"field", topics::to_string(piece.field)},
                        {"start", piece.begin},
                        {"end", piece.end},
                        {"text", surface(piece, item)},
                        {"term", piece.term},
                        {"weight", piece.contribution}});
  }
  auto filtered = nlohmann::json::array();
  for (const topics::Filtered& one : match.filtered_by) {
    filtered.push_back({{"filter", one.filter}, {"title", one.title}, {"reason", one.reason}});
  }
  return {{"item", item.id},
          {"topic", match.topic->id},
          {"rule_version", match.topic->version},
          {"score", match.score},
          {"threshold", match.topic->threshold},
          {"fired", match.fired},
          {"evidence", std::move(evidence)},
          {"missing", match.missing},
          {"excluded_by", match.excluded_by},
          {"gate_failed", match.gate_failed},
          {"filtered_by", std::move(filtered)}};
}

}  // namespace tocsin::app
