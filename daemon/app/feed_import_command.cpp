// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <set>
#include <unordered_set>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/command.hpp"
#include "app/feed_file.hpp"
#include "app/feed_list.hpp"
#include "app/feed_verbs.hpp"
#include "app/input.hpp"
#include "app/json_line.hpp"
#include "app/output.hpp"
#include "base/url.hpp"
#include "base/utf8.hpp"
#include "feed/opml_edit.hpp"
#include "feed/web_address.hpp"

namespace tocsin::app {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> tags;
  bool dry_run = false;
  bool reload = false;
};

/// What a foreign list came to.
struct Import {
  Subscriptions feeds;    ///< In it, and usable.
  Diagnostics findings;   ///< About the file and its lines.
  std::size_t bad = 0;    ///< Lines and outlines left out.
  std::size_t known = 0;  ///< In the list already.
};

bool is_opml(std::string_view bytes) {
  const std::size_t first =
      bytes.find_first_not_of(std::string_view{" \t\r\n\0\xEF\xBB\xBF\xFE\xFF", 10});
  return first != std::string_view::npos && bytes[first] == '<';
}

/// A URL a line; what stands behind "#" at a line's beginning is a comment.
void read_url_lines(std::string_view text, const std::string& file, Import& import) {
  std::unordered_set<std::string> seen;
  unsigned number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string url = feed::web_address(clean_utf8(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (url.empty() || url.starts_with('#')) continue;
    const auto parsed = parse_http_url(url);
    if (parsed && seen.insert(url).second) {
      import.feeds.push_back({.id = {}, .url = url, .title = {}, .site = {}, .tags = {}});
      continue;
    }
    import.findings.push_back(
        {.file = file,
         .line = number,
         .column = 1,
         .message = "'" + escape_for_line(without_secrets(url)) +
                    "' left out: " + (parsed ? "it is listed twice" : parsed.error().message)});
  }
}

Result<Import> read_import(const std::string& file) {
  const auto bytes = read_file(file, feed_list_limit);
  if (!bytes) return fail(bytes.error());
  Import import;
  if (!is_opml(*bytes)) {
    read_url_lines(*bytes, file, import);
  } else {
    auto feeds = feed::read_foreign_opml(*bytes, file, import.findings);
    if (!feeds) return fail(feeds.error());
    import.feeds = std::move(*feeds);
  }
  for (const Diagnostic& one : import.findings) {
    import.bad += one.level == Diagnostic::Level::error ? 1 : 0;
  }
  if (import.feeds.empty() && (import.bad > 0 || !is_opml(*bytes))) {
    return fail(Errc::invalid_input, file + ": no feed is to be seen in it");
  }
  return import;
}

/// Leaves what is not listed yet; an id that another feed has is dropped.
void keep_new(const Subscriptions& listed, const std::vector<std::string>& tags, Import& import) {
  std::unordered_set<std::string> places;
  std::unordered_set<std::string> keys;
  for (const feed::Subscription& feed : listed) {
    places.insert(canonical_link(feed.url));
    keys.insert(feed.key());
  }
  Subscriptions kept;
  for (feed::Subscription& feed : import.feeds) {
    if (!places.insert(canonical_link(feed.url)).second || keys.contains(feed.url)) {
      ++import.known;
      continue;
    }
    if (keys.contains(feed.key())) feed.id.clear();
    keys.insert(feed.key());
    feed.tags.insert(feed.tags.begin(), tags.begin(), tags.end());
    if (feed.tags.size() > feed::most_tags) feed.tags.resize(feed::most_tags);
    kept.push_back(std::move(feed));
  }
  import.feeds = std::move(kept);
}

/// Adds what is new to the list; changes nothing in a dry run, or where nothing is new.
Result<void> merge(const std::string& path, const Options& options, Import& import) {
  const auto file = FeedFile::open(path);
  if (!file) return fail(file.error());
  Diagnostics ignored;  // told when the list was first read
  const auto listed = feed::read_opml(file->bytes(), path, ignored);
  if (!listed) return fail(listed.error());
  keep_new(*listed, options.tags, import);
  if (import.feeds.empty()) return {};
  const auto edited = feed::add_outlines(file->bytes(), import.feeds);
  if (!edited) return fail(edited.error().code, path + ": " + edited.error().message);
  return options.dry_run ? Result<void>{} : file->replace(*edited);
}

void print(const Import& import, const Options& options, bool as_json) {
  Output output;
  if (as_json) {
    auto added = nlohmann::json::array();
    for (const feed::Subscription& feed : import.feeds) added.push_back(to_told_json(feed));
    auto findings = nlohmann::json::array();
    for (const Diagnostic& one : import.findings) {
      findings.push_back({{"line", one.line}, {"message", one.message}});
    }
    output.line(json_line({{"added", std::move(added)},
                           {"known", import.known},
                           {"bad", import.bad},
                           {"findings", std::move(findings)},
                           {"dry_run", options.dry_run}}));
  } else {
    output.line(fmt::format("{}{} added, {} known already, {} left out",
                            options.dry_run ? "would be: " : "", import.feeds.size(), import.known,
                            import.bad));
  }
  static_cast<void>(output.finish(Exit::ok));
}

int import_feeds(const Context& context, const Options& options) {
  const FeedsOrExit loaded = load_feeds(context, MissingList::is_empty);
  if (loaded.exit != Exit::ok) return loaded.exit;
  const settings::Paths& paths = loaded.configuration.paths;
  auto import = read_import(options.file);
  if (!import) return complain(exit_code_of(import.error()), import.error().message);
  if (!context.json) print_diagnostics(import->findings);
  const auto merged = merge(paths.feeds, options, *import);
  if (!merged) return complain(exit_code_of(merged.error()), merged.error().message);
  print(*import, options, context.json);
  if (options.dry_run || import->feeds.empty()) return Exit::ok;
  return tell_daemon(paths, options.reload ? AfterEdit::reload : AfterEdit::hint);
}

}  // namespace

void add_feed_import_command(CLI::App& feed, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb =
      add_verb(feed, {.name = "import",
                      .sentence = "Adds the feeds of another program's OPML, or of a list of URLs",
                      .example = "tocsin feed import export.opml --dry-run"});
  verb.add_option("file", options->file, "OPML, or a URL a line; - is stdin")
      ->required()
      ->type_name("FILE");
  verb.add_option("--tag", options->tags, "Put all below this folder; repeated, one in the other")
      ->allow_extra_args(false);
  verb.add_flag("--dry-run", options->dry_run, "Count, and change nothing");
  verb.add_flag("--reload", options->reload, "Have the running daemon take the list up");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return import_feeds(context, *options);
    };
  });
}

}  // namespace tocsin::app
