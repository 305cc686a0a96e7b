// SPDX-License-Identifier: Apache-2.0
#include "app/user_name.hpp"

#include <pwd.h>
#include <unistd.h>

namespace tocsin::app {

std::string user_name() {
  const passwd* user = ::getpwuid(::getuid());  // NOLINT(concurrency-mt-unsafe): one thread
  const bool has_name = user != nullptr && user->pw_name != nullptr;
  return has_name ? user->pw_name : "uid " + std::to_string(::getuid());
}

}  // namespace tocsin::app
