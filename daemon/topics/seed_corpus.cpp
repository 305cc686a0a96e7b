// SPDX-License-Identifier: Apache-2.0
#include "topics/seed_corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/utf8.hpp"
#include "text/tokenize.hpp"
#include "topics/toml_reader.hpp"

namespace tocsin::topics {

namespace {

constexpr std::string_view fence = "+++";
constexpr std::size_t longest_title = 160;

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r\n") - begin + 1);
}

/// The lines between two fences, and where the text behind them begins.
struct FrontMatter {
  std::string toml;
  std::size_t end = 0;
};

std::optional<FrontMatter> front_matter(std::string_view bytes) {
  std::size_t at = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const auto next_line = [&] {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    at = std::min(end + 1, bytes.size());
    return line;
  };
  if (trimmed(next_line()) != fence) return std::nullopt;
  // The opening fence counts as an empty line, so that places in messages are those of the file.
  FrontMatter found{.toml = "\n", .end = 0};
  while (at < bytes.size()) {
    const std::string_view line = next_line();
    if (trimmed(line) == fence) return FrontMatter{std::move(found.toml), at};
    found.toml.append(line).append("\n");
  }
  found.end = std::string_view::npos;
  return found;
}

/// A TOML date or date-time, or a string that holds one.
void read_date(TableReader& reader, std::string& date) {
  const toml::node* node = reader.find("date");
  if (node == nullptr) return;
  std::ostringstream text;
  if (const auto* day = node->as_date()) {
    text << day->get();
  } else if (const auto* moment = node->as_date_time()) {
    text << moment->get();
  } else {
    reader.mistakes().add(node->source().begin,
                          "'date' must be a date (2017-04-28) or a date and time with its offset");
  }
  date = text.str();
}

void read_front_matter(const toml::table& table, SeedDocument& seed, Mistakes& mistakes) {
  TableReader reader{table, "", mistakes};
  const auto take = [&](std::string_view key, std::string& to) {
    if (auto text = reader.text(key)) to = std::move(text->text);
  };
  take("title", seed.title);
  take("author", seed.author);
  take("publisher", seed.publisher);
  read_date(reader, seed.date);
  take("date_note", seed.date_note);
  take("language", seed.language);
  take("digest_of", seed.digest_of);
  reader.finish();
}

/// Without front matter: a short opening paragraph is the title, else the first sentence is.
void find_title(SeedDocument& seed) {
  const std::string& first = seed.paragraphs.front();
  if (first.size() <= longest_title && first.back() != '.' && seed.paragraphs.size() > 1) {
    seed.title = first;
    seed.paragraphs.erase(seed.paragraphs.begin());
    return;
  }
  const std::vector<text::Span> sentences = text::sentences(first);
  if (!sentences.empty())
    seed.title = first.substr(sentences[0].begin, sentences[0].end - sentences[0].begin);
}

/// "000" of "000-willesden.txt"; the stem when it opens with no digit.
std::string number_of(const std::string& file) {
  const std::string stem = std::filesystem::path{file}.stem().string();
  const std::size_t digits = std::min(stem.find_first_not_of("0123456789"), stem.size());
  return digits == 0 ? stem : stem.substr(0, digits);
}

}  // namespace

std::vector<std::string> paragraphs_of(std::string_view text) {
  std::vector<std::string> paragraphs;
  std::string open;
  std::istringstream lines{std::string{text}};
  for (std::string line; std::getline(lines, line);) {
    const std::string_view words = trimmed(line);
    if (words.empty() && !open.empty()) paragraphs.push_back(std::exchange(open, {}));
    if (words.empty()) continue;
    if (!open.empty()) open += ' ';
    open += words;
  }
  if (!open.empty()) paragraphs.push_back(std::move(open));
  return paragraphs;
}

Result<SeedDocument> parse_seed(std::string_view bytes, const std::string& file,
                                Diagnostics& diagnostics) {
  Mistakes mistakes{file, diagnostics};
  if (bytes.size() > max_seed_bytes) {
    return fail(Errc::too_large, fmt::format("seed '{}': over {} bytes", file, max_seed_bytes));
  }
  SeedDocument seed;
  seed.name = std::filesystem::path{file}.filename().string();
  seed.number = number_of(file);
  const std::optional<FrontMatter> front = front_matter(bytes);
  if (front && front->end == std::string_view::npos)
    mistakes.add({1, 1}, "the front matter has no closing '+++'");
  else if (front)
    if (const auto table = parse_toml(front->toml, mistakes))
      read_front_matter(*table, seed, mistakes);
  if (mistakes.count() != 0) return fail(mistakes.error());
  seed.paragraphs = paragraphs_of(clean_utf8(bytes.substr(front ? front->end : 0)));
  if (seed.paragraphs.empty()) {
    mistakes.add({}, "the document has no text");
    return fail(mistakes.error());
  }
  if (seed.title.empty()) find_title(seed);
  return seed;
}

Result<std::string> read_seed_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(Errc::not_found, fmt::format("'{}' cannot be opened", path));
  std::string bytes(max_seed_bytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  if (bytes.size() > max_seed_bytes)
    return fail(Errc::too_large, fmt::format("'{}': over {} bytes", path, max_seed_bytes));
  return bytes;
}

Result<SeedCorpus> read_seed_corpus(const std::string& folder, Diagnostics& diagnostics) {
  SeedCorpus corpus{.folder = folder};
  while (corpus.folder.size() > 1 && corpus.folder.back() == '/') corpus.folder.pop_back();
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(corpus.folder, error))
    if (file.path().extension() == ".txt") files.push_back(file.path());
  if (error) return fail(Errc::not_found, fmt::format("seeds '{}': {}", folder, error.message()));
  if (files.empty())
    return fail(Errc::not_found, fmt::format("seeds '{}': no document (*.txt) in it", folder));
  std::sort(files.begin(), files.end());
  std::size_t broken = 0;
  for (const auto& file : files) {
    const Result<std::string> bytes = read_seed_file(file.string());
    if (!bytes) return fail(bytes.error());
    Result<SeedDocument> seed = parse_seed(*bytes, file.string(), diagnostics);
    if (seed)
      corpus.documents.push_back(std::move(*seed));
    else
      ++broken;
  }
  if (broken != 0)
    return fail(Errc::invalid_input,
                fmt::format("{} seed documents with mistakes in {}", broken, corpus.folder));
  return corpus;
}

}  // namespace tocsin::topics
