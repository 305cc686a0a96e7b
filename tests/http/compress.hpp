// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace tocsin::test {

/// Content codings as a server makes them.
[[nodiscard]] std::string gzip(const std::string& text);
[[nodiscard]] std::string deflate(const std::string& text);  ///< With zlib's header, as RFC 9110.
[[nodiscard]] std::string brotli(const std::string& text);
[[nodiscard]] std::string zstd(const std::string& text);

/// By the name in Content-Encoding.
[[nodiscard]] std::string compressed(const std::string& coding, const std::string& text);

}  // namespace tocsin::test
