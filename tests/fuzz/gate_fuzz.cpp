// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.hpp"
#include "topics/gate.hpp"
#include "topics/topic.hpp"

// A mistake stands inside of the expression; what parses can be evaluated, within bounded steps.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tocsin;
  const std::string when = clean_utf8(std::string_view{reinterpret_cast<const char*>(data), size});
  topics::Topic topic;
  topic.aliases = {{"x", {"Islamic State", "=IS", "fighter*"}}};
  const auto gate = topics::Gate::parse(when, topic);
  if (!gate) {
    if (gate.error().character > when.size() || gate.error().message.empty()) std::abort();
    return 0;
  }
  topics::ItemFields item;
  item.title = "Foreign fighters return home, IS says";
  item.content = when;
  item.link = when;
  constexpr std::size_t most_steps =
      2'000'000 + 3 * topics::Pattern::looked_bytes * topics::GateLimits::pattern_size;
  std::size_t steps = 0;
  static_cast<void>(gate->holds(topics::scored_text(item), item, steps));
  if (steps > most_steps) std::abort();
  return 0;
}
