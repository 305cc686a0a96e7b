// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace tocsin {

/// Why an operation failed, coarse enough for the caller to choose what to do next.
enum class Errc : std::uint8_t {
  invalid_input,  ///< The bytes or the setting are wrong; trying again will not help.
  not_found,      ///< The named thing does not exist.
  unreachable,    ///< The other side did not answer; trying again may help.
  timed_out,      ///< As `unreachable`, but the other side started to answer.
  refused,        ///< A rule of ours forbids it: a private address, a foreign scheme.
  too_large,      ///< A limit from the settings was passed.
  busy,           ///< Somebody else holds it: a port, a lock, a name.
  no_space,       ///< The disk is full or read-only; what is stored already is kept.
  system,         ///< The kernel or a library refused; `message` holds its text.
};

/// A failure on its way to the one place that handles it.
///
/// `message` is one line for the operator's log: it names the thing that failed
/// ("feed 'ecb': …"), never a body or a secret.
struct Error {
  Errc code{};
  std::string message;
};

template <typename T>
using Result = tl::expected<T, Error>;

/// `return fail(Errc::too_large, "feed 'ecb': body over 8 MiB");`
[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

/// Hands a failure on, unchanged: `if (!rules) return fail(rules.error());`
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace tocsin
