// SPDX-License-Identifier: Apache-2.0
#include "base/crash_point.hpp"

#ifdef TOCSIN_CRASH_POINTS

#include <charconv>
#include <csignal>
#include <cstdlib>
#include <string>

namespace tocsin {
namespace {

struct Wish {
  std::string name;
  int passes = 1;
  int signal = SIGKILL;
};

Wish read_wish() {
  const char* const text = std::getenv("TOCSIN_CRASH_AT");  // NOLINT(concurrency-mt-unsafe)
  Wish wish{.name = text == nullptr ? "" : text};
  constexpr std::string_view stop = ":stop";
  if (wish.name.ends_with(stop)) {
    wish.signal = SIGSTOP;
    wish.name.resize(wish.name.size() - stop.size());
  }
  const auto colon = wish.name.find(':');
  if (colon == std::string::npos) return wish;
  const char* const end = wish.name.data() + wish.name.size();
  std::from_chars(wish.name.data() + colon + 1, end, wish.passes);
  wish.name.resize(colon);
  return wish;
}

}  // namespace

void crash_point(std::string_view name) {
  static const Wish wish = read_wish();
  // Each step belongs to one thread, so that the passes of the one asked for need no lock.
  static int passed = 0;
  if (wish.name.empty() || name != wish.name) return;
  // To this thread: of a signal to the process another may take notice first, and this one go on.
  if (++passed == wish.passes) std::raise(wish.signal);
}

}  // namespace tocsin

#else

namespace tocsin {

void crash_point(std::string_view) {}

}  // namespace tocsin

#endif
