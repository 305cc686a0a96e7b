// SPDX-License-Identifier: Apache-2.0
#include "feed/inheritance.hpp"

#include <cstddef>

namespace tocsin::feed {

std::vector<Person> inherited_authors(const Channel& channel) {
  constexpr std::size_t most = 16;
  constexpr std::size_t most_bytes = 1024;
  std::vector<Person> inherited;
  std::size_t bytes = 0;
  for (const Person& person : channel.authors) {
    bytes += person.name.size() + person.email.size() + person.url.size();
    if (inherited.size() == most || bytes > most_bytes) break;
    inherited.push_back(person);
  }
  return inherited;
}

}  // namespace tocsin::feed
