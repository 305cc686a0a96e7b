// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tocsin/options.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::plugin {

/// What a plugin does with alerts, once its options are known.
struct Handling {
  Handler handle = {};
  /// Makes durable what was handled; asked before each acknowledgement. False: not yet.
  std::function<bool()> before_ack = {};
  /// The time between acknowledgements; what was handled since comes again after a crash.
  std::optional<std::chrono::milliseconds> ack_interval = {};
  /// As `Config::keep_order`: what cannot be handled now holds up what comes behind it.
  bool keep_order = false;
  std::chrono::milliseconds longest_pause = std::chrono::minutes{5};  ///< As in `Config`.
  std::function<void(const Gap&)> on_gap = {};
  /// Told when the daemon is found and when it is lost.
  std::function<void(bool is_there)> on_daemon = {};
  std::function<void(const std::string& epoch)> on_log = {};  ///< As in `Config`.
  /// As `Config::idle`: for work that is better done once for many alerts.
  std::function<std::string()> idle = {};
  /// As `Config::outcomes`, `at_once` and `finish_limit`: for a handler that answers `Later`.
  std::function<std::vector<Settled>()> outcomes = {};
  std::size_t at_once = 1;
  std::chrono::milliseconds finish_limit{0};
  /// Where a plugin without a durable name begins, unless its command line says otherwise.
  std::optional<From> from = {};
  /// With a name it begins there too, at each start: what it keeps is made anew from the log.
  bool begins_anew = false;
};

/// A plugin as a program. `tocsin_embed_manifest()` of the CMake package makes the text of
/// plugin.toml a constant.
struct Program {
  std::string_view manifest = {};
  /// Called once, before the first alert and never in a dry run. An error ends the program, with 64
  /// for `invalid_input`, `refused` and `too_large`, else with 1, after which it is started again;
  /// Options::wrong() makes one that names the place.
  std::function<Result<Handling>(const Options&)> open = {};
  /// What would be done with an alert, for `--dry-run`; without effect on anything.
  std::function<std::string(const Options&, const Alert&, const Delivery&)> describe = {};
  /// What is wrong with the options that can be told without looking at files or at the network:
  /// asked before `open` and before a dry run. Each mistake is a line, at its place; the program
  /// ends with 64.
  std::function<Mistakes(const Options&)> check = {};
};

/// main(): reads the command line by the manifest, then receives until told to stop, or with
/// `--dry-run FILE` prints what `describe` says of each alert in the file. The exit status of
/// run(), 64 with one line on standard error for a wrong option.
[[nodiscard]] int serve(int argc, const char* const* argv, const Program& program);

}  // namespace tocsin::plugin
