// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tocsin {

/// A named step at which tests want the process to die as if by a power cut.
///
/// Built with tests, the process kills itself (SIGKILL) when $TOCSIN_CRASH_AT is "name", or at the
/// n-th pass for "name:n"; with ":stop" behind it stands still there (SIGSTOP) until somebody kills
/// it, or what it talks to, or lets it go on. Built without, as packages are, it does nothing.
/// Thread: any.
void crash_point(std::string_view name);

}  // namespace tocsin
