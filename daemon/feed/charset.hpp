// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::feed {

/// A document in UTF-8, without a byte order mark.
struct Decoded {
  std::string_view text;  ///< Into the bytes when they were UTF-8 already, else into `storage`.
  std::string storage;
  std::string encoding;  ///< What the bytes were, as a WHATWG label.
  std::vector<std::string> warnings;
};

/// Decodes by, in this order, byte order mark, HTTP charset, XML declaration, and the bytes
/// themselves; a witness the bytes contradict is passed over with a warning. Never fails:
/// what cannot be decoded becomes U+FFFD.
void decode(std::string_view bytes, std::string_view content_type, Decoded& decoded);

}  // namespace tocsin::feed
