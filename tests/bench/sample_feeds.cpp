// SPDX-License-Identifier: Apache-2.0
#include "sample_feeds.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <string_view>

#include "newsroom.hpp"

namespace tocsin::bench {
namespace {

constexpr std::array specs{
    // Blogs and magazines: everything in content:encoded.
    Spec{Shape::full, Tongue::english, 10, 6},
    Spec{Shape::full, Tongue::english, 10, 18},
    Spec{Shape::full, Tongue::english, 15, 10},
    Spec{Shape::full, Tongue::english, 20, 14},
    Spec{Shape::full, Tongue::english, 40, 36},
    Spec{Shape::full, Tongue::english, 50, 12},
    Spec{Shape::full, Tongue::german, 10, 12},
    Spec{Shape::full, Tongue::german, 30, 16},
    Spec{Shape::full, Tongue::russian, 10, 10},
    Spec{Shape::full, Tongue::russian, 20, 15},
    Spec{Shape::full, Tongue::chinese, 20, 12},
    Spec{Shape::full, Tongue::arabic, 15, 10},
    // News agencies: a headline and a sentence.
    Spec{Shape::teaser, Tongue::english, 10, 0},
    Spec{Shape::teaser, Tongue::english, 20, 0},
    Spec{Shape::teaser, Tongue::english, 40, 0},
    Spec{Shape::teaser, Tongue::english, 60, 0},
    Spec{Shape::teaser, Tongue::english, 100, 0},
    Spec{Shape::teaser, Tongue::german, 40, 0},
    Spec{Shape::teaser, Tongue::russian, 50, 0},
    Spec{Shape::teaser, Tongue::russian, 200, 0},
    Spec{Shape::teaser, Tongue::chinese, 50, 0},
    Spec{Shape::teaser, Tongue::arabic, 30, 0},
    // HTML escaped instead of wrapped.
    Spec{Shape::escaped, Tongue::english, 15, 8},
    Spec{Shape::escaped, Tongue::english, 30, 10},
    Spec{Shape::escaped, Tongue::german, 20, 6},
    Spec{Shape::escaped, Tongue::russian, 20, 6},
    Spec{Shape::escaped, Tongue::chinese, 30, 8},
    // Atom.
    Spec{Shape::atom_html, Tongue::english, 10, 8},
    Spec{Shape::atom_html, Tongue::english, 25, 14},
    Spec{Shape::atom_html, Tongue::english, 50, 6},
    Spec{Shape::atom_html, Tongue::german, 20, 8},
    Spec{Shape::atom_html, Tongue::russian, 15, 8},
    Spec{Shape::atom_html, Tongue::chinese, 15, 10},
    Spec{Shape::atom_xhtml, Tongue::english, 10, 10},
    Spec{Shape::atom_xhtml, Tongue::english, 20, 12},
    Spec{Shape::atom_xhtml, Tongue::arabic, 15, 8},
    // RSS 1.0.
    Spec{Shape::rdf, Tongue::english, 15, 0},
    Spec{Shape::rdf, Tongue::english, 40, 4},
    Spec{Shape::rdf, Tongue::chinese, 30, 3},
    // Old charsets.
    Spec{Shape::teaser, Tongue::russian, 40, 0, "windows-1251"},
    Spec{Shape::full, Tongue::russian, 20, 8, "windows-1251"},
    Spec{Shape::teaser, Tongue::german, 60, 0, "ISO-8859-1"},
    Spec{Shape::full, Tongue::german, 15, 8, "ISO-8859-1"},
};
static_assert(specs.size() == 43);

constexpr std::array json_specs{
    Spec{Shape::json, Tongue::english, 20, 10},
    Spec{Shape::json, Tongue::german, 50, 6},
    Spec{Shape::json, Tongue::russian, 20, 8},
    Spec{Shape::json, Tongue::chinese, 30, 0},
};

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string rss_head(Newsroom& room) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"{}\"?>\n<rss version=\"2.0\"\n"
      "\txmlns:content=\"http://purl.org/rss/1.0/modules/content/\"\n"
      "\txmlns:wfw=\"http://wellformedweb.org/CommentAPI/\"\n"
      "\txmlns:dc=\"http://purl.org/dc/elements/1.1/\"\n"
      "\txmlns:atom=\"http://www.w3.org/2005/Atom\"\n"
      "\txmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\"\n"
      "\txmlns:slash=\"http://purl.org/rss/1.0/modules/slash/\"\n"
      "\txmlns:media=\"http://search.yahoo.com/mrss/\">\n\n<channel>\n\t<title>{}</title>\n"
      "\t<atom:link href=\"{}feed/\" rel=\"self\" type=\"application/rss+xml\" />\n"
      "\t<link>{}</link>\n\t<description>{}</description>\n"
      "\t<lastBuildDate>{}</lastBuildDate>\n\t<language>{}</language>\n"
      "\t<sy:updatePeriod>hourly</sy:updatePeriod>\n\t<sy:updateFrequency>1</sy:updateFrequency>\n"
      "\t<generator>https://wordpress.org/?v=6.5</generator>\n",
      room.spec().charset, room.title(), room.site(), room.site(), room.teaser(),
      Newsroom::rfc822(0), room.writer().code());
}

std::string rss_body(Newsroom& room, std::size_t item) {
  switch (room.spec().shape) {
    case Shape::full:
      return fmt::format(
          "\t\t<description><![CDATA[<p>{} [&#8230;]</p>\n]]></description>\n"
          "\t\t<content:encoded><![CDATA[{}]]></content:encoded>\n"
          "\t\t<slash:comments>{}</slash:comments>\n",
          room.teaser(), room.body(item), item % 30);
    case Shape::escaped:
      return fmt::format("\t\t<description>{}</description>\n", escaped(room.body(item)));
    default:
      return fmt::format(
          "\t\t<description>{}</description>\n"
          "\t\t<media:content url=\"{}photo.jpg\" type=\"image/jpeg\" medium=\"image\" "
          "width=\"640\" height=\"360\"/>\n",
          escaped(room.teaser()), room.link(item));
  }
}

std::string rss(Newsroom& room) {
  std::string xml = rss_head(room);
  for (std::size_t i = 0; i < room.spec().items; ++i) {
    const std::string link = room.link(i);
    xml += fmt::format(
        "\t<item>\n\t\t<title>{}</title>\n\t\t<link>{}</link>\n"
        "\t\t<dc:creator><![CDATA[{}]]></dc:creator>\n\t\t<pubDate>{}</pubDate>\n"
        "\t\t<category><![CDATA[{}]]></category>\n\t\t<category><![CDATA[{}]]></category>\n"
        "\t\t<guid isPermaLink=\"false\">{}?p={}</guid>\n",
        room.title(), link, room.writer().words(2), Newsroom::rfc822(i), room.writer().word(),
        room.writer().word(), room.site(), 4000 + i);
    xml += rss_body(room, i) + "\t</item>\n";
  }
  return xml + "</channel>\n</rss>\n";
}

std::string atom(Newsroom& room) {
  std::string xml = fmt::format(
      "<?xml version=\"1.0\" encoding=\"{}\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
      "xml:lang=\"{}\">\n  <title type=\"text\">{}</title>\n  <id>tag:{},2024:feed</id>\n"
      "  <link rel=\"self\" href=\"{}feed.atom\"/>\n  <link href=\"{}\"/>\n"
      "  <updated>{}</updated>\n",
      room.spec().charset, room.writer().code(), room.title(), room.writer().number(1, 999),
      room.site(), room.site(), Newsroom::rfc3339(0));
  const bool is_xhtml = room.spec().shape == Shape::atom_xhtml;
  for (std::size_t i = 0; i < room.spec().items; ++i) {
    const std::string body = room.body(i);
    xml += fmt::format(
        "  <entry>\n    <title>{}</title>\n    <link rel=\"alternate\" type=\"text/html\" "
        "href=\"{}\"/>\n    <id>tag:example.org,2024:{}</id>\n    <published>{}</published>\n"
        "    <updated>{}</updated>\n    <author><name>{}</name></author>\n"
        "    <category term=\"{}\"/>\n    <summary>{}</summary>\n",
        room.title(), room.link(i), i, Newsroom::rfc3339(i), Newsroom::rfc3339(i),
        room.writer().words(2), room.writer().word(), escaped(room.teaser()));
    xml += is_xhtml ? fmt::format(
                          "    <content type=\"xhtml\"><div "
                          "xmlns=\"http://www.w3.org/1999/xhtml\">{}</div></content>\n",
                          body)
                    : fmt::format("    <content type=\"html\">{}</content>\n", escaped(body));
    xml += "  </entry>\n";
  }
  return xml + "</feed>\n";
}

std::string rdf(Newsroom& room) {
  std::string items;
  std::string order;
  for (std::size_t i = 0; i < room.spec().items; ++i) {
    const std::string link = room.link(i);
    order += fmt::format("    <rdf:li rdf:resource=\"{}\"/>\n", link);
    const bool is_plain = room.spec().paragraphs == 0;
    items += fmt::format(
        "<item rdf:about=\"{0}\">\n  <title>{1}</title>\n  <link>{0}</link>\n"
        "  <description>{2}</description>\n  <dc:date>{3}</dc:date>\n"
        "  <dc:creator>{4}</dc:creator>\n  <dc:subject>{5}</dc:subject>\n</item>\n",
        link, room.title(), escaped(is_plain ? room.teaser() : room.body(i)), Newsroom::rfc3339(i),
        room.writer().words(2), room.writer().word());
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"{}\"?>\n<rdf:RDF "
      "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" "
      "xmlns=\"http://purl.org/rss/1.0/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n"
      "<channel rdf:about=\"{}\">\n  <title>{}</title>\n  <link>{}</link>\n"
      "  <description>{}</description>\n  <items><rdf:Seq>\n{}  </rdf:Seq></items>\n</channel>\n"
      "{}</rdf:RDF>\n",
      room.spec().charset, room.site(), room.title(), room.site(), room.teaser(), order, items);
}

std::string json(Newsroom& room) {
  std::string items;
  for (std::size_t i = 0; i < room.spec().items; ++i) {
    items += fmt::format(
        "{}\n  {{\"id\": \"{}\", \"url\": \"{}\", \"title\": \"{}\", \"content_html\": \"{}\", "
        "\"date_published\": \"{}\", \"tags\": [\"{}\"]}}",
        i == 0 ? "" : ",", i, room.link(i), json_escaped(room.title()), json_escaped(room.body(i)),
        Newsroom::rfc3339(i), room.writer().word());
  }
  return fmt::format(
      "{{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"{}\", "
      "\"home_page_url\": \"{}\", \"language\": \"{}\", \"items\": [{}]}}\n",
      json_escaped(room.title()), room.site(), room.writer().code(), items);
}

std::string_view shape_name(Shape shape) {
  constexpr std::array<std::string_view, 7> names{"full",       "teaser", "escaped", "atom-html",
                                                  "atom-xhtml", "rdf",    "json"};
  return names.at(static_cast<std::size_t>(shape));
}

std::string document(Newsroom& room) {
  switch (room.spec().shape) {
    case Shape::atom_html:
    case Shape::atom_xhtml:
      return atom(room);
    case Shape::rdf:
      return rdf(room);
    case Shape::json:
      return json(room);
    default:
      return rss(room);
  }
}

template <typename Specs>
std::vector<SampleFeed> made_of(const Specs& wanted, std::uint32_t first) {
  std::vector<SampleFeed> feeds;
  for (const Spec& spec : wanted) {
    const auto number = first + static_cast<std::uint32_t>(feeds.size());
    Newsroom room{spec, number};
    SampleFeed feed{
        .file_name = fmt::format("{:02}-{}-{}.{}", number, shape_name(spec.shape),
                                 room.writer().code(), spec.shape == Shape::json ? "json" : "xml"),
        .content_type = spec.shape == Shape::json ? "application/feed+json" : "application/xml",
        .url = room.site() + "feed/",
        .bytes = document(room)};
    if (spec.charset != "UTF-8") feed.bytes = to_single_byte(feed.bytes, spec.charset);
    feeds.push_back(std::move(feed));
  }
  return feeds;
}

}  // namespace

std::vector<SampleFeed> sample_feeds() {
  return made_of(specs, 1);
}

std::vector<SampleFeed> sample_json_feeds() {
  return made_of(json_specs, 61);
}

void write_feeds(const std::vector<SampleFeed>& feeds, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const SampleFeed& feed : feeds) {
    std::ofstream{folder / feed.file_name, std::ios::binary} << feed.bytes;
  }
}

}  // namespace tocsin::bench
