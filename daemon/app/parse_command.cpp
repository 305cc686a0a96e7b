// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "app/input.hpp"
#include "app/output.hpp"
#include "feed/feed.hpp"
#include "feed/to_json.hpp"

namespace tocsin::app {
namespace {

constexpr std::size_t document_limit = std::size_t{64} << 20U;

struct Options {
  std::string file = "-";
  std::string url;
  std::string content_type;
};

int parse(const Context& context, const Options& options) {
  const auto bytes = read_file(options.file, document_limit);
  if (!bytes) return complain(exit_code_of(bytes.error()), bytes.error().message);
  const auto feed = feed::parse(*bytes, {.url = options.url, .content_type = options.content_type});
  if (!feed) return complain(Exit::bad_input, feed.error().message);
  Output output;
  output.line(feed::to_json(*feed, context.json ? -1 : 2));
  return output.finish(Exit::ok);
}

}  // namespace

void add_parse_command(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  CLI::App& verb =
      add_verb(app, {.name = "parse",
                     .sentence = "Prints a feed as one JSON object; --json on one line",
                     .example = "tocsin parse feed.xml --url https://example.org/feed"});
  verb.add_option("file", options->file, "The feed; - is stdin")->type_name("FILE");
  verb.add_option("--url", options->url, "Where it came from: the base of relative links");
  verb.add_option("--content-type", options->content_type, "The HTTP header it came with");
  verb.callback([&context, options] {
    context.work = [&context, options] {
      return parse(context, *options);
    };
  });
}

}  // namespace tocsin::app
