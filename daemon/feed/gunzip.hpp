// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tocsin::feed {

/// True when the bytes start as gzip does (RFC 1952), whatever a header said of them.
[[nodiscard]] bool is_gzip(std::string_view bytes);

/// The content of all members; what stands behind them is ignored. A cut-off stream gives what
/// could be read; `too_large` beyond `limit` bytes, `invalid_input` when nothing could be read.
[[nodiscard]] Result<std::string> gunzip(std::string_view bytes, std::size_t limit);

}  // namespace tocsin::feed
