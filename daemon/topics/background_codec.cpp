// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/utf8.hpp"
#include "topics/background.hpp"
#include "topics/line_json.hpp"

namespace tocsin::topics {

namespace {

// A line of text, so that whoever opens the file sees whose counts these are, then numbers of seven
// bits a byte, low bits first. Terms are sorted and share their beginnings with the one before.
constexpr std::string_view magic = "tocsin background 1\n";
constexpr std::size_t longest_term = 400;

void put(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
  out.push_back(static_cast<char>(value));
}

std::size_t shared_prefix(std::string_view a, std::string_view b) {
  const auto pair = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(pair.first - a.begin());
}

/// Takes numbers and bytes off the front; after the first mistake everything is zero and `failed`.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_{bytes} {}

  [[nodiscard]] bool failed() const { return failed_; }

  [[nodiscard]] std::size_t left() const { return rest_.size(); }

  std::uint64_t number(std::uint64_t most) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value <= most ? value : broken();
    }
    return broken();
  }

  /// A count of things that each take a byte at least.
  std::size_t count() { return number(rest_.size()); }

  std::string_view bytes(std::size_t size) {
    if (size > rest_.size()) size = broken();
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view line() {
    const std::size_t end = std::min(rest_.find('\n'), std::size_t{1000});
    const std::string_view taken = bytes(end);
    if (bytes(1) != "\n") broken();
    return taken;
  }

 private:
  std::uint64_t broken() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

Result<std::string> read_file(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, fmt::format("background '{}': cannot be opened", path));
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file || bytes.view().size() > most)
    return fail(Errc::too_large, fmt::format("background '{}': over {} bytes", path, most));
  return std::move(bytes).str();
}

/// The title is a sentence of its own.
std::string text_of_item(const nlohmann::json& item) {
  std::string text = line_text(item, "title");
  for (const char* const key : {"text", "content", "summary"}) {
    const std::string body = line_text(item, key);
    if (body.empty()) continue;
    if (!text.empty()) text += '\n';
    return text + body;
  }
  return text;
}

}  // namespace

std::string Background::encode() const {
  std::string out{magic};
  out.append(language_).append("\n").append(attribution_).append("\n");
  put(out, lengths_.size());
  for (const std::uint32_t length : lengths_) put(out, length);
  put(out, terms_.size());
  std::string_view before;
  for (std::size_t term = 0; term < terms_.size(); ++term) {
    const std::size_t shared = shared_prefix(before, terms_[term]);
    put(out, shared);
    put(out, terms_[term].size() - shared);
    out.append(terms_[term], shared);
    before = terms_[term];
    put(out, starts_[term + 1] - starts_[term]);
    std::uint32_t next = 0;
    for (std::size_t at = starts_[term]; at < starts_[term + 1]; ++at) {
      const Occurrence& seen = occurrences_[at];
      // The low bit says whether a count follows: nine in ten are one.
      put(out, std::uint64_t{seen.item - next} * 2 + (seen.count > 1 ? 1 : 0));
      if (seen.count > 1) put(out, seen.count);
      next = seen.item + 1;
    }
  }
  return out;
}

Result<Background> Background::parse(std::string_view bytes) {
  if (bytes.size() > max_bytes) return fail(Errc::too_large, "background: over 64 MiB");
  if (!bytes.starts_with(magic)) return fail(Errc::invalid_input, "background: not such a file");
  Background background;
  Input input{bytes.substr(magic.size())};
  background.language_ = clean_utf8(input.line());
  background.attribution_ = clean_utf8(input.line());
  constexpr std::uint64_t any = std::numeric_limits<std::uint32_t>::max();
  for (std::size_t left = input.count(); left > 0 && !input.failed(); --left)
    background.lengths_.push_back(static_cast<std::uint32_t>(input.number(any)));
  std::string term;
  for (std::size_t left = input.count(); left > 0 && !input.failed(); --left) {
    const std::size_t shared = input.number(term.size());
    std::string next = term.substr(0, shared).append(input.bytes(input.number(longest_term)));
    if (next <= term || next.size() > 2 * longest_term)
      return fail(Errc::invalid_input, "background: terms out of order");
    term = next;
    background.terms_.push_back(std::move(next));
    background.starts_.push_back(background.occurrences_.size());
    std::uint64_t item = 0;
    for (std::size_t runs = input.count(); runs > 0 && !input.failed(); --runs) {
      const std::uint64_t gap = input.number(any);
      item += gap / 2;
      const std::uint64_t count = gap % 2 == 0 ? 1 : input.number(any);
      if (item >= background.lengths_.size())
        return fail(Errc::invalid_input, "background: an occurrence in no item");
      background.occurrences_.push_back(
          {static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(count)});
      ++item;
    }
  }
  if (input.failed() || input.left() != 0)
    return fail(Errc::invalid_input, "background: cut off or damaged");
  background.starts_.push_back(background.occurrences_.size());
  background.sum_up();
  background.digest_ = sha256_hex(bytes, 16);
  return background;
}

Result<Background> Background::load(const std::string& path) {
  const Result<std::string> bytes = read_file(path, max_bytes);
  if (!bytes) return fail(bytes.error());
  Result<Background> background = parse(*bytes);
  if (!background)
    return fail(background.error().code,
                fmt::format("{} ('{}')", background.error().message, path));
  return background;
}

Result<void> Background::save(const std::string& path) const {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  const std::string bytes = encode();
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.flush();
  if (!file) return fail(Errc::system, fmt::format("background '{}': cannot be written", path));
  return {};
}

Result<std::vector<std::string>> read_background_items(const std::string& path,
                                                       Diagnostics& diagnostics) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, fmt::format("background '{}': cannot be opened", path));
  return parse_background_items(file, path, diagnostics);
}

Result<std::vector<std::string>> parse_background_items(std::istream& lines,
                                                        const std::string& file,
                                                        Diagnostics& diagnostics) {
  constexpr std::size_t most_bytes = std::size_t{1} << 30U;
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  std::string line;
  for (unsigned number = 1; std::getline(lines, line); ++number) {
    if (is_blank_line(line)) continue;
    const auto item = read_line_json(line);
    if (!item || !item->is_object()) {
      diagnostics.push_back({.file = file,
                             .line = number,
                             .message = "no item, and left out",
                             .level = Diagnostic::Level::warning});
      continue;
    }
    std::string text = text_of_item(*item);
    bytes += text.size();
    if (bytes > most_bytes)
      return fail(Errc::too_large, fmt::format("{}:{}: over {} bytes", file, number, most_bytes));
    if (!text.empty()) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace tocsin::topics
