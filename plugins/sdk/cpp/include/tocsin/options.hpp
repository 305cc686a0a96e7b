// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace tocsin::plugin {

/// What is wrong with what an option was set to, beyond what the manifest says of it.
struct Mistake {
  std::string option = {};
  std::string what = {};               ///< "must be an absolute path"
  std::optional<std::size_t> at = {};  ///< Of a list: which of its texts, from 0.
};

using Mistakes = std::vector<Mistake>;

/// What the options of a plugin's manifest were set to: as given, else the manifest's default. Each
/// getter is for the option types named in its comment; an option that is not set and has no
/// default is empty, 0 or false.
class Options {
 public:
  using Value = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>>;
  using Values = std::map<std::string, Value, std::less<>>;

  /// "desk.toml:7:9" by the option's name; behind that of a list those of its texts.
  using Places = std::map<std::string, std::vector<std::string>, std::less<>>;

  explicit Options(Values values, bool is_dry_run = false, Places places = {})
      : values_{std::move(values)},
        places_{std::move(places)},
        is_dry_run_{is_dry_run} {}

  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }

  [[nodiscard]] std::string text(std::string_view name) const;                ///< string
  [[nodiscard]] std::int64_t integer(std::string_view name) const;            ///< integer
  [[nodiscard]] double number(std::string_view name) const;                   ///< number
  [[nodiscard]] bool truth(std::string_view name) const;                      ///< boolean
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view) const;   ///< duration
  [[nodiscard]] std::uint64_t size(std::string_view name) const;              ///< size, in bytes
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;  ///< strings

  /// The secret that the option names: the text of a file closed to others, or of a credential in
  /// $CREDENTIALS_DIRECTORY where the value has no "/"; without its last newline. Read anew each
  /// time, so that it may be changed. The errors name option and file and show nothing of it. In a
  /// dry run it is "<name>", and no file is read.
  [[nodiscard]] Result<std::string> secret(std::string_view name) const;

  /// The error that names the mistake where it was made: "desk.toml:7:9: error: url: must …" where
  /// the file of an instance set the option, else "--url: must …".
  [[nodiscard]] tl::unexpected<Error> wrong(const Mistake& mistake,
                                            Errc code = Errc::invalid_input) const;

  /// True for a message that begins with a place, as those of wrong() do where a file set the
  /// option.
  [[nodiscard]] bool has_place(std::string_view message) const;

  [[nodiscard]] bool is_dry_run() const { return is_dry_run_; }

 private:
  Values values_;
  Places places_;
  bool is_dry_run_;
};

}  // namespace tocsin::plugin
