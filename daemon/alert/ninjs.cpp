// SPDX-License-Identifier: Apache-2.0
#include "alert/ninjs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/time_format.hpp"
#include "base/utf8.hpp"

namespace tocsin::alert {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t terms_told = 12;

/// The characters that may stand in a URI as they are, besides letters and digits (RFC 3986, 2.3).
bool is_unreserved(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x80 && (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_' || c == '~');
}

/// "urn:tocsin:<kind>:<name>"
std::string urn(std::string_view kind, std::string_view name) {
  std::string uri = "urn:tocsin:" + std::string{kind} + ":";
  for (const char c : name) {
    if (is_unreserved(c)) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

bool is_web_address(std::string_view url) {
  const bool is_plain = std::all_of(url.begin(), url.end(), [](char c) {
    return c > ' ' && c < '\x7f' &&
           std::string_view{"\"<>\\^`{|}"}.find(c) == std::string_view::npos;
  });
  return is_plain && (url.starts_with("http://") || url.starts_with("https://"));
}

json texts(std::string_view role, const std::string& value) {
  return json::array(
      {{{"role", role}, {"contentType", "text/plain"}, {"value", clean_utf8(value)}}});
}

void put(json& object, const char* name, const std::string& value) {
  if (!value.empty()) object[name] = clean_utf8(value);
}

/// Why the alert was sent: what ninjs has no members for.
std::string note_of(const Alert& alert) {
  std::string note = fmt::format("{} {:.3f} of {:.3f}", alert.match.topic, alert.match.score,
                                 alert.match.threshold);
  std::vector<std::string> terms;
  for (const Evidence& one : alert.match.evidence) {
    if (std::find(terms.begin(), terms.end(), one.term) == terms.end()) terms.push_back(one.term);
  }
  if (terms.size() > terms_told) terms.resize(terms_told);
  for (std::size_t i = 0; i < terms.size(); ++i) note += (i == 0 ? ": " : ", ") + terms[i];
  if (!alert.story.why.empty()) note += "; " + alert.story.why;
  return note;
}

json subjects_of(const Alert& alert) {
  json subjects = json::array();
  json topic{{"rel", "about"}, {"uri", urn("topic", alert.match.topic)}};
  put(topic, "name", alert.match.title);
  put(topic, "literal", alert.match.topic);
  topic["creator"] = "tocsin";
  subjects.push_back(std::move(topic));
  for (const std::string& code : alert.medtop) {
    subjects.push_back({{"rel", "about"},
                        {"uri", "http://cv.iptc.org/newscodes/mediatopic/" + code},
                        {"literal", "medtop:" + code},
                        {"creator", "tocsin"}});
  }
  for (const std::string& category : alert.item.categories) {
    json one{{"rel", "about"}};
    put(one, "name", category);
    subjects.push_back(std::move(one));
  }
  return subjects;
}

void put_source(json& object, const SourcePart& source) {
  json one = json::object();
  put(one, "name", source.name);
  put(one, "role", source.kind);
  if (is_web_address(source.url)) one["uri"] = source.url;
  put(one, "literal", source.feed_id);
  if (!one.empty()) object["infoSources"] = json::array({std::move(one)});
}

json ids_of(const Alert& alert) {
  json ids = json::array();
  const auto add = [&ids](const char* role, const std::string& value) {
    if (!value.empty()) ids.push_back({{"role", role}, {"value", clean_utf8(value)}});
  };
  add("alert", alert.id);
  add("first-alert", alert.first_id);
  add("item", alert.item.id);
  add("guid", alert.item.guid);
  add("story", alert.story.id);
  return ids;
}

std::string names_of(const std::vector<std::string>& authors) {
  std::string names;
  for (const std::string& author : authors) names += (names.empty() ? "" : ", ") + author;
  return names;
}

void put_item(json& object, const Alert& alert) {
  const ItemPart& item = alert.item;
  put(object, "language", item.language);
  if (!item.title.empty()) object["headlines"] = texts("main", item.title);
  if (!item.summary.empty()) object["descriptions"] = texts("summary", item.summary);
  // Only the sentences with evidence are sent; without them the summary is all the text there is.
  const std::string& body = item.content.empty() ? item.summary : item.content;
  if (!body.empty()) object["bodies"] = texts("excerpt", body);
  object["subjects"] = subjects_of(alert);
  put_source(object, alert.source);
  put(object, "title", alert.match.title);
  put(object, "by", names_of(item.authors));
  put(object, "slugline", alert.group_key);
  if (is_web_address(item.url)) {
    object["renditions"] = json::array({{{"name", "web"},
                                         {"href", item.url},
                                         {"contentType", "text/html"},
                                         {"title", "as published"}}});
  }
  put(object, "edNote", note_of(alert));
}

void put_notice(json& object, const Alert& alert) {
  object["language"] = "en";
  object["headlines"] = texts("main", alert.summary);
  object["subjects"] = json::array({{{"rel", "about"},
                                     {"uri", urn("operations", alert.match.topic)},
                                     {"literal", clean_utf8(alert.match.topic)},
                                     {"creator", "tocsin"}}});
  put(object, "edNote", alert.subject);
}

}  // namespace

std::string encode_ninjs(const Alert& alert) {
  const bool is_notice = alert.kind == Kind::operations;
  json object{{"uri", urn("alert", alert.id)},
              {"type", "text"},
              {"representationType", "partial"},
              {"profile", is_notice ? "tocsin-operations" : "tocsin-alert"},
              {"version", std::to_string(alert.revision)}};
  if (alert.revision == 1) object["firstCreated"] = to_rfc3339(alert.times.committed);
  object["versionCreated"] = to_rfc3339(alert.times.committed);
  if (alert.times.published) object["contentCreated"] = to_rfc3339(*alert.times.published);
  object["pubStatus"] = alert.kind == Kind::retracted ? "canceled" : "usable";
  object["urgency"] = alert.severity;
  if (is_notice) {
    put_notice(object, alert);
  } else {
    put_item(object, alert);
  }
  object["altIds"] = ids_of(alert);
  object["standard"] = {{"name", "ninjs"},
                        {"version", "3.1"},
                        {"schema", "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#"}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tocsin::alert
