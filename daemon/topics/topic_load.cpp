// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <system_error>

#include "base/utf8.hpp"
#include "topics/filter.hpp"
#include "topics/rule_reader.hpp"
#include "topics/toml_reader.hpp"
#include "topics/topic_file.hpp"

namespace tocsin::topics {
namespace {

namespace fs = std::filesystem;

/// A text of several lines.
std::string read_prose(TableReader& test, std::string_view key) {
  constexpr std::size_t longest_prose = std::size_t{64} << 10U;
  const toml::node* node = test.find(key);
  if (node == nullptr) return {};
  const auto text = node->value_exact<std::string>();
  if (!text) {
    test.mistakes().add(node->source().begin, fmt::format("'{}' must be a string", key));
  } else if (text->size() > longest_prose) {
    test.mistakes().add(node->source().begin,
                        fmt::format("'{}' is over {} bytes", key, longest_prose));
  }
  return text.value_or("");
}

InlineTest read_one_test(const toml::table& table, Mistakes& mistakes) {
  TableReader reader{table, "[test]", mistakes};
  InlineTest test;
  test.line = table.source().begin.line;
  for (const auto* const key : {"name", "expect"}) reader.need(key);
  if (const auto name = reader.text("name")) test.name = name->text;
  test.title = read_prose(reader, "title");
  test.text = read_prose(reader, "text");
  if (test.title.empty() && test.text.empty()) {
    mistakes.add(reader.place(), "the test has neither 'title' nor 'text'");
  }
  if (const toml::table* expected = reader.table("expect")) {
    TableReader expect{*expected, "expect", mistakes};
    expect.need("alert");
    test.expect_alert = expect.boolean("alert").value_or(true);
    for (const PlacedText& one : expect.texts("evidence")) {
      test.expect_evidence.push_back(one.text);
    }
    expect.finish();
  }
  reader.finish();
  return test;
}

/// The bytes of a file, one more than allowed at most.
Result<std::string> read_bytes(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return fail(Errc::system, "cannot be opened");
  std::string bytes(TopicLimits::file_bytes + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (file.bad()) return fail(Errc::system, "cannot be read");
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

/// What the directories hold, the later ones over the earlier.
class Loader {
 public:
  explicit Loader(Diagnostics& diagnostics) : diagnostics_{diagnostics} {}

  /// False when there is no such directory.
  bool add(const fs::path& directory) {
    std::error_code error;
    fs::directory_iterator file{directory, error};
    if (error) return false;
    for (; !error && file != fs::directory_iterator{}; file.increment(error)) {
      add_file(file->path());
    }
    if (error) tell(directory.string(), "cannot be listed: " + error.message());
    return true;
  }

  std::vector<Topic> run() {
    for (const fs::path& test : tests_) {
      std::string topic = test.filename().string();
      topic.resize(topic.size() - test_ending.size());
      std::error_code error;
      if (!fs::exists(test.parent_path() / (topic + std::string{topic_ending}), error)) {
        tell(test.string(), fmt::format("there is no topic '{}' beside it", topic));
      }
    }
    if (topics_.size() > TopicLimits::files) {
      tell({}, fmt::format("over {} topic files", TopicLimits::files));
      return {};
    }
    std::vector<Topic> topics;
    for (const auto& [name, path] : topics_) {
      if (auto topic = load(path)) topics.push_back(std::move(*topic));
    }
    std::sort(topics.begin(), topics.end(),
              [](const Topic& a, const Topic& b) { return a.id < b.id; });
    add_filters(topics);
    return topics;
  }

 private:
  void tell(std::string file, std::string message, const toml::source_position& at = {}) {
    diagnostics_.push_back({.file = std::move(file),
                            .line = at.line,
                            .column = at.column,
                            .message = std::move(message)});
  }

  void warn(std::string file, std::string message, const toml::source_position& at) {
    tell(std::move(file), std::move(message), at);
    diagnostics_.back().level = Diagnostic::Level::warning;
  }

  void add_file(const fs::path& path) {
    const std::string name = path.filename().string();
    if (name.starts_with('.') || !name.ends_with(topic_ending)) return;
    if (name.ends_with(test_ending)) {
      tests_.push_back(path);
    } else if (name.ends_with(filter_ending)) {
      filters_[name] = path;
    } else {
      topics_[name] = path;
    }
  }

  std::optional<Topic> load(const fs::path& path) {
    const auto bytes = read_bytes(path);
    if (!bytes) {
      tell(path.string(), bytes.error().message);
      return std::nullopt;
    }
    if (bytes->empty()) return std::nullopt;  // a mask over a file of the same name
    auto topic = read_topic(*bytes, path.string(), diagnostics_);
    if (!topic) return std::nullopt;
    if (topic->id != path.stem().string()) {
      tell(path.string(),
           fmt::format("the topic's id is '{}', so the file must be named {}.toml", topic->id,
                       topic->id),
           place_in(*bytes, "topic", "id"));
    }
    load_tests(path, *topic);
    return std::move(*topic);
  }

  void load_tests(const fs::path& path, Topic& topic) {
    fs::path beside = path;
    beside.replace_extension(test_ending);
    std::error_code error;
    if (fs::exists(beside, error)) {
      const auto bytes = read_bytes(beside);
      if (!bytes) return tell(beside.string(), bytes.error().message);
      auto tests = read_tests(*bytes, beside.string(), diagnostics_);
      if (!tests) return;
      topic.tests = std::move(*tests);
    }
    demote_untested(path, topic);
  }

  /// What nobody has shown to alert, and to stay silent, is not for the desks yet.
  void demote_untested(const fs::path& path, Topic& topic) {
    const auto expects = [&topic](bool alert) {
      return std::any_of(topic.tests.begin(), topic.tests.end(),
                         [alert](const InlineTest& test) { return test.expect_alert == alert; });
    };
    if (topic.status != Status::stable) return;
    const bool is_tested = (expects(true) || has_items(path, must_ending)) &&
                           (expects(false) || has_items(path, must_not_ending));
    if (is_tested) return;
    topic.status = Status::experimental;
    diagnostics_.push_back(
        {.file = path.string(),
         .message = "the topic stays experimental, published under lab/, until it has a test that "
                    "expects an alert and one that expects none",
         .level = Diagnostic::Level::warning});
  }

  static bool has_items(fs::path topic, const char* ending) {
    std::error_code error;
    const auto size = fs::file_size(topic.replace_extension(ending), error);
    return !error && size > 0;
  }

  /// Each topic keeps the filters that select it.
  void add_filters(std::vector<Topic>& topics) {
    if (filters_.size() > TopicLimits::filters) {
      return tell({}, fmt::format("over {} filter files", TopicLimits::filters));
    }
    for (const auto& [name, path] : filters_) {
      const auto filter = load_filter(path);
      if (!filter) continue;
      std::size_t selected = 0;
      for (Topic& topic : topics) {
        if (!filter->selects(topic)) continue;
        topic.filters.push_back(filter);
        ++selected;
      }
      if (selected > 0) continue;
      const auto at = place_in(read_bytes(path).value_or(""), "filter", "topics");
      warn(path.string(), "the filter selects no topic", at);
    }
  }

  std::shared_ptr<const Filter> load_filter(const fs::path& path) {
    const auto bytes = read_bytes(path);
    if (!bytes) {
      tell(path.string(), bytes.error().message);
      return nullptr;
    }
    if (bytes->empty()) return nullptr;  // a mask over a file of the same name
    auto filter = read_filter(*bytes, path.string(), diagnostics_);
    if (!filter) return nullptr;
    const std::string wanted = filter->id + std::string{filter_ending};
    if (path.filename() != wanted) {
      tell(path.string(),
           fmt::format("the filter's id is '{}', so the file must be named {}", filter->id, wanted),
           place_in(*bytes, "filter", "id"));
    }
    return std::make_shared<const Filter>(std::move(*filter));
  }

  Diagnostics& diagnostics_;
  std::map<std::string, fs::path> topics_;   ///< By file name.
  std::map<std::string, fs::path> filters_;  ///< By file name.
  std::vector<fs::path> tests_;
};

Result<std::vector<Topic>> run(Loader& loader, const Diagnostics& found, Diagnostics& diagnostics) {
  std::vector<Topic> topics = loader.run();
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  const auto count = std::count_if(found.begin(), found.end(), [](const Diagnostic& one) {
    return one.level == Diagnostic::Level::error;
  });
  if (count == 0) return topics;
  return fail(Errc::invalid_input,
              fmt::format("{} mistake{} in the topic files", count, count == 1 ? "" : "s"));
}

}  // namespace

Result<std::vector<InlineTest>> read_tests(std::string_view toml, const std::string& file_name,
                                           Diagnostics& diagnostics) {
  Mistakes mistakes{file_name, diagnostics};
  if (!is_within_limit(toml, mistakes)) return fail(mistakes.error());
  const auto file = parse_toml(toml, mistakes);
  if (!file) return fail(mistakes.error());
  TableReader root{*file, "", mistakes};
  read_format(root);
  std::vector<InlineTest> tests;
  const toml::array* tables = root.array("test");
  if (tables != nullptr && tables->size() > TopicLimits::tests) {
    mistakes.add(tables->source().begin, fmt::format("over {} tests", TopicLimits::tests));
  } else if (tables != nullptr) {
    for (const toml::node& node : *tables) {
      if (const toml::table* table = node.as_table()) {
        tests.push_back(read_one_test(*table, mistakes));
      } else {
        mistakes.add(node.source().begin, "'test' must be written as [[test]] tables");
      }
    }
  }
  root.finish();
  mistakes.sort();
  if (mistakes.count() != 0) return fail(mistakes.error());
  return tests;
}

Result<std::vector<Topic>> load_topics(const fs::path& directory, Diagnostics& diagnostics) {
  Diagnostics found;
  Loader loader{found};
  if (!loader.add(directory)) {
    return fail(Errc::not_found, "no directory of topics at " + directory.string());
  }
  return run(loader, found, diagnostics);
}

Result<std::vector<Topic>> load_topics(const std::vector<fs::path>& directories,
                                       Diagnostics& diagnostics) {
  Diagnostics found;
  Loader loader{found};
  for (const fs::path& directory : directories) static_cast<void>(loader.add(directory));
  return run(loader, found, diagnostics);
}

}  // namespace tocsin::topics
