// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "alert/alert.hpp"
#include "base/clock.hpp"

namespace tocsin::feed_plugin {

/// One alert as a feed tells it. Texts are valid in XML 1.0.
struct Item {
  std::uint64_t seq = 0;
  std::string id = {};        ///< "urn:tocsin:alert:<the alert's id>"; the same for ever.
  std::string first_id = {};  ///< Of the alert itself: what a retraction names.
  std::string url = {};       ///< Empty unless http or https.
  std::string title = {};
  std::string summary = {};
  std::string text = {};  ///< The sentences with evidence, else the summary.
  std::string language = {};
  std::string source = {};
  std::vector<std::string> authors = {};
  std::string topic = {};
  std::string topic_title = {};
  int severity = 0;
  Time published{};  ///< The item's date, else when the alert was committed.
  Time committed{};
};

[[nodiscard]] Item item_of(const alert::Alert& alert, std::uint64_t seq);

/// A feed but for its items.
struct Head {
  std::string id = {};  ///< "urn:tocsin:feed:…"
  std::string title = {};
  std::string own_url = {};  ///< Of the document itself; may be empty.
};

/// Items newest first. Both documents are functions of their arguments alone.
[[nodiscard]] std::string json_feed(const Head& head, const std::vector<Item>& items);
[[nodiscard]] std::string atom(const Head& head, const std::vector<Item>& items);

}  // namespace tocsin::feed_plugin
