// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/connection.hpp"
#include "store/feedback_row.hpp"
#include "store/store.hpp"
#include "store/transaction.hpp"

namespace tocsin::store {

namespace {

Feedback read_feedback(Row& row) {
  return Feedback{.id = row.integer(),
                  .topic = row.text(),
                  .verdict = row.text(),
                  .reason = row.text(),
                  .author = row.text(),
                  .given_at = row.time(),
                  .alert_id = row.text(),
                  .rule_version = row.small(),
                  .rule_digest = row.text(),
                  .feed_key = row.text(),
                  .identity = row.text(),
                  .title = row.text(),
                  .summary = row.text(),
                  .content = row.text(),
                  .item_author = row.text(),
                  .category = row.text(),
                  .source = row.text(),
                  .language = row.text(),
                  .link = row.text()};
}

}  // namespace

Result<std::vector<Feedback>> Store::feedback(std::string_view topic) {
  return connection_->all(
      "SELECT feedback_id, topic, verdict, reason, author, given_at, alert_id, rule_version,"
      " rule_digest, feed_key, identity, title, summary, content, item_author, category, source,"
      " language, link FROM feedback WHERE topic = ? OR ? = '' ORDER BY feedback_id",
      read_feedback, topic, topic);
}

Result<std::int64_t> Transaction::add_feedback(const Feedback& one) {
  return connection_->insert(
      "INSERT INTO feedback (topic, verdict, reason, author, given_at, alert_id, rule_version,"
      " rule_digest, feed_key, identity, title, summary, content, item_author, category, source,"
      " language, link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      one.topic, one.verdict, one.reason, one.author, one.given_at, one.alert_id, one.rule_version,
      one.rule_digest, one.feed_key, one.identity, one.title, one.summary, one.content,
      one.item_author, one.category, one.source, one.language, one.link);
}

}  // namespace tocsin::store
