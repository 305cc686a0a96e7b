// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "topics/rule_set.hpp"

namespace tocsin::topics {

/// The language of one item: what its feed says, or else what its words tell. That is found out
/// when first asked for, as it costs more than matching and few topics ask. Thread: one.
class ItemLanguage {
 public:
  /// Before each item.
  void start() { detected_.reset(); }

  /// A tag such as "en" or "en-GB"; empty where nothing tells. Valid until `start`.
  [[nodiscard]] std::string_view of(const ItemFields& item);

 private:
  std::optional<std::string> detected_;
};

}  // namespace tocsin::topics
