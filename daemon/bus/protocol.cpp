// SPDX-License-Identifier: Apache-2.0
#include "bus/protocol.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "alert/codec.hpp"
#include "base/time_format.hpp"
#include "base/utf8.hpp"

namespace tocsin::bus {
namespace {

using nlohmann::json;

constexpr std::size_t name_bytes = 64;
constexpr std::size_t text_bytes = 500;  // of what a subscriber says in words
constexpr std::uint64_t longest_pause_ms = 3'600'000;

bool is_word(std::string_view text, std::size_t limit, std::string_view marks) {
  if (text.empty() || text.size() > limit) return false;
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return is_letter(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter(c) || marks.find(c) != std::string_view::npos;
         });
}

/// Reads the fields of one object and keeps the first mistake.
class Fields {
 public:
  explicit Fields(const json& object) : object_{object} {}

  [[nodiscard]] std::optional<std::uint64_t> number_if_given(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_unsigned()) {
      complain(key, "must be a whole number from 0 on");
      return std::nullopt;
    }
    return value->get<std::uint64_t>();
  }

  [[nodiscard]] std::uint64_t number(const char* key) {
    if (find(key) == nullptr) complain(key, "is missing");
    return number_if_given(key).value_or(0);
  }

  [[nodiscard]] bool yes(const char* key, bool otherwise) {
    const json* value = find(key);
    if (value == nullptr) return otherwise;
    if (!value->is_boolean()) complain(key, "must be true or false");
    return value->is_boolean() ? value->get<bool>() : otherwise;
  }

  [[nodiscard]] std::string text(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_string()) {
      complain(key, "must be a string");
      return {};
    }
    const std::string clean = clean_utf8(value->get_ref<const std::string&>());
    return std::string{truncate_utf8(clean, text_bytes)};
  }

  /// A text that must be a word, or is missing. Nothing is cleaned away: what is not one is
  /// refused.
  [[nodiscard]] std::string word(const char* key, std::size_t longest, std::string_view marks) {
    const json* value = find(key);
    if (value == nullptr) return {};
    const auto* const text = value->get_ptr<const std::string*>();
    if (text != nullptr && (text->empty() || is_word(*text, longest, marks))) return *text;
    complain(key, "must be [a-z0-9][a-z0-9" + std::string{marks} + "]*, at most " +
                      std::to_string(longest) + " bytes");
    return {};
  }

  [[nodiscard]] std::optional<alert::Filters> filters() {
    const json* value = find("filters");
    if (value == nullptr) return std::nullopt;
    if (!value->is_array() || value->size() > filter_limit) {
      complain("filters", "must be an array of at most 64 strings");
      return std::nullopt;
    }
    alert::Filters filters;
    for (const json& one : *value) {
      if (!is_filter(one)) {
        complain("filters", "must hold ASCII strings of at most 200 bytes");
        return std::nullopt;
      }
      filters.push_back(one.get<std::string>());
    }
    return filters;
  }

  [[nodiscard]] const json* find(const char* key) const {
    const auto it = object_.find(key);
    return it == object_.end() || it->is_null() ? nullptr : &*it;
  }

  void complain(const std::string& key, const std::string& what) {
    if (mistake_.empty()) mistake_ = "'" + key + "' " + what;
  }

  [[nodiscard]] const std::string& mistake() const { return mistake_; }

 private:
  static bool is_filter(const json& value) {
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    return text.size() <= filter_bytes &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  }

  const json& object_;
  std::string mistake_;
};

Start start_of(Fields& fields) {
  const json* value = fields.find("start");
  if (value == nullptr || *value == "ack") return {};
  if (*value == "earliest") return {.begin = Begin::earliest};
  if (*value == "latest") return {.begin = Begin::latest};
  if (value->is_object()) {
    Fields inner{*value};
    if (const auto seq = inner.number_if_given("seq")) return {.begin = Begin::seq, .seq = *seq};
    if (const auto time = from_rfc3339(inner.text("time"))) {
      return {.begin = Begin::time, .time_ms = time->time_since_epoch().count()};
    }
  }
  fields.complain("start", R"(must be "ack", "earliest", "latest", {"seq":n} or {"time":"…Z"})");
  return {};
}

Request hello(Fields& fields) {
  Hello hello{.name = fields.word("name", name_bytes, "._-"),
              .instance = fields.text("instance"),
              .epoch = fields.text("epoch"),
              .filters = fields.filters().value_or(alert::Filters{}),
              .start = start_of(fields),
              .takeover = fields.yes("takeover", false),
              .heads = fields.yes("heads", false)};
  if (const json* plugin = fields.find("plugin"); plugin != nullptr && plugin->is_object()) {
    Fields inner{*plugin};
    hello.plugin = std::string{truncate_utf8(inner.text("name"), name_bytes)};
    hello.version = std::string{truncate_utf8(inner.text("version"), name_bytes)};
  }
  return hello;
}

Request fetch(Fields& fields) {
  const std::uint64_t max = fields.number_if_given("max").value_or(fetch_limit);
  const std::uint64_t bytes = fields.number_if_given("max_bytes").value_or(fetch_bytes);
  return Fetch{.after = fields.number("after"),
               .max_records = std::clamp<std::size_t>(max, 1, fetch_limit),
               .max_bytes = std::clamp<std::size_t>(bytes, 1, fetch_bytes),
               .filters = fields.filters()};
}

Request check(Fields& fields) {
  Check check{.after = fields.number("after"),
              .upto = fields.number("upto"),
              .count = fields.number("count"),
              .filters = fields.filters()};
  if (check.upto < check.after) fields.complain("upto", "must not lie before 'after'");
  return check;
}

Request ack(Fields& fields) {
  return Ack{.seq = fields.number("seq")};
}

int attempt_of(Fields& fields) {
  constexpr std::uint64_t most = 1'000'000;
  return static_cast<int>(std::min(fields.number_if_given("attempt").value_or(1), most));
}

Request nak(Fields& fields) {
  const std::uint64_t pause = fields.number_if_given("retry_after").value_or(0);
  return Nak{.seq = fields.number("seq"),
             .attempt = attempt_of(fields),
             .reason = fields.text("reason"),
             .retry_after = std::chrono::milliseconds{std::min(pause, longest_pause_ms)}};
}

Request term(Fields& fields) {
  return Nak{.seq = fields.number("seq"),
             .attempt = attempt_of(fields),
             .reason = fields.text("reason"),
             .is_final = true};
}

Request done(Fields& fields) {
  return Done{.seq = fields.number("seq")};
}

Request take_due(Fields& fields) {
  const std::uint64_t max = fields.number_if_given("max").value_or(due_limit);
  const std::uint64_t bytes = fields.number_if_given("max_bytes").value_or(fetch_bytes);
  return TakeDue{.max_records = std::clamp<std::size_t>(max, 1, due_limit),
                 .max_bytes = std::clamp<std::size_t>(bytes, 1, fetch_bytes)};
}

Request status(Fields& fields) {
  return Status{.is_ok = fields.yes("ok", true),
                .has_halted = fields.yes("halted", false),
                .last_error = fields.text("last_error"),
                .sent = fields.number_if_given("sent").value_or(0),
                .failed = fields.number_if_given("failed").value_or(0),
                .held = fields.number_if_given("held").value_or(0)};
}

Request bye(Fields&) {
  return Bye{};
}

using Reader = Request (*)(Fields&);

constexpr std::array<std::pair<std::string_view, Reader>, 10> readers{{{"HELLO", hello},
                                                                       {"FETCH", fetch},
                                                                       {"CHECK", check},
                                                                       {"ACK", ack},
                                                                       {"NAK", nak},
                                                                       {"TERM", term},
                                                                       {"DONE", done},
                                                                       {"DUE", take_due},
                                                                       {"STATUS", status},
                                                                       {"BYE", bye}}};

/// ADMIN carries its own verb, and its object goes to the administrator's side as it came.
Request admin(Fields& fields, std::string_view object) {
  Admin admin{.verb = fields.word("verb", 40, "-"), .json = std::string{object}};
  if (admin.verb.empty()) fields.complain("verb", "is missing");
  return admin;
}

Request read(std::string_view verb, Fields& fields, std::string_view object) {
  if (verb == "ADMIN") return admin(fields, object);
  const auto* const reader = std::find_if(readers.begin(), readers.end(),
                                          [&](const auto& one) { return one.first == verb; });
  if (reader == readers.end()) {
    return BadRequest{"unknown-verb", "no verb '" + escape_for_line(verb, 40) + "'"};
  }
  return reader->second(fields);
}

alert::Header header_of(const alert::LogRecord& record, const std::string& epoch) {
  return {
      .epoch = epoch, .seq = record.seq, .prev = record.prev, .id = record.id, .type = record.type};
}

/// Moved: a list of initial values would copy each payload twice.
std::vector<std::string> frames_of(alert::LogRecord&& record, const alert::Header& header) {
  std::vector<std::string> frames;
  frames.reserve(3);
  frames.push_back(std::move(record.frame));
  frames.push_back(alert::encode(header));
  frames.push_back(std::move(record.payload));
  return frames;
}

Parsed bad_frame(std::string message) {
  return {.request = BadRequest{"bad-frame", std::move(message)}};
}

}  // namespace

Parsed parse(const std::vector<std::string_view>& frames) {
  if (frames.size() < 4 || !frames[0].empty()) {
    return bad_frame("expected the frames \"\", TCS1, verb, JSON object");
  }
  if (frames[1] != greeting) return bad_frame("the second frame is not TCS1");
  if (frames[3].size() > frame_limit) return bad_frame("a frame is over 64 KiB");
  const json object = json::parse(frames[3], nullptr, false);
  if (!object.is_object()) return bad_frame("the fourth frame is not a JSON object");
  Fields fields{object};
  Parsed parsed{.number = fields.number_if_given("req").value_or(0)};
  parsed.request = read(frames[2], fields, frames[3]);
  if (!fields.mistake().empty()) parsed.request = BadRequest{"bad-request", fields.mistake()};
  return parsed;
}

void put_number(Reply& reply, std::uint64_t number) {
  if (number == 0) return;
  // Every object starts with "{"; the number goes in front without reading it again.
  const bool is_empty = reply.json == "{}";
  reply.json.insert(1, "\"req\":" + std::to_string(number) + (is_empty ? "" : ","));
}

std::vector<std::string> record_frames(alert::LogRecord record, const std::string& epoch) {
  const alert::Header header = header_of(record, epoch);
  return frames_of(std::move(record), header);
}

std::vector<std::string> replayed_frames(alert::LogRecord record, const std::string& epoch,
                                         Time now, int attempt) {
  alert::Header header = header_of(record, epoch);
  header.is_replay = true;
  header.attempt = attempt;
  header.late_ms = (now - record.committed).count();  // 0 and less is left out: clocks step back
  return frames_of(std::move(record), header);
}

}  // namespace tocsin::bus
