// SPDX-License-Identifier: Apache-2.0
#include "app/near_wish.hpp"

#include <nlohmann/json.hpp>

namespace tocsin::app {

Result<NearWish> read_near_wish(std::string_view json) {
  const auto object = nlohmann::json::parse(json, nullptr, false);
  NearWish wish;
  if (object.is_object() && object.contains("share") && object["share"].is_number()) {
    wish.share = object["share"].get<double>();
  }
  if (!(wish.share > 0 && wish.share <= 1)) {
    return fail(Errc::invalid_input, "'share' is a number up to 1");
  }
  const auto after = object.find("after");
  if (after != object.end() && after->is_number_unsigned()) {
    wish.after = after->get<std::uint64_t>();
  }
  return wish;
}

}  // namespace tocsin::app
