// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tocsin::poll {

/// A feed's number in one process: given when its key is first heard of, and never to another.
using FeedNumber = std::uint32_t;

}  // namespace tocsin::poll
