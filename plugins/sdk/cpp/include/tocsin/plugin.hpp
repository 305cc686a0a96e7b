// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "alert/alert.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "tocsin/cap.hpp"

/// For programs that receive alerts: the library connects, catches up, finds gaps, acknowledges,
/// retries and stops in an orderly way; the program handles one alert at a time.
namespace tocsin::plugin {

using alert::Alert;

/// Handled; it will not come again.
struct Ok {};

/// Not now. The alert is tried again at once a few times; then it is given back to the daemon,
/// which keeps it, delivers it again after growing pauses (5 s to 1 h, `after` where that is
/// longer), and gives it up after `max_deliver` deliveries; alerts behind it go on meanwhile. With
/// `after` over a second it is given back without trying again. Under `Config::keep_order`, and
/// without a durable name, it is kept and tried again with growing pauses, and alerts behind it
/// wait; the pauses grow to five minutes, or to `after` where that is longer.
struct Retry {
  std::chrono::milliseconds after{0};
  std::string reason = {};
  /// As `Config::keep_order`, for this time: it is the target that is in trouble and not the alert,
  /// and the next one would fare no better.
  bool holds_up = false;
  /// The target itself said when: `after`, up to an hour, is waited each time and does not grow,
  /// where it is the plugin that keeps the alert.
  bool is_exact = false;
};

/// Never: the alert becomes a dead letter, of which operators are told, and is passed over.
struct Drop {
  std::string reason = {};
};

/// Stop the plugin. This alert is not acknowledged and comes again at the next start.
struct Halt {
  std::string reason = {};
  /// Starting again would end the same way until somebody acts: nobody starts it on its own.
  bool is_final = false;
};

/// Still at work; the outcome comes through `Config::outcomes`, and alerts behind it go on
/// meanwhile. A `Retry` that comes so is given back without trying again at once.
struct Later {};

using Outcome = std::variant<Ok, Retry, Drop, Halt, Later>;

/// What became of an alert that was answered with `Later`.
struct Settled {
  std::uint64_t seq = 0;
  Outcome outcome = {};
};

/// What stands around the alert and differs from delivery to delivery.
struct Delivery {
  std::string topic_frame = {};  ///< "alert/returning-fighters/3/"
  std::uint64_t seq = 0;
  unsigned attempt = 1;
  bool is_live = false;        ///< False: fetched from the log.
  bool is_redelivery = false;  ///< Was given back before; those behind it went on meanwhile.
  std::string_view payload;    ///< The CloudEvents JSON as it came.
};

using Handler = std::function<Outcome(const Alert&, const Delivery&)>;

/// Alerts that the daemon no longer keeps and this plugin never saw.
struct Gap {
  std::uint64_t after = 0;  ///< The last one seen.
  std::uint64_t floor = 0;  ///< The oldest one kept.
  std::string reason = {};  ///< "retention", or "epoch" when the log was recreated.
};

/// Where a plugin begins each time it starts. `acknowledged`: where it stopped; a new name at the
/// head.
struct From {
  enum class Place { acknowledged, earliest, latest, seq, time };

  Place place = Place::acknowledged;
  std::uint64_t seq = 0;
  Time time{};
};

struct Config {
  std::string program = "plugin";  ///< For the log and `tocsin subscribers`.
  std::string version = "0";
  std::string name = {};  ///< The durable name; empty reads along without a cursor.
  std::string
      connect;  ///< "ipc:<runtime directory>" or "<pub endpoint>,<ctl endpoint>"; empty: default.
  std::string server_key = {};  ///< The daemon's public key, where it speaks CURVE.
  std::string key_file = {};    ///< Our own pair, from `tocsin keys new`; closed to others.
  std::vector<std::string> filters = {};  ///< Prefixes of topic frames; empty: "alert/".
  From from = {};
  bool takeover = false;
  bool keep_order = false;  ///< An alert that is to be tried again holds up those behind it.
  /// Between two tries of an alert that is kept.
  std::chrono::milliseconds longest_pause = std::chrono::minutes{5};
  std::size_t max_inflight = 256;
  CapOptions cap = {};
  std::optional<std::uint64_t> exit_after = {};           ///< Stop when so many were handled.
  std::optional<std::chrono::milliseconds> run_for = {};  ///< Stop after so long.
  std::chrono::milliseconds ack_interval{100};  ///< Between acknowledgements while alerts come.
  std::function<bool()> before_ack = {};        ///< Makes durable what was handled; false: not yet.
  std::function<void(const Gap&)> on_gap = {};  ///< Besides the line in the log.
  std::function<void(bool is_there)> on_daemon = {};  ///< The daemon is found, or lost.
  /// Which log it is, before its first alert: told at each connection. Sequence numbers of one
  /// epoch say nothing in another.
  std::function<void(const std::string& epoch)> on_log = {};
  std::function<void(std::string_view)> log = {};  ///< Empty: lines on standard error.
  std::function<bool()> should_stop = {};  ///< Asked several times a second, besides SIGTERM.
  /// Called several times a second while no alert waits. What it says is wrong, where it says
  /// something, goes to the log once and to the daemon as the last error.
  std::function<std::string()> idle = {};
  /// What has ended since it was last asked; asked only while something is at work.
  std::function<std::vector<Settled>()> outcomes = {};
  std::size_t at_once = 1;                    ///< How many may be at work.
  std::chrono::milliseconds finish_limit{0};  ///< For what is at work when the plugin stops.
};

/// Receives until told to stop by SIGTERM, SIGINT, `Halt`, or the limits in `config`.
/// 0 stopped in order · 1 `Halt` · 64 the configuration is wrong · 75 the name is in use · 78
/// `Halt` that is final. Waits, with growing pauses, for a daemon that does not run yet.
[[nodiscard]] int run(const Config& config, const Handler& handler);

/// The pair of endpoints that `connect` means; see Config::connect.
struct EndpointPair {
  std::string pub = {};
  std::string ctl = {};
};

[[nodiscard]] Result<EndpointPair> endpoints_of(const std::string& connect);

/// TOCSIN_RUNTIME, else $XDG_RUNTIME_DIR/tocsin when a daemon serves there, else /run/tocsin.
[[nodiscard]] std::string default_runtime_directory();

}  // namespace tocsin::plugin
