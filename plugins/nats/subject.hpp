// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "alert/alert.hpp"

namespace tocsin::nats {

/// "alerts.<topic>.<severity>". A topic is one token of the subject: what is none of A-Z, a-z, 0-9,
/// - and _ in it becomes _, so that "a.b" and "a_b" share a subject; the alert itself tells them
/// apart.
[[nodiscard]] std::string subject_for(std::string_view prefix, const alert::Alert& alert);

/// True for tokens of A-Z, a-z, 0-9, - and _ with dots between.
[[nodiscard]] bool is_subject_prefix(std::string_view text);

/// True for a stream's name: one such token.
[[nodiscard]] bool is_stream_name(std::string_view text);

/// True when every subject that `pattern` of a stream could miss of `<prefix>.*.*` is none: the
/// pattern takes them all.
[[nodiscard]] bool covers(std::string_view pattern, std::string_view prefix);

}  // namespace tocsin::nats
