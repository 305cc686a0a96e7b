// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "outbound/smtp.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::email {

struct Addresses {
  std::string from = {};             ///< Bare; what follows its @ names our threads and lists.
  std::vector<std::string> to = {};  ///< Bare.
};

/// The mail that tells an alert or a digest: text and HTML, the evidence marked in both.
///
/// Mails of one story and topic refer to one Message-ID of their own, so that mail programs show
/// them as one thread; an alert that comes again has the Message-ID it had. Whatever the alert
/// holds, it adds no header and no recipient.
[[nodiscard]] outbound::Mail compose(const plugin::Alert& alert, const Addresses& addresses,
                                     Time now);

/// A header's text by RFC 2047: as it is where it is short ASCII, else as encoded words of at most
/// 75 characters, one a line.
[[nodiscard]] std::string encode_header(std::string_view text);

}  // namespace tocsin::email
