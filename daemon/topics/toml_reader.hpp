// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tocsin::topics {

/// A string and where it stands in the file.
struct PlacedText {
  std::string text;
  toml::source_position at;
};

/// The mistakes found in one file. Borrows the list for its life.
class Mistakes {
 public:
  Mistakes(const std::string& file, Diagnostics& diagnostics)
      : file_{file},
        diagnostics_{diagnostics},
        first_{diagnostics.size()} {}

  void add(const toml::source_position& at, std::string message);

  /// Something that a file may hold and hardly means; it does not count.
  void warn(const toml::source_position& at, std::string message);

  [[nodiscard]] std::size_t count() const { return count_; }

  /// Puts the mistakes in the order of the file.
  void sort();

  /// "2 mistakes in topics/x.toml", to return when `count()` is not zero.
  [[nodiscard]] Error error() const;

 private:
  std::string file_;
  Diagnostics& diagnostics_;
  std::size_t first_;  ///< Those before are not of this file.
  std::size_t count_ = 0;
};

/// The parsed file, or nothing after telling the syntax mistake.
[[nodiscard]] std::optional<toml::table> parse_toml(std::string_view bytes, Mistakes& mistakes);

/// Where the value of a key in a table of the file stands; line 0 where it does not.
[[nodiscard]] toml::source_position place_in(std::string_view bytes, std::string_view table,
                                             std::string_view key);

/// The keys and values of a table in the order of the file; toml++ keeps them by name.
[[nodiscard]] std::vector<std::pair<const toml::key*, const toml::node*>> in_file_order(
    const toml::table& table);

/// Takes known keys out of one table, strictly: a wrong type, a value out of range and, at
/// `finish()`, every key nobody asked for is a mistake at its place.
class TableReader {
 public:
  /// `name` is the table's, for messages: "topic"; empty for the file itself.
  TableReader(const toml::table& table, std::string name, Mistakes& mistakes)
      : table_{table},
        name_{std::move(name)},
        mistakes_{mistakes} {}

  [[nodiscard]] const toml::node* find(std::string_view key);
  [[nodiscard]] const toml::table* table(std::string_view key);
  [[nodiscard]] const toml::array* array(std::string_view key);

  /// One line of text, not empty, at most 4,000 bytes.
  [[nodiscard]] std::optional<PlacedText> text(std::string_view key);
  [[nodiscard]] std::optional<int> integer(std::string_view key, int least, int most);
  [[nodiscard]] std::optional<double> number(std::string_view key, double least, double most);
  [[nodiscard]] std::optional<bool> boolean(std::string_view key);
  /// A list of such lines of text; nothing when there is no such key.
  [[nodiscard]] std::vector<PlacedText> texts(std::string_view key);

  /// Tells that a key nobody found is needed.
  void need(std::string_view key);

  /// Tells the keys nobody asked for.
  void finish();

  [[nodiscard]] Mistakes& mistakes() { return mistakes_; }

  [[nodiscard]] toml::source_position place() const { return table_.source().begin; }

 private:
  void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted);

  const toml::table& table_;
  std::string name_;
  Mistakes& mistakes_;
  std::vector<std::string> known_;
};

/// Tells unless the file says `format = 1`.
void read_format(TableReader& root);

/// As `TableReader::texts`, for an array found elsewhere; `what` names it in messages.
[[nodiscard]] std::vector<PlacedText> read_texts(const toml::array& array, std::string_view what,
                                                 Mistakes& mistakes);

/// One line of text, not empty, at most 4,000 bytes; told and nothing otherwise.
[[nodiscard]] std::optional<PlacedText> read_text(const toml::node& node, std::string_view what,
                                                  Mistakes& mistakes);

}  // namespace tocsin::topics
