// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "alert/alert.hpp"
#include "base/result.hpp"
#include "tocsin/options.hpp"
#include "tocsin/plugin.hpp"

namespace tocsin::exec {

/// Parts of an alert by name, `title` for one, each on one line.
using Fields = std::vector<std::pair<std::string_view, std::string>>;

[[nodiscard]] Fields fields_of(const alert::Alert& alert, const plugin::Delivery& delivery);

/// What is run: an absolute path and arguments, in which `{title}` stands for a part of the alert.
/// What an alert says can never become an option of the program: an argument that begins with it
/// must stand behind a `--`.
class Command {
 public:
  /// `invalid_input` with the first of mistakes_in().
  [[nodiscard]] static Result<Command> read(std::vector<std::string> words);

  /// What is wrong with words, each where it stands among them; of the option `command`.
  [[nodiscard]] static plugin::Mistakes mistakes_in(const std::vector<std::string>& words);

  /// The words for one alert. `refused` where one without `--` before it would begin with `-`.
  [[nodiscard]] Result<std::vector<std::string>> words_for(const Fields& fields) const;

  [[nodiscard]] const std::string& program() const { return words_.front(); }

 private:
  explicit Command(std::vector<std::string> words) : words_{std::move(words)} {}

  std::vector<std::string> words_;
};

/// `TOCSIN_TITLE=…` for each field, and of this process's environment the variables in `kept`. PATH
/// is `/usr/bin:/bin` where it is not kept.
[[nodiscard]] std::vector<std::string> environment_for(const Fields& fields,
                                                       const std::vector<std::string>& kept);

}  // namespace tocsin::exec
